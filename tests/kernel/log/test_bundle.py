"""Prove that a bundle shows what was logged to whoever brings keys, and that each byte of it counts."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.log.bundles import (
    ALONE,
    BOTH,
    EITHER,
    ONE,
    PARTS,
    PUBLIC,
    TWO,
    bundle_of,
    data_of,
    entries,
    key_of,
    open_sealed,
    web64,
)
from tests.kernel.log.keys import LOG, NOON, ORIGIN, pair

from tidewaiter.kernel.errors import NoteFault, NotProven, TidewaiterError
from tidewaiter.kernel.log import bundle
from tidewaiter.kernel.log.bundle import Verified
from tidewaiter.kernel.log.policy import Policy

SCRIPT = Path(__file__).parents[3] / "examples" / "verify_evidence.py"
SCRIPT_LINES_MAX = 100
"""Lines that are not empty."""
DATA = data_of(bundle_of())
TRUSTED = ("--log-key", LOG.key.vkey, "--witness", ONE.key.vkey, "--witness", TWO.key.vkey)
CODE = compile(SCRIPT.read_text(encoding="utf-8"), SCRIPT.name, "exec")


def verified(data: bytes, trusted: Policy = BOTH) -> Verified:
    """Verify a bundle."""
    return bundle.verify(data, trusted, (), open_sealed)


def told(data: bytes, folder: Path, *trusted: str) -> tuple[int, str]:
    """Run the example in this process, and return its exit code and what it says."""
    file = folder / "some.evidence.json"
    file.write_bytes(data)
    said = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [SCRIPT.name, str(file), *(trusted or TRUSTED)])
        code = 0
        try:
            exec(CODE, {"__name__": "__main__", "__doc__": ""})  # noqa: S102 - our own example, compiled once
        except SystemExit as ended:
            code = int(ended.code or 0)
    said.seek(0)
    return code, said.read()


def changes(data: bytes, seed: int) -> Iterator[tuple[int, bytes]]:
    """Yield the bundle with each byte changed in turn: one bit of it, and it as a whole."""
    chance = random.Random(seed)  # noqa: S311 - the same bytes every time
    for at, byte in enumerate(data):
        for other in {byte ^ (1 << chance.randrange(8)), chance.choice(b'"\\/ \n,:+-_=AB09\xe2\x00'), byte ^ 1} - {
            byte
        }:
            yield at, data[:at] + bytes([other]) + data[at + 1 :]


def a_bundle_shows_entries_the_record_and_what_is_disclosed() -> None:
    found = verified(DATA)
    assert (found.origin, found.public, found.undisclosed) == (ORIGIN, PUBLIC, 1)
    assert [(one.index, one.kind) for one in found.entries] == [(0, "record.found"), (1, "record.kept")]
    assert found.entries[0].statement == {"count": 3}
    assert found.entries[0].time == "2026-09-21T12:00:00.000000Z"
    assert dict(found.entries[1].witnesses) == {"one": NOON, "two": NOON + 5}
    assert found.disclosed == PARTS[0]
    assert json.loads(found.opened or "") == {
        "lrn": "L1",
        "parties": [{"role": "importer", "name": "Quillfeather"}],
        "weight": 1.5,
        "contact": {"a/b": "Zoë"},
    }


def a_bundle_is_written_one_way_and_read_back() -> None:
    assert bundle.write(bundle.parse(DATA)) == DATA
    closed = data_of(bundle_of(disclosed=0))
    assert bundle.write(bundle.parse(closed)) == closed
    assert (verified(closed).opened, verified(closed).undisclosed) == (PUBLIC, 2)
    bare = data_of({name: one for name, one in bundle_of().items() if name != "record"})
    assert bundle.write(bundle.parse(bare)) == bare
    assert (verified(bare).public, len(verified(bare).entries)) == (None, 2)


@pytest.mark.parametrize("size", [2, 3, 8, 100, 257])
def a_bundle_from_a_log_of_any_size_is_verified_here_and_by_the_example(size: int, tmp_path: Path) -> None:
    data = data_of(bundle_of(size=size))
    assert len(verified(data).entries) == 2
    code, said = told(data, tmp_path)
    assert (code, f"Entry 1 of {size}" in said) == (0, True)


def no_changed_byte_is_believed() -> None:
    believed = []
    for at, changed in changes(DATA, 1):
        with contextlib.suppress(NoteFault, NotProven):
            verified(changed)
            believed.append(at)
    assert believed == []


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def no_byte_is_changed_into_another_unnoticed(at: int, by: int) -> None:
    with pytest.raises((NoteFault, NotProven)):
        verified(DATA[:at] + bytes([DATA[at] ^ by]) + DATA[at + 1 :])


@pytest.mark.slow
def no_changed_byte_is_believed_by_the_example(tmp_path: Path) -> None:
    believed = [at for at, changed in changes(DATA, 2) if told(changed, tmp_path)[0] != 1]
    assert believed == []


def only_signatures_of_witnesses_that_are_not_needed_may_change_and_nothing_else_is_shown() -> None:
    whole, different = verified(DATA, EITHER), []
    for at, changed in changes(DATA, 3):
        with contextlib.suppress(NoteFault, NotProven):
            found = verified(changed, EITHER)
            different.append(at)
            bare = [msgspec.structs.replace(one, witnesses={}) for one in found.entries]
            assert bare == [msgspec.structs.replace(one, witnesses={}) for one in whole.entries]
            assert (found.opened, found.public) == (whole.opened, whole.public)
    starts = [at for name in (ONE, TWO) for at in found_at(DATA, name.key.name.encode())]
    assert different
    assert all(any(start <= at < start + 26 for start in starts) for at in different), "neither name nor id of a key"


def found_at(data: bytes, part: bytes) -> list[int]:
    """Return where a part stands."""
    return [at for at in range(len(data)) if data.startswith(part, at)]


def a_different_log_with_the_same_name_is_not_believed() -> None:
    forger = pair(ORIGIN, seed="forger")
    forged = data_of(bundle_of(log=forger))
    for trusted in (BOTH, ALONE):
        with pytest.raises(NotProven, match="entry 0 of the bundle"):
            verified(forged, trusted)
    with pytest.raises(NotProven, match="entry 0 of the bundle"):
        bundle.verify(forged, Policy((), {}, {}, "none"), [LOG.verifier], open_sealed)
    assert bundle.verify(DATA, Policy((), {}, {}, "none"), [LOG.verifier], open_sealed).opened


def a_verifier_without_any_key_believes_nothing() -> None:
    with pytest.raises(NotProven, match="No known key"):
        bundle.verify(DATA, Policy((), {}, {}, "none"), (), open_sealed)


def _entry(number: int, **members: str) -> Callable[[dict[str, Any]], None]:
    """Return what changes an entry."""
    return lambda made: made["entries"][number].update(members)


def _part(number: int, **members: object) -> Callable[[dict[str, Any]], None]:
    """Return what changes a sealed part."""
    return lambda made: made["record"]["sealed"][number].update(members)


def _stray(made: dict[str, Any]) -> None:
    """Write a salt with bits that its bytes do not need."""
    salt = made["entries"][0]["salt"]
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    made["entries"][0]["salt"] = salt[:-1] + signs[signs.index(salt[-1]) ^ 1]
    assert base64.urlsafe_b64decode(made["entries"][0]["salt"] + "=") == base64.urlsafe_b64decode(salt + "=")


def _more(made: dict[str, Any]) -> None:
    """Say more in a proof than is proven."""
    made["entries"][1]["proof"] = made["entries"][1]["proof"].replace("index", "extra AAAA\nindex", 1)


def _swapped(made: dict[str, Any]) -> None:
    """Give one entry the other's statement, with its salt."""
    for name in ("statement", "salt"):
        made["entries"][0][name] = made["entries"][1][name]


