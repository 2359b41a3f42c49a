"""Prove that a backup holds together, and that a restored node signs nothing that forks its log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tidewaiter import backup, custody, journey, witnessing
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.errors import Conflict, LogFault, NodeFault, NotFound, NotProven, WitnessAhead
from tidewaiter.kernel.log import audit, cosignatures, witness
from tidewaiter.kernel.log.asking import Witness
from tidewaiter.kernel.log.notes import Key
from tidewaiter.kernel.log.policy import Party, Policy, write
from tidewaiter.kernel.records import Declaration
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import Node, start
from tidewaiter.stages import record

if TYPE_CHECKING:
    from tidewaiter.kernel.log.witness import Answer

Take = Callable[..., journey.Arrived]
LINE = {"kind": "Declaration", "lrn": "L1", "parties": [{"role": "importer", "id": "X", "name": "Quillfeather"}]}


class Remembered:
    """What a witness knows, in memory."""

    def __init__(self) -> None:
        self.known: dict[str, witness.Head] = {}

    def load(self, origin: str) -> witness.Head:
        """Return what is known."""
        return self.known.get(origin, witness.Head())

    def swap(self, origin: str, known: witness.Head, head: witness.Head) -> bool:
        """Keep what is new."""
        if self.load(origin) != known:
            return False
        self.known[origin] = head
        return True


class Fjord:
    """A witness that is called as a function; it can be out of reach."""

    def __init__(self) -> None:
        self.signer = Ed25519PrivateKey.generate()
        public = self.signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = Key("fjord.example", cosignatures.COSIGNED_ED25519, public)
        self.heads = Remembered()
        self.reachable = True

    def names(self, node: Node) -> None:
        """Let a node's policy name this witness."""
        party = Party(self.key, "https://fjord.example/")
        made = Policy((Party(node.ledger.key),), {"fjord": party}, {}, "fjord")
        (node.folder / witnessing.POLICY_FILE).write_bytes(write(made))

    def witnesses(self, node: Node, _policy: Policy) -> list[Witness]:
        """Return this witness as a node asks it."""
        logs = {node.ledger.origin: [node.ledger.verifier]}
        cosigner = witness.Cosigner(self.key, self.signer.sign)

        def call(body: bytes) -> Answer:
            if not self.reachable:
                raise OSError
            return witness.add_checkpoint(body, logs, self.heads, [cosigner], 1_764_000_000)

        return [Witness("fjord", [cosignatures.Ed25519Cosigner(self.key)], call)]


@pytest.fixture
def fjord(monkeypatch: pytest.MonkeyPatch) -> Fjord:
    """Give a witness that every node asks whose policy names one."""
    made = Fjord()
    monkeypatch.setattr(witnessing, "witnesses_of", made.witnesses)
    return made


@pytest.fixture
def kept(node: Node, take: Take) -> Node:
    """Give a node in files of its own that has one declaration."""
    if node.settings.database_url and not node.database.is_sqlite:
        pytest.skip("a database on a server is backed up there")
    take(json.dumps(LINE).encode(), mapping="", name="one.jsonl")
    return node


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of a node that has its database at home."""
    return Settings(home=str(tmp_path / "node"), administration="KR", currency="KRW", officer="tester")


@contextmanager
def restored(node: Node, folder: Path, keys: Path | None, clock: SetClock) -> Iterator[Node]:
    """Restore a backup elsewhere, as the command does, with the old node's root of keys."""
    home = folder.parent / "restored"
    settings = msgspec.structs.replace(node.settings, home=str(home), root_file=str(node.folder / "root.keys"))
    made = backup.restore(settings, folder, keys=keys)
    again = start(settings, clock)
    try:
        again.note(witnessing.RESTORED, made.made_at)
        yield again
    finally:
        again.close()


def change(node: Node) -> None:
    """Change something, so that the log is signed."""
    with node.work() as work:
        work.leave("officer.tested", {})


def what_is_backed_up_is_restored_whole_and_goes_on(kept: Node, tmp_path: Path, set_clock: SetClock) -> None:
    made = backup.back_up(kept, tmp_path / "copy", keys=tmp_path / "keys")
    assert backup.read_manifest(tmp_path / "copy") == made
    with restored(kept, tmp_path / "copy", tmp_path / "keys", set_clock) as again:
        change(again)
        files = again.ledger.files()
        assert audit.audit(files, again.ledger.origin, [again.ledger.verifier]).sound
        files.close()
        with again.database.reading() as connection:
            versions = record.find(connection, again.vault, "L1")
        [whole] = custody.read_personal(again, versions, purpose="audit")
        assert isinstance(whole.record, Declaration)
        assert whole.record.parties[0].name == "Quillfeather"


