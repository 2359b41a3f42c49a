"""Prove that a leaf is written one way only, is short, and gives nothing away."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.errors import LogFault
from tidewaiter.kernel.log import leaf
from tidewaiter.kernel.log.leaf import Leaf

NOON = datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=UTC)
SIXTEEN = st.binary(min_size=16, max_size=16)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
KINDS = st.from_regex(r"[a-z][a-z0-9]{0,8}([.-][a-z0-9]{1,6}){0,2}", fullmatch=True)
MADE = leaf.leaf("record.kept", at=NOON, actor=bytes(16), identity=bytes(range(16)), commit=bytes(range(32)))


def the_leaf_looks_like_this() -> None:
    assert MADE.decode() == (
        '{"actor":"AAAAAAAAAAAAAAAAAAAAAA","commit":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",'
        '"id":"AAECAwQFBgcICQoLDA0ODw","time":"2026-07-01T12:00:00.000005Z","type":"record.kept","v":1}'
    )


@given(KINDS, TIMES, SIXTEEN, SIXTEEN, st.binary(min_size=32, max_size=32))
def every_leaf_is_short_canonical_and_read_as_it_was_written(
    kind: str, at: datetime, actor: bytes, identity: bytes, commit: bytes
) -> None:
    data = leaf.leaf(kind, at=at, actor=actor, identity=identity, commit=commit)
    found = leaf.parse(data)
    assert len(data) <= 200
    assert (found.type, found.v, leaf.committed(found)) == (kind, 1, commit)
    assert data == rfc8785.dumps(json.loads(data))


def a_time_of_another_zone_is_written_in_utc() -> None:
    at = NOON.astimezone(timezone(timedelta(hours=9)))
    assert leaf.leaf("record.kept", at=at, actor=bytes(16), identity=bytes(range(16)), commit=bytes(range(32))) == MADE


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('"v":1', '"v":1.0'),
        ('"v":1', '"v": 1'),
        ('"v":1', '"v":0'),
        ('"v":1', '"v":true'),
        ('"v":1', '"v":1,"name":"x"'),
        ('"v":1', '"v":1,"v":1'),
        (',"v":1', ""),
        ("record.kept", "record.kept\\n"),
        ("record.kept", "Record"),
        ("record.kept", "a" * 25),
        ("record.kept", "\\u0072ecord.kept"),
        ("000005Z", "000005z"),
        ("000005Z", "000005+00:00"),
        ("000005Z", "00000Z"),
        ("07-01T", "13-01T"),
        ("T12:00", "T24:00"),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx"),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODw=="),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0OD"),
        ("Hh8", "Hh9"),
        ("{", " {"),
        ("}", "}\n"),
        ("}", ""),
    ],
)
def nothing_else_is_a_leaf(found: str, put: str) -> None:
    assert found in MADE.decode()
    with pytest.raises(LogFault, match="not a leaf"):
        leaf.parse(MADE.decode().replace(found, put, 1).encode())


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"\xff", MADE[:-1] + b"\xff}"])
def what_is_no_json_object_is_no_leaf(data: bytes) -> None:
    with pytest.raises(LogFault, match="not a leaf"):
        leaf.parse(data)


@pytest.mark.parametrize("kind", ["", "A", "a b", "a..b", ".a", "a.", "9a", "a" * 25, "a\n", "ä"])
def no_event_has_a_name_that_does_not_fit(kind: str) -> None:
    with pytest.raises(LogFault, match="cannot name an event"):
        leaf.leaf(kind, at=NOON, actor=bytes(16), identity=bytes(16), commit=bytes(32))
    with pytest.raises(LogFault, match="not a leaf"):
        leaf.parse(msgspec.json.encode(msgspec.structs.replace(leaf.parse(MADE), type=kind)))


@pytest.mark.parametrize("sizes", [(15, 16, 32), (16, 17, 32), (16, 16, 31)])
def no_leaf_is_made_of_parts_of_another_length(sizes: tuple[int, int, int]) -> None:
    actor, identity, commit = (bytes(one) for one in sizes)
    with pytest.raises(LogFault, match="16 bytes"):
        leaf.leaf("record.kept", at=NOON, actor=actor, identity=identity, commit=commit)


def the_fields_stand_in_the_order_in_which_they_are_written() -> None:
    assert list(Leaf.__struct_fields__) == sorted(Leaf.__struct_fields__)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def a_commitment_is_the_hash_of_salt_and_ciphertext(salt: bytes, ciphertext: bytes) -> None:
    assert leaf.commitment(salt, ciphertext) == hashlib.sha256(salt + ciphertext).digest()


@pytest.mark.parametrize("size", [0, 31, 33])
def a_salt_has_one_length_so_that_it_cannot_run_into_the_ciphertext(size: int) -> None:
    with pytest.raises(LogFault, match="32 bytes"):
        leaf.commitment(bytes(size), b"text")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(st.characters(min_codepoint=32, max_codepoint=126)), parts),
    max_leaves=20,
)


@given(VALUES)
def every_value_of_the_profile_is_written_as_rfc_8785_says(value: Any) -> None:
    assert leaf.canonical(value) == rfc8785.dumps(value)


def every_character_is_escaped_as_rfc_8785_says() -> None:
    for one in [*range(0x800), 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFFFF, 0x1F600, 0x10FFFF]:
        assert leaf.canonical([chr(one)]) == rfc8785.dumps([chr(one)]), hex(one)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {"ä": 1},
        {"\t": 1},
        {1: 1},
        b"bytes",
        [[{"a": [0.5]}]],
        {"a"},
        "\ud800",
        NOON,
    ],
)
def no_value_is_written_that_two_programs_could_write_differently(value: Any) -> None:
    with pytest.raises(LogFault):
        leaf.canonical(value)