def _elsewhere(made: dict[str, Any]) -> None:
    """Prove an entry in another log that the verifier trusts as much."""
    made["origin"] = "node.example/other"


def _dropped(made: dict[str, Any]) -> None:
    """Leave the last sealed part out."""
    made["record"]["sealed"].pop()


def _forgotten(made: dict[str, Any]) -> None:
    """Leave the entry out that the record is held against."""
    made["entries"].pop(1)


def _public(made: dict[str, Any]) -> None:
    """Show another record."""
    made["record"]["public"] = PUBLIC.replace("L1", "L2")


def _half(made: dict[str, Any]) -> None:
    """Disclose a part without its key."""
    made["record"]["sealed"][0].pop("key")


SPOILT: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "leaf": (_entry(1, leaf="{}"), "leaf or the statement of entry 1"),
    "statement": (_entry(0, statement='{"count":4}'), "statement of entry 0 of the bundle is not what its leaf"),
    "spaces": (_entry(0, statement='{"count": 3}'), "statement of entry 0 of the bundle is not written"),
    "list": (_entry(0, statement="[3]"), "statement of entry 0 of the bundle is not written"),
    "float": (_entry(0, statement='{"count":3.0}'), "leaf or the statement of entry 0"),
    "deep": (_entry(0, statement="[" * 50_000 + "]" * 50_000), "leaf or the statement of entry 0"),
    "salt": (_entry(1, salt=web64(bytes(32))), "statement of entry 1"),
    "salt-short": (_entry(1, salt=web64(bytes(31))), "salt of entry 1 of the bundle is not base64url of 32 bytes"),
    "salt-padded": (_entry(1, salt=web64(bytes(32)) + "="), "salt of entry 1"),
    "salt-stray": (_stray, "salt of entry 0"),
    "salt-none": (_entry(1, salt=""), "salt of entry 1"),
    "swapped": (_swapped, "statement of entry 0"),
    "proof": (_entry(1, proof="c2sp.org/tlog-proof@v1\n"), "proof of entry 1"),
    "extra": (_more, "proof of entry 1 of the bundle says more"),
    "origin": (_elsewhere, "proof of entry 0 of the bundle is of another log"),
    "forgotten": (_forgotten, "no entry record.kept"),
    "public": (_public, "open part is not what entry 1 of the log"),
    "dropped": (_dropped, "does not have the sealed parts that entry 1"),
    "ciphertext": (_part(1, ciphertext=web64(b"other")), "ciphertext of sealed part 1"),
    "ciphertext-text": (_part(1, ciphertext="Ä"), "ciphertext of sealed part 1"),
    "key": (_part(0, key=web64(key_of(1))), "key of sealed part 0 is not the one"),
    "key-short": (_part(0, key=web64(key_of(0)[:16])), "key of sealed part 0 is not base64url of 32 bytes"),
    "context": (_part(0, context="part\x001"), "key of sealed part 0 does not open it"),
    "epoch": (_part(0, epoch=2), "key of sealed part 0 does not open it"),
    "half": (_half, "sealed part 0 stand together"),
    "loose": (_part(1, context="part\x001"), "sealed part 1 stand together"),
}


