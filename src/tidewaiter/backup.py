"""Back a node up so that database and log fit, and restore it so that it cannot sign a fork."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel import settings as settings_file
from tidewaiter.kernel.clock import SystemClock, instant
from tidewaiter.kernel.errors import Conflict, NodeFault, NotFound
from tidewaiter.kernel.log import files as log_files
from tidewaiter.kernel.log import leaf
from tidewaiter.kernel.log.files import LOCK_FILE
from tidewaiter.kernel.log.notes import ED25519, Key, ed25519_key, holds
from tidewaiter.kernel.seal import open_vault

if TYPE_CHECKING:
    from tidewaiter.kernel.settings import Settings
    from tidewaiter.node import Node

MANIFEST = "manifest.json"
DATABASE = "node.sqlite3"
KEYS = "keys.sqlite3"
FORMAT = "tidewaiter-backup/1"
_FOLDERS = ("log", "artefacts", "lake")
_OCTETS = 1_048_576


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: SHA-256 of each file by its path, the log's checkpoint, when it was made, of which node.

    `signature` is the log's key's, in hexadecimal, over all the rest.
    """

    format: str
    origin: str
    made_at: str
    checkpoint: str
    files: Mapping[str, str]
    signature: str = ""

    @property
    def signed(self) -> bytes:
        """What the signature is over: it is no checkpoint, and can be taken for nothing else."""
        plain = msgspec.to_builtins(msgspec.structs.replace(self, signature=""))
        return f"{FORMAT}\n".encode() + leaf.canonical(plain)


def back_up(node: Node, folder: Path, *, keys: Path | None = None) -> Manifest:
    """Copy a node into an empty folder while it runs; the key store only into a folder of its own, where one is given.

    Nothing is integrated and no step runs meanwhile, so that the database's copy and the log's belong together. Raises
    NodeFault for a node on a database server, which has its own way.
    """
    if not node.database.is_sqlite:
        message = "The state database is on a server: back it up there, with pg_dump."
        raise NodeFault(message, "Stop this node's programs first, and copy the folder log/ at the same time.")
    _insist_apart(folder, keys)
    with node.work() as work:
        work.leave("backup.made", {"keys": keys is not None})
    with node.only_worker() as alone:
        if not alone:
            message = "Steps are running; a backup waits for them to end."
            raise Conflict(message, "Run it again when they are done.")
        with log_files.holding(node.folder / "log", node.settings.database_busy_seconds_max):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _copy_database(node.folder / DATABASE, folder / DATABASE)
            for name in _FOLDERS:
                if (node.folder / name).exists():
                    ignored = shutil.ignore_patterns(LOCK_FILE, ".*")
                    shutil.copytree(node.folder / name, folder / name, ignore=ignored)
            shutil.copy2(node.folder / settings_file.FILE, folder / settings_file.FILE)
            checkpoint = node.ledger.checkpoint().decode()
    made = Manifest(
        format=FORMAT,
        origin=node.ledger.origin,
        made_at=instant(node.clock.now()),
        checkpoint=checkpoint,
        files={path: _sha256(folder / path) for path in _files(folder)},
    )
    made = msgspec.structs.replace(made, signature=node.vault.sign(made.signed).hex())
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(made)))
    if keys is not None:
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_database(node.folder / KEYS, keys / KEYS)
    return made


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup holds, if all of it is there as it was; raises NodeFault otherwise."""
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        message = f"There is no backup in {folder}: {MANIFEST} is missing."
        raise NotFound(message, "Name the folder that `tidewaiter backup` wrote.") from None
    except msgspec.DecodeError as wrong:
        message = f"{folder / MANIFEST} cannot be read: {wrong}."
        raise NodeFault(message) from None
    if found.format != FORMAT:
        message = f"{folder} is a backup of the form {found.format}; this program reads {FORMAT}."
        raise NodeFault(message)
    for path, digest in found.files.items():
        _insist_inside(folder, path)
        if not (folder / path).is_file() or _sha256(folder / path) != digest:
            message = f"The backup's file {path} is missing or is not what it was."
            raise NodeFault(message, "Take another copy of the backup; nothing was restored.")
    return found


def restore(settings: Settings, folder: Path, *, keys: Path | None = None) -> Manifest:
    """Make a node of a backup in the settings' home folder, which must be empty of one.

    `keys` is the folder of the key store's copy; without it, the key store that is at home is used. The node is marked:
    it signs nothing before a witness has said that it knows of nothing newer.
    """
    found, home = read_manifest(folder), settings.folder
    if (home / DATABASE).exists() or (home / "log").exists():
        message = f"There is a node in {home.absolute()} already."
        raise Conflict(message, "Restore into an empty folder, or move the old node away first.")
    if keys is None and not settings.key_store_url and not (home / KEYS).exists():
        message = f"There is no key store in {home.absolute()}, and none was given."
        raise NodeFault(message, "Give --keys FOLDER; without its keys nothing that is sealed can be read.")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if keys is not None:
        _copy_database(keys / KEYS, home / KEYS)
    try:
        _insist_signed(settings, found)
    except BaseException:
        if keys is not None:
            (home / KEYS).unlink()
        raise
    for path in sorted(found.files, key=lambda one: one == DATABASE):  # the database last: with it, there is a node
        target = home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target)
    return found


def _insist_apart(folder: Path, keys: Path | None) -> None:
    """Refuse a folder that is not empty, and keys that would lie in the backup."""
    if folder.exists() and any(folder.iterdir()):
        message = f"The folder {folder} is not empty."
        raise Conflict(message, "Give each backup a folder of its own.")
    if keys is not None and (keys.resolve() == folder.resolve() or folder.resolve() in keys.resolve().parents):
        message = "The key store must not lie in the backup: whoever finds the one would have the other."
        raise Conflict(message, "Give --keys a folder elsewhere, best on another medium.")


def _insist_signed(settings: Settings, found: Manifest) -> None:
    """Refuse a backup that was not made under the keys that it is restored with: nothing of it is used before."""
    vault = open_vault(settings, SystemClock())
    try:
        public = ed25519_key(Key(found.origin, ED25519, vault.signer_public()), ED25519)
    finally:
        vault.close()
    try:
        signature = bytes.fromhex(found.signature)
    except ValueError:
        signature = b""
    if not holds(public.verify, signature, found.signed):
        message = "The backup is not signed by the node whose keys these are: it was changed, or is another node's."
        raise NodeFault(message, "Take another copy of the backup, or the keys that belong to it.")


def _insist_inside(folder: Path, path: str) -> None:
    """Refuse a path that a backup of ours has not: out of it, through a link, or to what a node does not have."""
    parts = PurePosixPath(path).parts
    known = path in {DATABASE, settings_file.FILE} or (len(parts) > 1 and parts[0] in _FOLDERS)
    if not known or ".." in parts or not (folder / path).resolve().is_relative_to(folder.resolve() / parts[0]):
        message = f"The backup in {folder} names the file {path!r}, which no backup has."
        raise NodeFault(message, "Somebody changed it. Take another copy of the backup; nothing was restored.")


def _copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database as one state of it, while others may use it."""
    if not source.exists():
        message = f"There is no database {source}."
        raise NotFound(message)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600))  # its owner's alone before anything is in it
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)
    one.close()
    other.close()
    target.chmod(0o600)


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of the files in a backup, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            yield path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_OCTETS):
            digest.update(piece)
    return digest.hexdigest()
