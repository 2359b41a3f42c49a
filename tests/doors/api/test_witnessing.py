"""Prove that nodes witness each other over HTTP, and that no witness goes back or forks."""

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
import pytest
from tests.doors.api.houses import House, client, house, serving
from tests.kernel.log.keys import NOON, ORIGIN, entries_to, pair
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
    with served(tmp_path, api_seconds_max=1.5) as (_, url):
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


def a_client_that_hangs_up_is_no_fault_of_the_program(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with served(tmp_path) as (_, url), client(url) as ask:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(f"POST {ADD} HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nold 0\n".encode())
        assert ask.get("/health").status_code == 200
    assert "fault" not in caplog.text


def a_witness_that_takes_too_long_to_sign_is_not_waited_for_and_signs_the_next_time(tmp_path: Path) -> None:
    gone = threading.Event()
    with house(tmp_path, "log") as log, house(tmp_path, "witness", api_seconds_max=1.5) as one:

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


def the_request_that_the_tests_write_is_the_one_of_the_standard() -> None:
    made = witness.write_request(Request(3, (bytes(32),), b"x\n"))
    assert made == b"old 3\n" + notes.encode64(bytes(32)).encode() + b"\n\nx\n"
