"""Prove that the command serves a node, says where, and stops when it is told to."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.doors.conftest import Say
from tests.kernel.log.keys import pair

from tidewaiter.doors import api
from tidewaiter.doors.api.wiring import POLICY_FILE
from tidewaiter.kernel.errors import NoteFault
from tidewaiter.kernel.log import checkpoint, export
from tidewaiter.kernel.log.cosignatures import LOG_KINDS, verifier
from tidewaiter.kernel.log.notes import parse_key
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import Node

LISTENING = re.compile(r"Listening at (http://\S+): ")


@contextmanager
def served(home: Path, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the command in a process of its own, and give what it says first."""
    command = [sys.executable, "-m", "tidewaiter", "--home", str(home), "serve", "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline(), running
        finally:
            running.kill()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def a_node_is_served_until_it_is_told_to_stop(say: Say, tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "node"
    assert say("--home", str(home), "init")[0] == 0
    key = parse_key(say("--home", str(home), "log", "key")[1].strip())
    with (home / "tidewaiter.toml").open("a") as file:
        file.write("log_public = true\n")
    with served(home) as (first, running):
        found = LISTENING.match(first)
        assert found is not None, first
        assert first.rstrip().endswith("the log is for everybody; witnessing no log.")
        with httpx.Client(base_url=found[1], trust_env=False) as ask:
            assert ask.get("/health").json() == {"status": "ok"}
            signed = ask.get("/log/checkpoint").content
            assert checkpoint.parse(signed)[0].origin == key.name
            running.send_signal(number)
            out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert out == "Stopped.\n"
    assert "GET /log/checkpoint 200" in err
    assert "Traceback" not in err


def a_place_where_nothing_can_listen_is_said(say: Say, tmp_path: Path) -> None:
    home = str(tmp_path / "node")
    assert say("--home", home, "init")[0] == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = say("--home", home, "serve", "--port", str(taken.getsockname()[1]))
    assert code == 4
    assert "Nothing can listen at 127.0.0.1" in err
    assert say("--home", home, "serve", "--host", "no such host")[0] == 4


def the_logs_that_are_witnessed_stand_in_a_policy_at_home(node: Node, tmp_path: Path) -> None:
    assert api.witnessed_logs(node) == {}
    one, again, other = pair("a.example/log"), pair("a.example/log", seed="next"), pair("b.example/log")
    lines = [f"log {item.key.vkey}" for item in (one, again, other)]
    (node.folder / POLICY_FILE).write_text("\n".join([*lines, "quorum none", ""]))
    found = api.witnessed_logs(node)
    assert {origin: len(keys) for origin, keys in found.items()} == {"a.example/log": 2, "b.example/log": 1}
    (node.folder / POLICY_FILE).write_text("log nonsense\nquorum none\n")
    with pytest.raises(NoteFault, match="Line 1"):
        api.witnessed_logs(node)


def a_policy_that_a_setting_names_must_be_there(node: Node, tmp_path: Path) -> None:
    node.settings = Settings(home=node.settings.home, witnessed_policy=str(tmp_path / "gone"))
    with pytest.raises(FileNotFoundError):
        api.witnessed_logs(node)


@pytest.mark.slow
def two_nodes_witness_and_mirror_each_other_by_their_commands(say: Say, tmp_path: Path) -> None:
    homes = [str(tmp_path / name) for name in ("one", "two")]
    for home in homes:
        assert say("--home", home, "init")[0] == 0
    logs = [say("--home", home, "log", "key")[1].strip() for home in homes]
    keys = [say("--home", home, "log", "key", "--witness")[1].strip() for home in homes]
    token = "t" * 40
    for home, other in zip(homes, reversed(logs), strict=True):
        Path(home, POLICY_FILE).write_text(f"log {other}\nquorum none\n")
        tokens = Path(home, "tokens")
        tokens.write_text(f"partner {token}\n")
        tokens.chmod(0o600)
        with Path(home, "tidewaiter.toml").open("a") as file:
            file.write(f'api_token_file = "{tokens}"\n')
    with served(Path(homes[0])) as (first, _), served(Path(homes[1])) as (second, _):
        found = [LISTENING.match(line) for line in (first, second)]
        urls = [one[1] for one in found if one is not None]
        assert first.endswith("for partners with a token; witnessing 1 log.\n"), first
        for home, url, key in zip(homes, reversed(urls), reversed(keys), strict=True):
            policy = f"witness partner {key} {url}/witness\nquorum partner\n"
            Path(home, "witnesses.policy").write_text(policy)
            code, out, err = say("--home", home, "log", "witness")
            assert (code, "has its quorum" in out) == (0, True), out + err
            assert say("--home", home, "log", "checkpoint", "--witnessed")[0] == 0
        mirror = str(tmp_path / "mirror")
        words = ("log", "mirror", f"{urls[1]}/log", mirror, "--log-key", logs[1])
        code, _, err = say("--home", homes[0], *words)
        assert code != 0
        assert "token" in err
        code, out, err = say("--home", homes[0], *words, "--token", token)
        assert (code, "1 entry of 1" in out) == (0, True), out + err
        checked = export.check_export(Path(mirror), parse_key(logs[1]).name, [verifier(parse_key(logs[1]), LOG_KINDS)])
        assert checked.size == 1
