"""Prove that nodes witness each other over HTTP, and that no request makes a witness go back, fork or fall over."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.doors.api.houses import House, client, house, serving
from tests.kernel.log.keys import NOON, ORIGIN, Pair, entries_to
from tests.kernel.log.test_witness import CASES, KEYS, asked

from tidewaiter.doors import api
from tidewaiter.doors.api.witness import CONTRADICTIONS, keep
from tidewaiter.kernel.errors import WitnessAhead
from tidewaiter.kernel.log import asking, checkpoint, notes, policy, witness
from tidewaiter.kernel.log.asking import Witness
from tidewaiter.kernel.log.http import transport
from tidewaiter.kernel.log.policy import Party, Policy
from tidewaiter.kernel.log.tree import Tree
from tidewaiter.kernel.log.witness import Cosigner, Head, Request

GROWN = Tree(entries_to(400))
ADD = "/witness/add-checkpoint"
FINE = {200, 400, 403, 404, 409, 413, 422}


def asks(own: House, other: House, url: str, size: int = 0) -> Witness:
    """Return another node as the witness of one's own log."""
    return Witness(other.name, [other.witness.verifier], transport(f"{url}/witness", own.settings), size)


def body_of(one: House, old: int, size: int, grown: Tree = GROWN) -> bytes:
    """Write a request about a node's log."""
    return asked(old, size, grown, log=one.key)


@contextmanager
def served(folder: Path, **given: object) -> Iterator[tuple[House, str]]:
    """Serve a node that witnesses the log of the node `log`."""
    with (
        house(folder, "log") as log,
        house(folder, "witness", **given) as one,
        serving(one.app(log), one.settings) as url,
    ):
        yield log, url


def two_nodes_witness_each_other_as_their_logs_grow(tmp_path: Path) -> None:
    with (
        house(tmp_path, "one") as one,
        house(tmp_path, "two") as two,
        serving(one.app(two), one.settings) as url_one,
        serving(two.app(one), two.settings) as url_two,
    ):
        for size in (0, 1, 7, 300, 300, 400):
            for own, other, url in ((one, two, url_two), (two, one, url_one)):
                signed = own.grow(size)
                with own.log() as log:
                    found = asking.ask([asks(own, other, url)], signed, log.consistency)
                    assert found.missing == {}
                    judged = policy.judge(quorum(own, other), *checkpoint.parse(found.note.data))
                    assert judged.witnesses == {other.name: NOON}
                    assert log.keep_witnessed(found.note)
                assert other.heads.load(own.key.key.name) == Head(size, GROWN.root(size))


def quorum(own: House, other: House) -> Policy:
    """Return the policy that wants the other node's cosignature on one's own log."""
    return Policy((Party(own.key.key),), {other.name: Party(other.witness.key)}, {}, other.name)