@pytest.mark.parametrize("name", SPOILT)
def what_does_not_hold_is_named_and_refused_here_and_by_the_example(name: str, tmp_path: Path) -> None:
    spoil, sentence = SPOILT[name]
    made = bundle_of()
    spoil(made)
    with pytest.raises((NoteFault, NotProven), match=sentence):
        verified(data_of(made))
    code, said = told(data_of(made), tmp_path)
    assert (code, "Refused: " in said, "Everything" in said) == (1, True, False)


@pytest.mark.parametrize("plain", [b"", b"[]", b'{"/a":', b'"text"', b"\xff", b"[" * 50_000])
def a_part_that_holds_no_fields_is_refused(plain: bytes, tmp_path: Path) -> None:
    made = data_of(bundle_of(parts=[{}], plain=[plain]))
    with pytest.raises(NotProven, match="sealed part 0"):
        verified(made)
    assert told(made, tmp_path)[0] == 1


@pytest.mark.parametrize("pointer", ["", "lrn", "/lrn", "/lrn/x", "/parties/1/name", "/parties/x/name", "/parties/0"])
def what_is_disclosed_never_takes_the_place_of_what_is_open(pointer: str, tmp_path: Path) -> None:
    made = data_of(bundle_of(parts=[{pointer: "other"}]))
    with pytest.raises(NotProven, match="no place"):
        verified(made)
    assert told(made, tmp_path)[0] == 1


def a_field_is_disclosed_once(tmp_path: Path) -> None:
    made = data_of(bundle_of(parts=[{"/a": "1"}, {"/a": "2"}], disclosed=2))
    with pytest.raises(NotProven, match="sealed part 1 is in another part too"):
        verified(made)
    assert told(made, tmp_path)[0] == 1