def a_backup_holds_no_keys_and_nothing_personal(kept: Node, tmp_path: Path) -> None:
    backup.back_up(kept, tmp_path / "copy")
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert not names & {"keys.sqlite3", "root.keys"}
    for path in (tmp_path / "copy").rglob("*"):
        assert path.is_dir() or b"Quillfeather" not in path.read_bytes()


def a_restored_node_whose_witness_has_seen_more_refuses_to_sign(
    kept: Node, tmp_path: Path, set_clock: SetClock, fjord: Fjord
) -> None:
    fjord.names(kept)
    backup.back_up(kept, tmp_path / "copy", keys=tmp_path / "keys")
    change(kept)
    _, judgement = witnessing.ask(kept)
    assert judgement is not None
    with restored(kept, tmp_path / "copy", tmp_path / "keys", set_clock) as again:
        fjord.names(again)
        with pytest.raises(WitnessAhead, match="fjord knows"):
            change(again)
        with pytest.raises(WitnessAhead):  # and again: it is not asked once and then forgotten
            change(again)


def a_restored_node_waits_for_a_witness_that_does_not_answer(
    kept: Node, tmp_path: Path, set_clock: SetClock, fjord: Fjord
) -> None:
    backup.back_up(kept, tmp_path / "copy", keys=tmp_path / "keys")
    with restored(kept, tmp_path / "copy", tmp_path / "keys", set_clock) as again:
        fjord.names(again)
        fjord.reachable = False
        with pytest.raises(NotProven, match="restored"):
            change(again)
        fjord.reachable = True
        change(again)
        assert again.fact(witnessing.RESTORED) == ""


def a_node_that_was_not_restored_goes_on_without_its_witness(kept: Node, fjord: Fjord) -> None:
    fjord.names(kept)
    fjord.reachable = False
    kept.ledger._asked = False
    change(kept)
    asked, judgement = witnessing.ask(kept)
    assert judgement is None
    assert list(asked.missing) == ["fjord"]


def a_copy_that_is_behind_refuses_however_lately_its_witness_was_asked(kept: Node, fjord: Fjord) -> None:
    fjord.names(kept)
    witnessing.ask(kept)
    origin, key = kept.ledger.origin, fjord.heads
    known = key.load(origin)
    key.known[origin] = witness.Head(known.size + 5, b"x" * 32)  # it has cosigned what this node has not
    kept.ledger._asked = False
    with pytest.raises(WitnessAhead):
        change(kept)
    with pytest.raises(WitnessAhead):
        custody.begin_epoch(kept, reason="monthly")
    assert kept.vault.epoch == 1  # no key is destroyed by a node that may not sign


def a_witness_that_is_disregarded_by_name_does_not_halt_the_node(kept: Node, fjord: Fjord) -> None:
    fjord.names(kept)
    fjord.heads.known[kept.ledger.origin] = witness.Head(1_000, b"x" * 32)  # it lies
    kept.ledger._asked = False
    with pytest.raises(WitnessAhead):
        witnessing.ask(kept)
    asked, judgement = witnessing.ask(kept, disregard=["fjord"])
    assert judgement is None
    assert list(asked.claims) == ["fjord"]
    change(kept)


def what_is_witnessed_is_kept_and_proofs_are_made_under_it(kept: Node, fjord: Fjord) -> None:
    fjord.names(kept)
    witnessing.ask(kept)
    witnessed = kept.ledger.witnessed()
    change(kept)
    [(_, shown)] = witnessing.prove(kept, [0])
    assert shown.checkpoint == witnessed
    size = kept.ledger.integrate()
    [(_, newest)] = witnessing.prove(kept, [size - 1])
    assert newest.checkpoint == kept.ledger.checkpoint()


