"""Build a node from its settings: the only place that chooses databases, engines, lists and models."""

from __future__ import annotations

import fcntl
import getpass
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tidewaiter import witnessing
from tidewaiter.kernel import seal
from tidewaiter.kernel import settings as settings_file
from tidewaiter.kernel.access import Access, Deed
from tidewaiter.kernel.artifacts import Artifacts
from tidewaiter.kernel.clock import Clock, SystemClock, today
from tidewaiter.kernel.codes import CodeList, Codes, from_json, to_json
from tidewaiter.kernel.db import Outbox, Work, connect, head_revision, migrate, refuse_newer, revision_of
from tidewaiter.kernel.db.tables import fact
from tidewaiter.kernel.errors import KeyFault, NodeFault, StorageFault
from tidewaiter.kernel.lake import Lake
from tidewaiter.kernel.ledger import Ledger
from tidewaiter.kernel.log import Cosigner, Key
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519
from tidewaiter.stages import learn, screen, validate
from tidewaiter.stages.receive.xml.schemas import Schemas, packed, unpacked

if TYPE_CHECKING:
    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.seal import Vault
    from tidewaiter.kernel.settings import Settings

_CODES = "codes"
_MODEL = "model"
_PROFILES = "profiles"
_SCHEMAS = "schemas"
_ACCESS = "access"
_NUMBER_BYTES = 8


class Standing:
    """What a node knows without its database: settings, clock, code lists, rules."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.folder = settings.folder
        self.artifacts = Artifacts(self.folder / "artefacts")
        self._checker: tuple[date, validate.Checker] | None = None

    @cached_property
    def codes(self) -> Codes:
        """The code lists: those of the packages, and over them those that were loaded."""
        loaded = []
        for slot in self.artifacts.slots(_CODES):
            place = self.artifacts.current(_CODES, slot=slot)
            if place is not None:
                loaded.append(from_json((place / "list.json").read_bytes()))
        return Codes(loaded)

    @cached_property
    def schemas(self) -> Schemas:
        """The XML schemas that were loaded, by the names of their sets; compiled when a document needs them."""
        return Schemas({name: self.schema_set(name) for name in self.schema_names()})

    def schema_names(self) -> tuple[str, ...]:
        """Return the names of the sets of XML schemas that were loaded."""
        return self.artifacts.slots(_SCHEMAS)

    def schema_hash(self, name: str) -> str | None:
        """Return the hash of a set of XML schemas, or None where none was loaded under the name."""
        place = self.artifacts.current(_SCHEMAS, slot=name)
        return None if place is None else place.name

    def schema_set(self, name: str) -> Mapping[str, bytes]:
        """Return path → bytes of the files of a set of XML schemas; none where none was loaded under the name."""
        place = self.artifacts.current(_SCHEMAS, slot=name)
        return unpacked({file.name: file.read_bytes() for file in sorted(place.iterdir())} if place else {})

    def load_schemas(self, name: str, files: Mapping[str, bytes]) -> str:
        """Keep a set of XML schemas and make it the current one of its name; return its hash."""
        digest = self.artifacts.put(_SCHEMAS, packed(files), slot=name)
        self.__dict__.pop("schemas", None)
        return digest

    @property
    def checker(self) -> validate.Checker:
        """The checker of records, with the current lists and today's date, however long the node has been running."""
        day = today(self.clock)
        if self._checker is None or self._checker[0] != day:
            self._checker = day, validate.Checker(self.codes, today=day, settings=self.settings)
        return self._checker[1]


