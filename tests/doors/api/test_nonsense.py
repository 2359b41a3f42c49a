"""Prove that whatever is sent to a witness is answered, and moves no head to a wrong tree."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.doors.api.houses import House, client, house, serving
from tests.doors.api.test_witnessing import ADD, GROWN, body_of
from tests.kernel.log.keys import Pair
from tests.kernel.log.test_witness import asked

from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.witness import Head

FINE = {200, 400, 403, 404, 409, 413, 422}


@pytest.fixture(scope="module")
def sturdy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Pair, httpx.Client]]:
    """Give a witness that knows a log of 50 entries, and a client of it."""
    folder = tmp_path_factory.mktemp("sturdy")
    with (
        house(folder, "log") as log,
        house(folder, "witness") as one,
        serving(one.app(log), one.settings) as url,
        client(url) as ask,
    ):
        assert ask.post(ADD, content=body_of(log, 0, 50)).status_code == 200
        yield one, log.key, ask


@given(st.binary(max_size=4_096))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def no_random_bytes_get_more_than_a_refusal(sturdy: tuple[House, Pair, httpx.Client], body: bytes) -> None:
    answer = sturdy[2].post(ADD, content=body)
    assert 400 <= answer.status_code < 500


SIZES = st.one_of(st.integers(0, 400), st.sampled_from([2**63 - 1, 2**63, 2**64, 10**30]))


class Nearly(msgspec.Struct):
    """The parts of a request that may be right or not."""

    old: str
    size: int
    root: bytes | None
    proof: list[bytes]
    tail: str

    def signed_by(self, log: Pair) -> bytes:
        """Write the request, with the log's own signature."""
        right = GROWN.root(self.size) if self.root is None and self.size <= 400 else self.root or bytes(32)
        text = f"{log.key.name}\n{self.size}\n{notes.encode64(right)}\n"
        line = notes.sign(text, log.key, log.sign).line
        proof = "".join(f"{notes.encode64(one)}\n" for one in self.proof)
        return f"old {self.old}\n{proof}\n{text}\n{line}{self.tail}".encode("utf-8", "surrogatepass")


HASHES = st.binary(min_size=32, max_size=32)


@given(
    st.builds(
        Nearly,
        old=st.one_of(SIZES.map(str), st.text(max_size=12)),
        size=SIZES,
        root=st.one_of(HASHES, st.none()),
        proof=st.lists(st.one_of(HASHES, st.binary(max_size=40)), max_size=70),
        tail=st.sampled_from(["", "\n", "\u2014 x AAAAAAA=\n", "\x00", "extension\n"]),
    )
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def every_request_that_is_nearly_right_is_answered_and_moves_no_head_wrongly(
    sturdy: tuple[House, Pair, httpx.Client], nearly: Nearly
) -> None:
    one, log, ask = sturdy
    before = one.heads.load(log.key.name)
    assert ask.post(ADD, content=nearly.signed_by(log)).status_code in FINE
    after = one.heads.load(log.key.name)
    assert after.size >= before.size
    assert after.size <= 400
    assert after.root == GROWN.root(after.size)


@given(grown=st.integers(0, 400), place=st.integers(0, 10**6), change=st.integers(1, 255))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def a_right_request_with_one_byte_changed_never_moves_the_head_to_another_tree(
    sturdy: tuple[House, Pair, httpx.Client], grown: int, place: int, change: int
) -> None:
    one, log, ask = sturdy
    known = one.heads.load(log.key.name).size
    body = bytearray(asked(known, known + grown % (401 - known), GROWN, log=log))
    body[place % len(body)] ^= change
    answer = ask.post(ADD, content=bytes(body))
    assert answer.status_code in FINE
    after = one.heads.load(log.key.name)
    assert after == Head(after.size, GROWN.root(after.size))