@pytest.mark.parametrize("harm", ["changed", "missing", "manifest", "none"])
def a_backup_that_is_not_what_it_was_is_refused_and_nothing_is_restored(
    kept: Node, tmp_path: Path, set_clock: SetClock, harm: str
) -> None:
    folder = tmp_path / "copy"
    backup.back_up(kept, folder)
    if harm == "changed":
        data = (folder / "log" / "entries").read_bytes()
        (folder / "log" / "entries").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif harm == "missing":
        (folder / "log" / "entries").unlink()
    elif harm == "manifest":
        (folder / "manifest.json").write_text("{")
    else:
        (folder / "manifest.json").unlink()
    with pytest.raises((NodeFault, NotFound)), restored(kept, folder, None, set_clock):
        pass
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize(
    "path", ["../stranger", "log/../../stranger", "/etc/hostname", "stranger", "log", "keys.sqlite3", "", "log/door"]
)
def no_backup_writes_outside_the_node(kept: Node, tmp_path: Path, set_clock: SetClock, path: str) -> None:
    folder = tmp_path / "copy"
    made = backup.back_up(kept, folder)
    (tmp_path / "stranger").write_bytes(b"")
    (folder / "log" / "door").symlink_to(tmp_path / "stranger")
    files = {**made.files, path: hashlib.sha256(b"").hexdigest()}
    changed = msgspec.json.encode(msgspec.structs.replace(made, files=files))
    (folder / "manifest.json").write_bytes(changed)
    with pytest.raises(NodeFault, match="no backup has"), restored(kept, folder, None, set_clock):
        pass
    assert not (tmp_path / "restored").exists()


def what_is_backed_up_and_restored_is_its_owners_alone(kept: Node, tmp_path: Path, set_clock: SetClock) -> None:
    backup.back_up(kept, tmp_path / "copy", keys=tmp_path / "keys")
    with restored(kept, tmp_path / "copy", tmp_path / "keys", set_clock) as again:
        for path in (tmp_path / "copy", tmp_path / "keys", again.folder):
            assert path.stat().st_mode & 0o077 == 0, path.name
        for name in ("node.sqlite3", "keys.sqlite3"):
            assert (again.folder / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize("harm", ["settings", "origin", "signature"])
def a_backup_that_somebody_changed_together_with_its_manifest_is_refused(
    kept: Node, tmp_path: Path, set_clock: SetClock, harm: str
) -> None:
    folder = tmp_path / "copy"
    made = backup.back_up(kept, folder, keys=tmp_path / "keys")
    if harm == "settings":  # a module of theirs would be loaded into the node
        (folder / "tidewaiter.toml").write_text('pkcs11_module = "/tmp/evil.so"\n')
        digest = hashlib.sha256((folder / "tidewaiter.toml").read_bytes()).hexdigest()
        made = msgspec.structs.replace(made, files={**made.files, "tidewaiter.toml": digest})
    elif harm == "origin":
        made = msgspec.structs.replace(made, origin="other.example/log")
    else:
        made = msgspec.structs.replace(made, signature="none")
    (folder / "manifest.json").write_bytes(msgspec.json.encode(made))
    with pytest.raises(NodeFault, match="not signed"), restored(kept, folder, tmp_path / "keys", set_clock):
        pass
    assert not list((tmp_path / "restored").iterdir())


def a_place_that_is_taken_is_refused(kept: Node, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    backup.back_up(kept, folder)
    with pytest.raises(Conflict, match="not empty"):
        backup.back_up(kept, folder)
    with pytest.raises(Conflict, match="already"):
        backup.restore(kept.settings, folder)
    with pytest.raises(Conflict, match="must not lie"):
        backup.back_up(kept, tmp_path / "other", keys=tmp_path / "other" / "keys")


def a_node_is_not_restored_without_its_keys(kept: Node, tmp_path: Path) -> None:
    backup.back_up(kept, tmp_path / "copy")
    elsewhere = msgspec.structs.replace(kept.settings, home=str(tmp_path / "elsewhere"))
    with pytest.raises(NodeFault, match="no key store"):
        backup.restore(elsewhere, tmp_path / "copy")


def a_database_that_was_copied_back_by_hand_is_refused(kept: Node, tmp_path: Path, set_clock: SetClock) -> None:
    kept.database.forget_deleted()
    old = (kept.folder / "node.sqlite3").read_bytes()
    change(kept)
    change(kept)
    kept.close()
    for end in ("-wal", "-shm"):
        (kept.folder / f"node.sqlite3{end}").unlink(missing_ok=True)
    (kept.folder / "node.sqlite3").write_bytes(old)
    again = start(kept.settings, set_clock)
    with pytest.raises(LogFault, match="older copy"):
        change(again)
    again.close()