def a_witness_tells_the_size_it_knows_exactly_as_the_standard_says(tmp_path: Path) -> None:
    with served(tmp_path) as (log, url), client(url) as ask:
        assert ask.post(ADD, content=body_of(log, 0, 50)).status_code == 200
        answer = ask.post(ADD, content=body_of(log, 20, 100))
        assert (answer.status_code, answer.content) == (409, b"50\n")
        assert answer.headers["content-type"] == "text/x.tlog.size"
        answer = ask.post(ADD, content=body_of(log, 50, 100), headers={"content-type": "image/png"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert re.fullmatch("\u2014 witness.example/witness [A-Za-z0-9+/=]+\n", answer.text)


@pytest.mark.parametrize("remembered", [0, 20, 90, 400])
def a_log_that_remembers_another_size_than_its_witness_gets_its_cosignature(tmp_path: Path, remembered: int) -> None:
    with served(tmp_path) as (log, url), client(url) as ask:
        ask.post(ADD, content=body_of(log, 0, 50))
        signed = log.grow(100)
        partner = Witness("w", [_witness_key()], transport(f"{url}/witness/", log.settings), remembered)
        with log.log() as opened:
            assert partner.cosign(signed, opened.consistency)


def _witness_key() -> notes.Verifier:
    """Return the key of the node `witness`."""
    from tests.kernel.log.keys import pair  # noqa: PLC0415 - beside its only use

    return pair("witness.example/witness", 0x04).verifier


def an_old_copy_of_a_log_hears_that_it_is_old(tmp_path: Path) -> None:
    with served(tmp_path) as (log, url), client(url) as ask:
        ask.post(ADD, content=body_of(log, 0, 300))
        partner = Witness("w", [_witness_key()], transport(f"{url}/witness", log.settings), 100)
        signed = log.grow(100)
        with log.log() as opened, pytest.raises(WitnessAhead, match="300 entries"):
            asking.ask([partner], signed, opened.consistency)


@pytest.mark.parametrize(("known", "body", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def a_request_gets_over_http_the_answer_that_the_witness_gives(
    tmp_path: Path, known: Head | None, body: bytes, status: int
) -> None:
    with house(tmp_path, "witness") as one:
        if known is not None:
            one.heads.swap(ORIGIN, Head(), known)
        made = api.app(one, cosigners=[one.witness.cosigner], logs=KEYS)
        with serving(made, one.settings) as url, client(url) as ask:
            answer = ask.post(ADD, content=body)
        assert answer.status_code == (413 if len(body) > witness.REQUEST_BYTES_MAX else status)
        assert one.heads.load(ORIGIN) == (known or Head())
        assert "\u2014" not in answer.text


def a_node_without_a_key_to_cosign_with_witnesses_nothing(tmp_path: Path) -> None:
    with house(tmp_path, "log") as log, house(tmp_path, "witness") as one:
        with serving(one.app(log, cosigners=[]), one.settings) as url, client(url) as ask:
            assert ask.post(ADD, content=body_of(log, 0, 5)).status_code == 404
        assert one.heads.all() == {}


def only_one_of_many_equal_requests_at_once_is_cosigned(tmp_path: Path) -> None:
    with served(tmp_path) as (log, url):
        for old, size in ((0, 50), (50, 90), (90, 400)):
            body = body_of(log, old, size)
            statuses = Counter(answer.status_code for answer in _together(url, [body] * 12))
            assert statuses == {200: 1, 409: 11}


def no_two_trees_that_do_not_fit_are_both_cosigned_however_they_race(tmp_path: Path) -> None:
    with served(tmp_path) as (log, url):
        forks = [Tree([b"fork %d" % number, *entries_to(400)[1:]]) for number in range(12)]
        answers = _together(url, [body_of(log, 0, 100 + number, fork) for number, fork in enumerate(forks)])
        winner = [fork for fork, answer in zip(forks, answers, strict=True) if answer.status_code == 200]
        assert len(winner) == 1
        size = 100 + forks.index(winner[0])
        answers = _together(url, [body_of(log, size, size + 1 + n, fork) for n, fork in enumerate(forks)])
        assert [fork for fork, answer in zip(forks, answers, strict=True) if answer.status_code == 200] == winner
        assert {answer.status_code for answer in answers} <= {200, 409, 422}


def _together(url: str, bodies: list[bytes]) -> list[httpx.Response]:
    """Send requests at the same moment."""
    start = threading.Barrier(len(bodies))

    def post(body: bytes) -> httpx.Response:
        with client(url) as ask:
            start.wait(20)
            return ask.post(ADD, content=body)

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(post, bodies))


def what_contradicts_a_cosigned_log_is_kept_once_for_people_to_judge(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = Tree([b"another", *entries_to(400)[1:]])
    with served(tmp_path) as (log, url), client(url) as ask:
        ask.post(ADD, content=body_of(log, 0, 50))
        for _ in range(3):
            assert ask.post(ADD, content=body_of(log, 50, 60, other)).status_code == 422
        assert ask.post(ADD, content=body_of(log, 50, 50, other)).status_code == 409
    kept = sorted((tmp_path / "witness" / CONTRADICTIONS).iterdir())
    assert sorted(witness.parse_request(one.read_bytes()).checkpoint for one in kept) == sorted(
        [log.made(50, other.root(50)), log.made(60, other.root(60))]
    )
    assert "does not fit what was cosigned" in caplog.text


def what_contradicts_a_log_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidewaiter.doors.api.witness.CONTRADICTIONS_MAX", 3)
    for size in range(1, 9):
        keep(tmp_path / "kept", asked(0, size))
    assert len(list((tmp_path / "kept").iterdir())) == 3
    (tmp_path / "file").write_bytes(b"")
    keep(tmp_path / "file", asked(0, 5))


def a_body_that_is_too_long_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with served(tmp_path) as (_, url), client(url) as ask:
        assert ask.post(ADD, content=b"x" * (witness.REQUEST_BYTES_MAX + 1)).status_code == 413
        assert ask.post(ADD, content=b"x" * witness.REQUEST_BYTES_MAX).status_code == 400
        sent = []

        def endless() -> Iterator[bytes]:
            for number in range(10_000):
                sent.append(number)
                yield b"x" * 65_536

        try:
            status = ask.post(ADD, content=endless()).status_code
        except httpx.TransportError:  # it hung up while more was sent
            status = 413
        assert status == 413
        assert len(sent) < 1_000
        assert ask.get("/health").status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999999999", "x"])
def a_length_that_is_none_is_refused(tmp_path: Path, length: str) -> None:
    with served(tmp_path) as (_, url):
        head = f"POST {ADD} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n".encode()
        assert _raw(url, head)[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 413"}


def a_body_that_comes_too_slowly_is_not_waited_for(tmp_path: Path) -> None:
    with served(tmp_path, api_seconds_max=0.6) as (_, url):
        said = _raw(url, f"POST {ADD} HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nold 0\n".encode())
        assert said.startswith(b"HTTP/1.1 408")
        assert b"urn:tidewaiter:problem:too-slow" in said
        assert b"connection: close" in said.lower()


def _raw(url: str, sent: bytes) -> bytes:
    """Send bytes, and return what comes until the other side hangs up."""
    host, _, port = url.removeprefix("http://").partition(":")
    found = b""
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(sent)
        while more := line.recv(65_536):
            found += more
    return found


def a_witness_that_takes_too_long_to_sign_is_not_waited_for_and_signs_the_next_time(tmp_path: Path) -> None:
    gone = threading.Event()
    with house(tmp_path, "log") as log, house(tmp_path, "witness", api_seconds_max=0.6) as one:

        def slow(message: bytes) -> bytes:
            gone.wait(20)
            return one.witness.sign(message)

        made = one.app(log, cosigners=[Cosigner(one.witness.key, slow)])
        with serving(made, one.settings) as url, client(url) as ask:
            assert ask.post(ADD, content=body_of(log, 0, 50)).status_code == 503
            gone.set()
            assert ask.post(ADD, content=body_of(log, 0, 50)).status_code == 409
            assert ask.post(ADD, content=body_of(log, 50, 50)).status_code == 200


DYING = """
import os, sys
from pathlib import Path
from tests.doors.api.houses import house
from tidewaiter.doors import api
from tidewaiter.kernel.log.witness import Cosigner

folder, dies = Path(sys.argv[1]), sys.argv[2] == "dies"
with house(folder, "log") as log, house(folder, "witness") as one:
    def sign(message):
        if dies:
            os.kill(os.getpid(), 9)
        return one.witness.sign(message)
    listening = api.listen("127.0.0.1", 0)
    print(api.address(listening), flush=True)
    api.server(one.app(log, cosigners=[Cosigner(one.witness.key, sign)]), one.settings).run(sockets=[listening])
"""


@contextmanager
def process(folder: Path, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a witness in a process of its own."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", textwrap.dedent(DYING), str(folder), *words]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, env=None) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip(), running
        finally:
            running.terminate()


@pytest.mark.slow
def a_witness_that_is_killed_before_it_answers_has_kept_what_it_would_have_signed(tmp_path: Path) -> None:
    with house(tmp_path, "log") as log:
        signed = log.grow(50)
        with process(tmp_path, "dies") as (url, running):
            partner = Witness("w", [_witness_key()], transport(f"{url}/witness", log.settings))
            with log.log() as opened:
                found = asking.ask([partner], signed, opened.consistency)
            assert "cannot be reached" in found.missing["w"]
            assert running.wait(20) == -9
        with process(tmp_path, "lives") as (url, running):
            fork = Tree([b"another", *entries_to(400)[1:]])
            with client(url) as ask:
                assert ask.post(ADD, content=body_of(log, 0, 60, fork)).status_code == 409
                assert ask.post(ADD, content=body_of(log, 50, 60, fork)).status_code == 422
            partner = Witness("w", [_witness_key()], transport(f"{url}/witness", log.settings))
            with log.log() as opened:
                assert asking.ask([partner], signed, opened.consistency).missing == {}


# --- whatever is sent ---------------------------------------------------------------------------------------------


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


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def a_right_request_with_one_byte_changed_never_moves_the_head_to_another_tree(
    sturdy: tuple[House, Pair, httpx.Client], data: st.DataObject
) -> None:
    one, log, ask = sturdy
    known = one.heads.load(log.key.name).size
    size = data.draw(st.integers(min(known + 1, 400), 400))
    body = bytearray(asked(known, size, GROWN, log=log))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    answer = ask.post(ADD, content=bytes(body))
    assert answer.status_code in FINE
    after = one.heads.load(log.key.name)
    assert after == Head(after.size, GROWN.root(after.size))


def the_request_that_the_tests_write_is_the_one_of_the_standard() -> None:
    made = witness.write_request(Request(3, (bytes(32),), b"x\n"))
    assert made == b"old 3\n" + notes.encode64(bytes(32)).encode() + b"\n\nx\n"
