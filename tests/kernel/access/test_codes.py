"""Prove that codes are good in their time, once."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from tidewaiter.kernel.access import codes

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - of RFC 6238, appendix B
NOW = datetime(2026, 11, 25, 6, 0, 10, tzinfo=UTC)


def at(moment: datetime) -> str:
    """Return the code of a moment."""
    return pyotp.TOTP(SECRET).at(int(moment.timestamp()))


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert codes.totp_step(SECRET, code, datetime.fromtimestamp(seconds, UTC), after=-1) == seconds // 30


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def a_clock_may_be_one_step_off(seconds: int, good: bool) -> None:  # noqa: FBT001 - a case
    found = codes.totp_step(SECRET, at(NOW + timedelta(seconds=seconds)), NOW, after=-1)
    assert (found is not None) is good


def a_step_that_was_used_counts_no_more_nor_do_those_before() -> None:
    step = codes.totp_step(SECRET, at(NOW), NOW, after=-1)
    assert step is not None
    assert codes.totp_step(SECRET, at(NOW), NOW, after=step) is None
    assert codes.totp_step(SECRET, at(NOW - timedelta(seconds=30)), NOW, after=step) is None
    assert codes.totp_step(SECRET, at(NOW + timedelta(seconds=30)), NOW, after=step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\n6x", "-12345"])
def no_other_text_is_a_code(code: str) -> None:
    assert codes.totp_step(SECRET, code, NOW, after=-1) is None


def a_code_may_be_typed_with_spaces() -> None:
    code = at(NOW)
    assert codes.totp_step(SECRET, f" {code[:3]} {code[3:]}\n", NOW, after=-1) is not None


def a_secret_is_long_and_another_each_time() -> None:
    assert len(codes.new_totp()) == 32
    assert codes.new_totp() != codes.new_totp()
    assert "otpauth://totp/" in codes.totp_uri(SECRET, name="kim", issuer="Tidewaiter XX")


def two_recovery_codes_differ_and_are_kept_as_hashes() -> None:
    made = codes.new_recovery(10)
    assert len(set(made)) == 10
    plain = made[0].replace("-", "")
    assert codes.recovery_digest(made[0]) == hashlib.sha256(plain.encode()).digest()
    assert codes.recovery_digest(f" {made[0].lower()} ") == codes.recovery_digest(made[0])


@pytest.mark.parametrize("code", ["", "123456", "AAAA-BBBB", "A" * 25, "8" * 24, "é" * 24])
def no_other_text_is_a_recovery_code(code: str) -> None:
    assert codes.recovery_digest(code) is None
