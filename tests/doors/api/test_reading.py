"""Prove that a log is read over HTTP as the standard says, by those who may, and nothing else is."""

from __future__ import annotations

import gzip
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route
from tests.doors.api.houses import House, client, house, serving
from tests.kernel.log.keys import entries_to

from tidewaiter.doors.api.permissions import PUBLIC, ROUTES
from tidewaiter.kernel.log import export, store
from tidewaiter.kernel.log.files import DiskFiles, tile_source
from tidewaiter.kernel.log.http import RemoteLog
from tidewaiter.kernel.log.tiles import ENTRIES, Tile, tiles_between, unbundle

SIZE = 600
TOKEN = "t" * 40


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a node with a log of 600 entries."""
    with house(tmp_path_factory.mktemp("reading")) as made:
        made.grow(SIZE)
        yield made


@pytest.fixture(scope="module")
def url(one: House) -> Iterator[str]:
    """Serve it."""
    with serving(one.app(), one.settings) as where:
        yield where


@pytest.fixture
def ask(url: str) -> Iterator[httpx.Client]:
    """Give a client of it."""
    with client(url) as made:
        yield made


def every_tile_and_bundle_is_what_the_files_hold(one: House, url: str) -> None:
    files = DiskFiles(one.folder / "log", writing=False)
    source = tile_source(files)
    tiles = list(tiles_between(0, SIZE))
    with RemoteLog(f"{url}/log", one.settings) as remote:
        assert {tile: remote.tile(tile) for tile in tiles} == {tile: source(tile) for tile in tiles}
        assert remote.checkpoint() == (one.folder / "log" / "checkpoint").read_bytes()
        assert unbundle(remote.tile(Tile(ENTRIES, 0, 3))) == entries_to(3)
        assert remote.tile(Tile(0, 2, 5)) == source(Tile(0, 2, 5))
    files.close()


def a_log_that_is_read_over_http_can_be_exported_and_checked(one: House, url: str, tmp_path: Path) -> None:
    with RemoteLog(f"{url}/log/", one.settings) as remote:
        export.export(remote.tile, remote.checkpoint(), tmp_path, [one.key.verifier])
    assert export.check_export(tmp_path, one.key.key.name, [one.key.verifier]).size == SIZE


def a_checkpoint_is_text_that_nobody_keeps(ask: httpx.Client) -> None:
    answer = ask.get("/log/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def a_tile_is_bytes_that_anybody_may_keep_for_ever(ask: httpx.Client) -> None:
    answer = ask.get("/log/tile/0/001")
    assert len(answer.content) == 8_192
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in answer.headers


def a_bundle_is_packed_for_those_who_take_it_so(ask: httpx.Client) -> None:
    with ask.stream("GET", "/log/tile/entries/000", headers={"accept-encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        raw = b"".join(packed.iter_raw())
    plain = ask.get("/log/tile/entries/000", headers={"accept-encoding": "identity"}).content
    assert gzip.decompress(raw) == plain
    assert unbundle(plain) == entries_to(256)


@pytest.mark.parametrize(
    "path",
    [
        *("0/003", "0/002", "0/002.p/89", "1/000", "1/000.p/3", "2/000.p/1", "63/000", "64/000", "0/000.p/0"),
        *("0/000.p/256", "00/000", "0/0", "0/x000/000", "entries/002", "entries/002.p/89", "entries", "", "-1/000"),
        *("0/999999999", "0/x999/x999/x999/x999/x999/x999/x999/999", "..%2fcheckpoint", "%2e%2e/lock", "0/000%00", "é"),
        "0/000/",
    ],
)
def what_the_log_has_not_is_not_found(ask: httpx.Client, path: str) -> None:
    answer = ask.get(f"/log/tile/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].startswith("urn:tidewaiter:problem:")


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/log", "/log/lock", "/log/entries", "/log/level-0", "//"])
def no_other_address_has_anything(ask: httpx.Client, path: str) -> None:
    assert ask.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def no_other_method_does_anything(ask: httpx.Client, method: str) -> None:
    answer = ask.request(method, "/log/checkpoint")
    assert answer.status_code == 405
    assert answer.json() == {
        "type": "urn:tidewaiter:problem:method",
        "title": "That address does not take this method.",
        "status": 405,
    }


def a_checkpoint_that_was_not_witnessed_is_not_found_and_one_that_was_is(ask: httpx.Client, one: House) -> None:
    assert ask.get("/log/witnessed-checkpoint").status_code == 404
    path = one.folder / "log" / "checkpoint-witnessed"
    path.write_bytes(b"a note")
    try:
        assert ask.get("/log/witnessed-checkpoint").content == b"a note"
    finally:
        path.unlink()


def what_stands_behind_the_checkpoint_is_not_shown(tmp_path: Path) -> None:
    with house(tmp_path) as one:
        signed = one.grow(300)
        one.grow(310)
        (one.folder / "log" / "checkpoint").write_bytes(signed)
        with serving(one.app(), one.settings) as url, client(url) as ask:
            assert ask.get("/log/tile/0/001.p/44").status_code == 200
            assert ask.get("/log/tile/0/001.p/45").status_code == 404
            assert ask.get("/log/tile/entries/001.p/45").status_code == 404


def a_log_that_grows_or_is_replaced_is_read_as_it_is_now(tmp_path: Path) -> None:
    with house(tmp_path) as one, serving(one.app(), one.settings) as url, client(url) as ask:
        assert ask.get("/log/checkpoint").status_code == 404
        assert ask.get("/log/tile/0/000").status_code == 404
        signed = one.grow(5)
        assert ask.get("/log/checkpoint").content == signed
        first = ask.get("/log/tile/entries/000.p/5").content
        (one.folder / "log").rename(one.folder / "old")
        made = store.create(DiskFiles(one.folder / "log"), one.key.key.name, one.key.checkpoint)
        made.append([b"another"] * 5)
        made.close()
        assert ask.get("/log/tile/entries/000.p/5").content not in {b"", first}


def a_log_is_for_partners_alone_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"# partners\n\nharbour {'h' * 32}\nfjord {TOKEN}\n")
    file.chmod(0o600)
    with house(tmp_path, log_public=False, api_token_file=str(file)) as one:
        one.grow(3)
        with serving(one.app(), one.settings) as url, client(url) as ask:
            paths = ["/log/checkpoint", "/log/tile/0/000.p/3", "/log/witnessed-checkpoint", "/log/tile/0/999"]
            for wrong in ("", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer fjord", "Bearer \xe9"):
                for path in paths:
                    answer = ask.get(path, headers=httpx.Headers({"authorization": wrong} if wrong else {}, "latin-1"))
                    assert answer.status_code == 401
                    assert answer.headers["www-authenticate"] == "Bearer"
            right = {"authorization": f"bearer {TOKEN}"}
            assert [ask.get(path, headers=right).status_code for path in paths] == [200, 200, 404, 404]
            assert ask.get(paths[1], headers=right).headers["cache-control"].startswith("private,")
            assert ask.get("/health").status_code == 200
            with RemoteLog(f"{url}/log", one.settings, TOKEN) as remote:
                assert remote.tile(Tile(0, 0, 3))
            file.write_text(f"harbour {'h' * 32}\n")
            assert ask.get(paths[0], headers=right).status_code == 401


def no_token_file_means_that_nobody_reads(tmp_path: Path) -> None:
    with house(tmp_path, log_public=False) as one, serving(one.app(), one.settings) as url, client(url) as ask:
        assert ask.get("/log/checkpoint", headers={"authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        (f"fjord {TOKEN}\n", 0o644),
        (f"{TOKEN}\n", 0o600),
        ("fjord short\n", 0o600),
        (f"fjord {TOKEN}\nfjord {TOKEN}\n", 0o600),
    ],
)
def a_token_file_that_is_not_as_it_must_be_lets_nobody_in_and_is_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, mode: int
) -> None:
    file = tmp_path / "tokens"
    file.write_text(text)
    file.chmod(mode)
    with (
        house(tmp_path, log_public=False, api_token_file=str(file)) as one,
        serving(one.app(), one.settings) as url,
        client(url) as ask,
    ):
        answer = ask.get("/log/checkpoint", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 503
    assert answer.json() == {
        "type": "urn:tidewaiter:problem:setting",
        "title": "A setting is unknown or has a value that it cannot have.",
        "status": 503,
    }
    assert "api_token_file" in caplog.text
    assert TOKEN not in caplog.text


def every_answer_has_the_headers_that_keep_browsers_from_making_more_of_it(ask: httpx.Client) -> None:
    for path in ("/health", "/log/checkpoint", "/nothing", "/openapi.json"):
        headers = ask.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers
    assert ask.get("/health").headers["cache-control"] == "no-store"


def the_interface_is_described_as_openapi_3_1(ask: httpx.Client) -> None:
    said = ask.get("/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    assert set(said["paths"]) == {path.replace(":path}", "}") for _, path in ROUTES} - {"/openapi.json"}


def every_route_is_in_the_table_of_permissions_and_every_row_is_a_route(one: House) -> None:
    found = {
        (method, route.path)
        for route in one.app().routes
        if isinstance(route, Route | APIRoute)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert found == set(ROUTES)
    assert len(one.app().routes) == len(ROUTES)
    assert {row for row, permission in ROUTES.items() if permission == PUBLIC} == {
        ("POST", "/witness/add-checkpoint"),
        ("GET", "/health"),
        ("GET", "/openapi.json"),
    }


def a_route_that_is_not_in_the_table_answers_nobody(one: House) -> None:
    made: FastAPI = one.app()

    @made.get("/secret")
    async def secret() -> str:
        return "told"

    with serving(made, one.settings) as url, client(url) as ask:
        answer = ask.get("/secret")
    assert answer.status_code == 403
    assert "told" not in answer.text


def what_is_noted_of_a_request_has_nothing_of_who_asked_or_what(one: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with serving(one.app(), one.settings) as url, client(url) as ask:
        ask.get("/log/tile/0/000", headers={"user-agent": "Jane-Browser"})
        ask.get("/people/Jane-Doe?born=1970", headers={"authorization": "Bearer Jane"})
        ask.request("JANE", "/health")
    said = [one.getMessage() for one in caplog.records if one.name.startswith("tidewaiter")]
    assert [line.rpartition(" ")[0].rpartition(" ")[0] for line in said] == [
        "GET /log/tile/{path:path} 200",
        "GET - 404",
        "- /health 405",
    ]
    assert "Jane" not in "".join(one.getMessage() for one in caplog.records if one.name != "httpx")
    assert "127.0.0.1" not in "".join(said)


def a_fault_of_the_program_is_an_answer_and_its_words_are_kept_back(
    one: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        message = "the passport of Jane Doe"
        raise ValueError(message)

    monkeypatch.setattr("tidewaiter.doors.api.log.read_note", broken)
    with serving(one.app(), one.settings) as url, client(url) as ask:
        answer = ask.get("/log/checkpoint")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:tidewaiter:problem:program"
    assert "Jane" not in answer.text + caplog.text
    assert "ValueError at test_reading.py" in caplog.text


def a_log_whose_files_are_damaged_is_said_to_its_people_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with house(tmp_path) as one:
        one.grow(300)
        with (one.folder / "log" / "level-0").open("r+b") as file:
            file.truncate(32)
        with serving(one.app(), one.settings) as url, client(url) as ask:
            answer = ask.get("/log/tile/0/000")
    assert answer.status_code == 503
    assert set(answer.json()) == {"type", "title", "status"}
    assert "shorter than its checkpoint says" in caplog.text


def a_head_that_is_too_long_or_never_ends_is_cut_off(tmp_path: Path) -> None:
    with (
        house(tmp_path, api_seconds_max=1.5, api_header_bytes_max=2_048) as one,
        serving(one.app(), one.settings) as url,
        client(url) as ask,
    ):
        assert ask.get("/health", headers={"x": "y" * 3_000}).status_code == 431
        assert ask.get("/health", params={"x": "y" * 3_000}).status_code == 431
        host, _, port = url.removeprefix("http://").partition(":")
        for begun in (b"", b"GET /health HTTP/1.1\r\nhost: x\r\n"):
            with socket.create_connection((host, int(port)), timeout=20) as line:
                line.sendall(begun)
                assert _until_closed(line) == b""
        assert ask.get("/health").status_code == 200


def _until_closed(line: socket.socket) -> bytes:
    """Return what comes until the other side hangs up."""
    found = b""
    while True:
        try:
            more = line.recv(1_000)
        except ConnectionResetError:
            return found
        if not more:
            return found
        found += more