class Node(Standing):
    """A running node: its settings, its clock, its stores, and what it knows."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        super().__init__(settings, clock)
        self.database = database
        self._officer = ""
        self.disregarded: frozenset[str] = frozenset()
        """Witnesses whose word does not halt this program: an officer said so, and the log has it."""
        self.outbox = Outbox(database, clock, settings)
        self.lake = Lake(self.folder / "lake", database, clock, settings)

    @cached_property
    def vault(self) -> Vault:
        """The keys of what is sealed, and the log's signing key."""
        return seal.open_vault(self.settings, self.clock)

    @cached_property
    def ledger(self) -> Ledger:
        """The log of what this node did, and the queue before it."""
        made = Ledger(
            self.database,
            self.folder / "log",
            origin=self.fact("log_origin") or "",
            public=self.vault.signer_public(),
            sign=self.vault.sign,
            wait_seconds_max=self.settings.database_busy_seconds_max,
        )
        made.before_signing = lambda log: witnessing.before_signing(self, log)
        return made

    def cosigners(self) -> tuple[Cosigner, ...]:
        """Return the keys that this node witnesses other logs with."""
        name = f"{self.fact('log_origin')}/witness"
        return (Cosigner(Key(name, COSIGNED_ED25519, self.vault.cosigner_public()), self.vault.cosign),)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Give one unit of work: everything in it is kept together, or nothing is; at its end the log has it."""
        upto = None
        with self.database.writing() as connection:
            self.vault.refresh()  # another program may have begun an epoch, whose blind index is another
            work = Work(connection, now=self.clock.now(), officer=self.officer, vault=self.vault)
            yield work
            if work.happened:
                upto = self.ledger.queue(connection, work.happened, at=work.now, actor=work.officer)
        if upto is not None:
            self.ledger.integrate(upto)

    @property
    def officer(self) -> str:
        """Who acts: whom the door has let in, else the setting, else the account this program runs under."""
        return self._officer or self.settings.officer or getpass.getuser()

    def acts(self, officer: str) -> None:
        """Note who acts from now on."""
        self._officer = officer

    @cached_property
    def access(self) -> Access:
        """Who may do what."""
        return Access(self.database, self.settings, begin=self.deed, seal=self._keep_secret, unseal=self._tell_secret)

    @contextmanager
    def deed(self) -> Iterator[Deed]:
        """Give a unit of work as access takes one: what it does goes into the log in the same commit."""
        with self.work() as work:
            yield Deed(work.connection, work.now, work.leave)

    def _keep_secret(self, secret: bytes) -> bytes:
        """Seal a few bytes under a key of their own: the key's number, then the ciphertext."""
        key = self.vault.fresh(_ACCESS, 1)[0]
        return key.id.to_bytes(_NUMBER_BYTES, "big") + key.seal(secret, _ACCESS)

    def _tell_secret(self, sealed: bytes) -> bytes:
        """Open what `_keep_secret` sealed; raises KeyFault where its key is gone."""
        number = int.from_bytes(sealed[:_NUMBER_BYTES], "big")
        key = self.vault.keys([number]).get(number)
        if key is None:
            message = f"The key {number} of something that was sealed is gone."
            raise KeyFault(message, "Set the factor up anew, or ask for the approval again.")
        return key.open(sealed[_NUMBER_BYTES:], _ACCESS)

    def load_codes(self, codes: CodeList) -> str:
        """Keep a code list and make it the current one of its id and edition; return its hash."""
        digest = self.artifacts.put(_CODES, {"list.json": to_json(codes)}, slot=_slot(codes))
        self.__dict__.pop("codes", None)
        self._checker = None
        with self.work() as work:
            work.leave("codes.loaded", {"list": codes.id, "edition": codes.edition, "sha256": digest})
        return digest

    def load_schemas(self, name: str, files: Mapping[str, bytes]) -> str:
        """Keep a set of XML schemas and make it the current one of its name; return its hash."""
        digest = super().load_schemas(name, files)
        with self.work() as work:
            work.leave("schemas.loaded", {"set": name, "sha256": digest})
        return digest

    @cached_property
    def pack(self) -> screen.RulePack:
        """The rule pack: the setting's, else the one that ships."""
        return screen.load_pack(Path(self.settings.rule_pack) if self.settings.rule_pack else None)

    @cached_property
    def model(self) -> learn.FittedModel | None:
        """The current fitted model, or None where none was fitted yet."""
        place = self.artifacts.current(_MODEL)
        return None if place is None else learn.load(place)

    def keep_model(self, model: learn.FittedModel) -> str:
        """Keep a fitted model and make it the current one; return its hash."""
        made = self._scratch("model")
        learn.save(model, made)
        digest = self.artifacts.adopt(_MODEL, made)
        self.__dict__.pop("model", None)
        with self.work() as work:
            work.leave("model.activated", {"sha256": digest})
        return digest

    def profiles(self) -> Path:
        """Return the folder of profiles that cover all history there is, building them where they are stale."""
        files = [*self.lake.files(screen.ITEMS), *self.lake.files(screen.OUTCOMES)]
        cover = "\n".join([screen.catalogue_version(), *sorted(file.sha256 for file in files)])
        place = self.artifacts.current(_PROFILES)
        if place is not None and self.fact("profiles_cover") == f"{place.name}\n{cover}":
            return place
        made = self._scratch("profiles")
        with self.lake.engine() as engine:
            items, outcomes = self.lake.paths(screen.ITEMS), self.lake.paths(screen.OUTCOMES)
            screen.build_profiles(engine, items, outcomes, made, days_max=self.settings.profile_days)
        digest = self.artifacts.adopt(_PROFILES, made)
        self.artifacts.prune(_PROFILES)
        self.note("profiles_cover", f"{digest}\n{cover}")
        kept = self.artifacts.current(_PROFILES)
        assert kept is not None  # noqa: S101 - adopted above
        return kept

    def fact(self, name: str) -> str | None:
        """Return a single fact about the node."""
        with self.database.reading() as connection:
            value: str | None = connection.execute(sa.select(fact.c.value).where(fact.c.name == name)).scalar()
        return value

    def note(self, name: str, value: str) -> None:
        """Write a single fact about the node."""
        with self.database.writing() as connection:
            connection.execute(fact.delete().where(fact.c.name == name))
            connection.execute(fact.insert(), {"name": name, "value": value})

    @property
    def control_seed(self) -> str:
        """The seed of the random draw: the setting's, else the node's own."""
        return self.settings.control_seed or self.fact("control_seed") or ""

    @contextmanager
    def only_worker(self) -> Iterator[bool]:
        """Say whether this process may run steps: one at a time does in a folder; the lock dies with the process."""
        path = self.folder / "worker.lock"
        try:
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}."
            raise StorageFault(message, "Make the folder writable for this user.") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(handle)

    def close(self) -> None:
        """Close the node's connections."""
        if "ledger" in self.__dict__:
            self.ledger.close()
        if "vault" in self.__dict__:
            self.vault.close()
        self.database.close()

    def _scratch(self, name: str) -> Path:
        """Return a fresh folder on the same disk as the artefacts."""
        place = self.folder / "artefacts" / f".{name}-{secrets.token_hex(4)}"
        place.mkdir(parents=True)
        return place