def a_record_that_is_no_json_is_refused_once_something_belongs_in_it() -> None:
    for public in ("", "[]", '"text"', "{"):
        with pytest.raises(NotProven, match="no place"):
            verified(data_of(bundle_of(public=public)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        DATA[:-1],
        DATA + b"\n",
        b" " + DATA,
        DATA.replace(b'{"entries"', b'{ "entries"', 1),
        DATA.replace(b'"format":"tidewaiter-evidence/1"', b'"format":"tidewaiter-evidence/2"', 1),
        DATA.replace(b'"epoch":1', b'"epoch":true', 1),
        DATA.replace(b'"epoch":1', b'"epoch":1.0', 1),
        DATA.replace(b'"epoch":1', b'"epoch":1,"epoch":1', 1),
        DATA.replace(b'"epoch":1', b'"epoch":1,"extra":1', 1),
        DATA.replace(b'"epoch":1', b'"epoch":null', 1),
        DATA.replace(b"Quill", b"\\u0051uill", 1).replace(b"importer", b"\\u0069mporter", 1),
        DATA.replace(ORIGIN.encode(), b"\\ud800", 1),
        DATA.replace(b'"record":', b'"recorc":', 1),
    ],
    ids=range(19),
)
def what_is_not_written_the_one_way_is_no_bundle(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(NoteFault, match="bundle"):
        bundle.parse(data)
    assert told(data, tmp_path)[0] == 1


def a_bundle_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoteFault, match="1 to 10,000 entries"):
        bundle.parse(data_of(bundle_of() | {"entries": []}))
    monkeypatch.setattr(bundle, "ENTRIES_MAX", 1)
    with pytest.raises(NoteFault, match="1 to 1 entries"):
        bundle.parse(DATA)
    monkeypatch.setattr(bundle, "BUNDLE_BYTES_MAX", len(DATA) - 1)
    with pytest.raises(NoteFault, match="are read"):
        bundle.parse(DATA)


def no_personal_data_are_in_what_is_said_of_a_bundle_that_does_not_hold() -> None:
    for _, changed in islice(changes(DATA, 4), 0, None, 7):
        try:
            verified(changed)
        except TidewaiterError as wrong:
            said = wrong.sentence + wrong.remedy
            assert not any(one in said for one in ("Quill", "Zo", web64(key_of(0))[:8], "importer"))


def a_stranger_runs_the_example_on_its_own(tmp_path: Path) -> None:
    file = tmp_path / "some.evidence.json"
    file.write_bytes(DATA)
    command = [sys.executable, "-I", str(SCRIPT), str(file), *TRUSTED]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Entry 1 of 7, witnesses ['w.example/one', 'w.example/two']: record.kept" in done.stdout
    assert '"name": "Quillfeather"' in done.stdout
    assert "Record (1 parts sealed): " in done.stdout
    file.write_bytes(DATA.replace(b"importer", b"imposter"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (1, "Refused: the record is another one")
    assert "Everything" not in done.stdout


def the_example_asks_for_the_witnesses_that_its_reader_trusts(tmp_path: Path) -> None:
    three = pair("w.example/three", ONE.key.kind)
    alone = ("--log-key", LOG.key.vkey)
    assert told(DATA, tmp_path, *alone)[0] == 0
    assert told(DATA, tmp_path, *alone, "--witness", three.key.vkey)[0] == 1
    trusted = (*TRUSTED, "--witness", three.key.vkey)
    assert told(DATA, tmp_path, *trusted)[0] == 1
    assert told(DATA, tmp_path, *trusted, "--quorum", "2")[0] == 0
    assert told(DATA, tmp_path, *alone, *(("--witness", ONE.key.vkey) * 2), "--quorum", "2")[0] == 1
    forged = pair(ONE.key.name, ONE.key.kind, seed="forger")
    assert told(DATA, tmp_path, *alone, "--witness", forged.key.vkey)[0] == 1
    assert told(DATA, tmp_path, "--log-key", ONE.key.vkey)[0] == 1
    assert told(DATA, tmp_path, "--log-key", pair(ORIGIN, seed="x").key.vkey)[0] == 1
    assert told(DATA, tmp_path, "--log-key", LOG.key.vkey[:-3] + "AA=")[0] == 1


def the_example_is_short_and_shares_nothing_with_this_program() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert sum(bool(line.strip()) for line in text.splitlines()) <= SCRIPT_LINES_MAX
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    assert {one.partition(".")[0] for one in names} <= sys.stdlib_module_names | {"cryptography"}


def an_entry_alone_is_evidence_too(tmp_path: Path) -> None:
    made = {"format": bundle.FORMAT, "origin": ORIGIN, "entries": entries([("key.rotated", {"epoch": 2})], 1)}
    assert verified(data_of(made)).entries[0].statement == {"epoch": 2}
    assert told(data_of(made), tmp_path)[0] == 0


def nothing_in_a_bundle_drives_the_terminal_of_its_reader(tmp_path: Path) -> None:
    made = data_of(bundle_of(parts=[{"/note": "\x9b2J \u202e\x7f"}]))
    assert "\\x9b2J \\u202e\\x7f" in told(made, tmp_path)[1]
