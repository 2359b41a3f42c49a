"""Prove that nodes in processes of their own lose and double nothing under SIGKILL."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from tests.nodes.parcels import DAY, declarations, nonsense, reports

from tidewaiter.kernel.settings import Settings
from tidewaiter.playground import process, wire
from tidewaiter.playground.hosts import INSIDE, PROCESSES, HostFault
from tidewaiter.playground.network import Faults
from tidewaiter.playground.nodes import Playground
from tidewaiter.playground.remote import Remote

COUNTRIES = ("GH", "NL", "BF")
QUESTIONS = ("records", "messages", "findings", "decisions", "leaves", "queued")
WRONG = Faults(spread=0.5, lost=0.2, repeated=0.2, reordered=0.2, corrupted=0.2)
SEED = 7


def playground(folder: Path, mode: str, faults: Faults) -> Playground:
    """Return a playground whose nodes keep two records in a commit, with a few parcels on their way to each."""
    given: dict[str, dict[str, Any]] = {
        one: {"batch_records": 2, "duckdb_threads": 1, "control_seed": "same"} for one in COUNTRIES
    }
    made = Playground(folder, given, seed=SEED, start=DAY, faults=faults, mode=mode)
    for country in COUNTRIES:
        for number in range(2):
            made.deliver(reports(country, number, rows=7, minutes=480 + number))
    made.deliver(declarations("GH", 0, rows=5, minutes=484))
    made.deliver(nonsense("BF", 4, minutes=483))
    return made


def answers(made: Playground) -> Any:
    """Return what each node answers, once all is kept and every log was audited."""
    assert [made.ask(country, "log")["flaws"] for country in COUNTRIES] == [[], [], []]
    return {country: {one: made.ask(country, one) for one in QUESTIONS} for country in COUNTRIES}


@contextmanager
def killing_soon(made: Playground, country: str, seconds: float) -> Iterator[None]:
    """Kill a node's process from outside in a while, wherever it then is."""
    host = made.host(country)
    assert isinstance(host, Remote)
    pid = host.pid
    assert pid is not None
    timer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.join()


@pytest.mark.slow
def no_kill_loses_or_doubles_anything(tmp_path: Path) -> None:
    with playground(tmp_path / "quiet", INSIDE, Faults()) as made:
        assert made.settle()
        wanted = answers(made)
    chance = Random(SEED)  # noqa: S311 - an invented day, not a secret
    with playground(tmp_path / "killed", PROCESSES, WRONG) as made:
        afters = {country: chance.randrange(1, 9) for country in ("NL", "BF")}
        seconds = chance.uniform(0.05, 0.6)
        print(SEED, afters, seconds)  # noqa: T201 - what pytest shows where it fails
        for country, after in afters.items():
            made.kill(country, after=after)  # the process kills itself in the midst of a delivery
        with killing_soon(made, "GH", seconds):
            made.settle(hours_max=9)
        assert [made.up(country) for country in COUNTRIES] == [False, False, False]
        assert made.tell().deaths >= 2
        made.revive()
        assert made.settle()
        assert answers(made) == wanted
        assert made.ask("GH", "records") == {"CargoReport": {"kept": 14}, "Declaration": {"kept": 5}}
        with pytest.raises(HostFault, match="no question"):
            made.ask("GH", "why")


@pytest.mark.slow
def a_node_by_hand_obeys_only_who_has_its_token(tmp_path: Path) -> None:
    token = secrets.token_hex(wire.TOKEN_BYTES)
    settings = msgspec.json.encode(Settings(home=str(tmp_path / "node"), officer="tester")).decode()
    command = [sys.executable, "-m", "tidewaiter.playground.process", settings, DAY.isoformat()]
    environment = os.environ | {process.TOKEN_VARIABLE: token}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            port = int(running.stdout.readline())
            for said in ("wrong" * 13, "", token[:-1]):
                with socket.create_connection((process.LOOPBACK, port), timeout=30) as intruder:
                    wire.send(intruder, wire.Hello(said))
                    assert intruder.recv(1) == b""
            with socket.create_connection((process.LOOPBACK, port), timeout=30) as owner:
                wire.send(owner, wire.Hello(token))
                assert wire.receive(owner, wire.Reply) == (wire.Done(), b"")
                wire.send(owner, wire.Ask("records"))
                assert wire.receive(owner, wire.Reply) == (wire.Done(), b"{}")
                wire.send(owner, wire.Hello(token))
                assert isinstance(wire.receive(owner, wire.Reply)[0], wire.Failed)
            assert running.wait(30) == 0  # left alone, it ends
        finally:
            running.kill()


def no_node_starts_by_hand_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(process.TOKEN_VARIABLE, "short")
    with pytest.raises(SystemExit, match="token"):
        process.main()