def create(settings: Settings, clock: Clock | None = None) -> tuple[Node, bool]:
    """Make a node in the settings' home folder, or bring the one there up to date; return it and whether it is new.

    Raises NodeFault where the folder cannot be written or the database is from a newer program.
    """
    folder = settings.folder
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / settings_file.FILE
        if not file.exists():
            file.write_text(_first_settings(settings), encoding="utf-8")
            file.chmod(0o600)
    except OSError as error:
        message = f"The folder {folder} cannot be written: {error.strerror}."
        raise NodeFault(message, "Give a folder this user may write in, with --home.") from error
    database = connect(settings)
    with _closing_on_fault(database):
        before, _ = migrate(database)
    clock = clock or SystemClock()
    with _closing_on_fault(database):
        seal.create_vault(settings, clock).close()
        node = Node(settings, database, clock)
        if node.fact("node_id") is None:
            node.note("node_id", secrets.token_hex(8))
            node.note("control_seed", secrets.token_hex(16))
        if node.fact("log_origin") is None:
            node.note("log_origin", settings.log_origin or _origin(settings, node.fact("node_id") or ""))
            with node.work() as work:
                work.leave("node.made", {"origin": node.fact("log_origin"), "node": node.fact("node_id")})
    return node, before is None


def _origin(settings: Settings, node_id: str) -> str:
    """Return a name for a log that has none: nobody else's, and under a domain that there cannot be."""
    return f"{settings.administration.lower()}.customs.invalid/{node_id}"


def start(settings: Settings, clock: Clock | None = None) -> Node:
    """Open the node of the settings' home folder; raises NodeFault where there is none or it does not fit."""
    if not settings.database_url and not (settings.folder / "node.sqlite3").exists():
        message = f"There is no node in the folder {settings.folder.absolute()}."
        raise NodeFault(message, "Run `tidewaiter init` first, or name the folder with --home.")
    database = connect(settings)
    with _closing_on_fault(database):
        revision = revision_of(database)
        if revision != head_revision():
            refuse_newer(database, revision)
            needed = f"this program needs {head_revision()}"
            message = f"{database.place} has tables of revision {revision or 'none'}; {needed}."
            raise NodeFault(message, "Run `tidewaiter init`, which brings them up to date and loses nothing.")
    return Node(settings, database, clock or SystemClock())


@contextmanager
def _closing_on_fault(database: Database) -> Iterator[None]:
    """Close the database when what is done with it fails."""
    try:
        yield
    except BaseException:
        database.close()
        raise


def _slot(codes: CodeList) -> str:
    """Return where an edition of a list is kept: editions stand side by side, each in force on its own days."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", f"{codes.id}@{codes.edition}")


def standing(settings: Settings, clock: Clock | None = None) -> Standing:
    """Return what can be known without a database: what checking a file needs."""
    return Standing(settings, clock or SystemClock())


def _first_settings(settings: Settings) -> str:
    """Return the text of a new settings file."""
    return (
        "# Settings of this node. `tidewaiter doctor --settings` lists them all, with their units and defaults.\n"
        f'administration = "{settings.administration}"\n'
        f'currency = "{settings.currency}"\n'
        f"inspection_share = {settings.inspection_share}\n"
        f"control_share = {settings.control_share}\n"
    )
