"""Say which stage runs after which, and what is recorded in between. Meant to be printed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from tidewaiter import custody
from tidewaiter.kernel.db import Step, Work
from tidewaiter.kernel.errors import Conflict, Refused
from tidewaiter.kernel.records import KINDS, is_personal
from tidewaiter.stages import decide, investigate, learn, receive, record, screen, validate

if TYPE_CHECKING:
    from tidewaiter.node import Node, Standing

STAGES = ("receive", "validate", "record", "screen", "decide", "investigate", "learn")
"""The stages there are, in running order, which is reading order and the order of imports."""

_HASH_OCTETS = 1_048_576


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What arrives: a seekable stream of bytes, its name for people, and how its sender wants it read."""

    stream: BinaryIO
    name: str
    mapping: receive.Mapping | None = None
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sender: str | None = None


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a source: its message, the counts of this run, and whether it was complete before.

    `sha256` is that of its bytes; it is told, and not kept. `kinds` counts the records of this run by kind, `types`
    the messages by type where the format has messages.
    """

    message: record.Arrival
    sha256: str
    counts: record.Counts
    kinds: Mapping[str, int] = {}
    types: Mapping[str, int] = {}
    again: bool = False
    resumed_at: int = 0
    notes: tuple[str, ...] = ()


def arrive(node: Node, source: Source, *, progress: Callable[[record.Receipt], None] | None = None) -> Arrived:
    """Receive a source: read, check and keep it, stretch by stretch; what `progress` is told is on the disk.

    A source that was received before is recognised by its bytes: nothing is kept twice, and one that was broken off
    goes on where it stopped.
    """
    sha256, octets = measure(source.stream)
    opened = _open(node, source, sha256, octets)
    arrival, again = _enter(node, source, opened, sha256, octets)
    if again:
        notes = opened.head.notes
        return Arrived(message=arrival, sha256=sha256, counts=arrival.counts, again=True, notes=notes)
    resumed_at, counts, kinds, types = arrival.readings, record.Counts(), Counter[str](), Counter[str]()
    beside = record.Beside(amended=node.checker.check_amendment, together=node.checker.check_together)
    for checked, raw in _stretches(node, source, opened, arrival):
        with node.work() as work:  # one transaction: versions, findings, raw bytes, progress, next steps
            arrival = record.message_of(work.connection, arrival.id)
            if arrival.readings >= checked[0].reading.number:
                message = f"Another program is receiving {source.name} too; it has reached record {arrival.readings}."
                raise Conflict(message, "Let it finish; nothing was kept twice.")
            receipt = record.keep(work, arrival, checked, raw=raw, beside=beside, one_sender=source.sender is not None)
            _queue_steps(work, receipt, checked)
        counts += receipt.counts
        kinds.update(type(one.reading.record).__name__ for one in checked)
        types.update(_types(checked))
        if progress is not None:
            progress(receipt)
    with node.work() as work:
        arrival = record.message_of(work.connection, arrival.id)
        record.close_message(work, arrival, rest=_rest(source, opened.head, arrival, octets))
        arrival = record.message_of(work.connection, arrival.id)
    notes = opened.head.notes
    return Arrived(
        message=arrival, sha256=sha256, counts=counts, kinds=kinds, types=types, resumed_at=resumed_at, notes=notes
    )


def check(node: Standing, source: Source) -> tuple[receive.Head, Iterator[record.Checked]]:
    """Read and check a source without keeping anything; return its head and its records as a stream."""
    opened, checker = open_source(node, source), node.checker
    return opened.head, (
        record.Checked(reading, checker.check(reading.record, reading.faults)) for reading in opened.readings()
    )


def correct(node: Node, version: record.Version, changes: Sequence[record.Change], *, reason: str) -> record.Receipt:
    """Correct a record: a new version is checked and kept, the original stays, and the journey goes on from there."""
    (whole,) = custody.read_personal(node, [version], purpose=custody.REPAIR)
    repaired = record.corrected(whole, changes)
    with node.work() as work:
        _insist_newest(work, version)
        others = record.fellows(work.connection, version.record_key, repaired)
        findings = (*node.checker.check(repaired), *node.checker.check_together(repaired, others))
        told = msgspec.json.encode([_tellable(version.kind, one) for one in changes]).decode()
        receipt = record.put_version(work, version, repaired, findings, reason=reason, changes=told)
        _queue_steps_of(work, receipt.batch, version.kind)
    return receipt


def close(node: Node, version: record.Version, *, reason: str) -> record.Receipt:
    """Take a record off the repair queue as it is; a new version keeps its findings and says who did so, and why."""
    (whole,) = custody.read_personal(node, [version], purpose=custody.REPAIR)
    with node.work() as work:
        _insist_newest(work, version)
        if version.state != "repair":
            message = f"{version.reference} does not wait for repair: its version {version.version} is {version.state}."
            raise Conflict(message, "`tidewaiter repair list` shows what waits.")
        findings = tuple(record.findings_of(work.connection, version))
        return record.put_version(work, version, whole.record, findings, reason=reason, changes="[]", state="closed")


def _tellable(kind: str, change: record.Change) -> record.Change:
    """Return a change as it may stand in the open: the new value of a personal field is left out."""
    hidden = is_personal(KINDS[kind], change.path, inside=True)
    return msgspec.structs.replace(change, value="(sealed)") if hidden and change.value is not None else change


def _insist_newest(work: Work, version: record.Version) -> None:
    """Raise Conflict where a record has a newer version than the one an officer looked at."""
    newest = record.newest(work.connection, version.record_key)
    if newest.version != version.version:
        message = f"{version.reference} was changed meanwhile: it is at version {newest.version}."
        raise Conflict(message, "Look at it again before correcting it.")


def recheck(node: Node, keys: Sequence[bytes] | None) -> tuple[int, int]:
    """Check records of the repair queue again, all or some, and return (checked, no longer in need of repair).

    A record whose findings did not change stays as it is; another gets a new version with the same content.
    """
    checked = cleared = after = 0
    while True:
        with node.database.reading() as connection:
            if keys is None:
                entries = record.waiting(connection, limit=node.settings.batch_records, after=after)
                versions = [record.newest(connection, one.record_key) for one in entries]
                after = entries[-1].id if entries else after
            else:
                versions, keys = [record.newest(connection, key) for key in keys], []
            found = [record.findings_of(connection, version) for version in versions]
        versions = custody.read_personal(node, versions, purpose=custody.REPAIR)
        with node.database.reading() as connection:
            fellows = [record.fellows(connection, version.record_key, version.record) for version in versions]
        if not versions:
            return checked, cleared
        for version, before, others in zip(versions, found, fellows, strict=True):
            checked += 1
            now = node.checker.check(version.record, _faults(before))
            now += tuple(one for one in before if one.rule in _OF_ARRIVAL)
            now += node.checker.check_together(version.record, others)
            if [(one.rule, one.path) for one in now] == [(one.rule, one.path) for one in before]:
                continue
            with node.work() as work:
                reason = "checked again"
                receipt = record.put_version(work, version, version.record, now, reason=reason, changes="[]")
                _queue_steps_of(work, receipt.batch, version.kind)
            cleared += receipt.counts.kept


_OF_ARRIVAL = frozenset({"XDO-003"})
"""Rules whose findings are of the moment at which a record came, and stay with it when it is checked again."""


def _faults(findings: Sequence[validate.Finding]) -> list[receive.Fault]:
    """Return what reading stumbled over, from the findings it led to: it is not read again."""
    return [
        receive.Fault(rule=one.rule, code=one.code, path=one.path, place=one.place, params=one.params)
        for one in findings
        if one.code in receive.FAULTS and receive.FAULTS[one.code].rule == one.rule
    ]


def follow_up(node: Node, *, progress: Callable[[str, int], None] | None = None) -> int:
    """Run the steps that are queued, in the order of the stages; return how many ran.

    Only one process does so at a time in a node's folder; another one returns 0 at once.
    """
    with node.only_worker() as mine:
        if not mine:
            return 0
        done = node.outbox.drain([(name, most, _bound(node, run)) for name, most, run in STEPS], progress=progress)
        if not node.outbox.waiting():  # no append can be repeated now, so files may be merged
            _merge_history(node)
        return done


def fit(node: Node) -> tuple[str, learn.FittedModel]:
    """Fit a model on all outcomes that are known, keep it, and make it the one that screens."""
    profiles = node.profiles()
    with node.lake.engine() as engine:
        model = learn.fit(
            engine,
            node.lake.paths(screen.ITEMS),
            node.lake.paths(screen.OUTCOMES),
            profile_folder=profiles,
            pack=node.pack,
            today=node.clock.now().date(),
        )
    return node.keep_model(model), model


# --- the steps that follow a commit, in order ---------------------------------------------------------------------


def _archive(node: Node, steps: Sequence[Step]) -> None:
    """Append recorded declarations to the history, and match outcomes that waited for them."""
    for step in steps:
        batch = int(step.payload["batch"])
        with node.database.reading() as connection:
            versions = record.kept_in(connection, batch, "Declaration")
            matched = investigate.matched_now(connection, versions)
        node.lake.append(screen.ITEMS, f"b{batch:012d}", record.item_rows(record.history_inputs(versions)))
        node.lake.append(screen.OUTCOMES, f"w{batch:012d}", investigate.outcome_rows(matched))
        with node.work() as work:  # last, so that a crash before it finds the same outcomes waiting again
            investigate.keep_matches(work, matched)


def _settle(node: Node, steps: Sequence[Step]) -> None:
    """Tie recorded outcomes to their declarations, and append them to the history."""
    for step in steps:
        batch = int(step.payload["batch"])
        with node.work() as work:
            versions = record.kept_in(work.connection, batch, "Outcome")
            settled = investigate.settle(work, versions)
            decide.carried_out(work, [one.declaration_key for one in settled if one.declaration_key is not None])
        node.lake.append(screen.OUTCOMES, f"b{batch:012d}", investigate.outcome_rows(settled))


def _assess(node: Node, steps: Sequence[Step]) -> None:
    """Screen recorded declarations, and plan anew what happens to all declarations of their days."""
    versions: list[record.Version] = []
    with node.database.reading() as connection:
        for step in steps:
            versions.extend(record.kept_in(connection, int(step.payload["batch"]), "Declaration"))
    cancelled = [one.record_key for one in versions if one.function == "1"]
    items = record.item_rows(record.history_inputs([one for one in versions if one.function != "1"]))
    profiles = node.profiles()
    with node.lake.engine() as engine:
        screened = screen.run(engine, items, profile_folder=profiles, pack=node.pack, model=node.model)
    with node.work() as work:
        kept = screen.keep(work, screened)
        decide.forget(work, cancelled)
        for day in sorted({*screen.forget(work, cancelled), *(one.day for one in kept)}):
            decide.plan_day(work, day, _candidates(work, day), settings=node.settings, seed=node.control_seed)
        decide.carried_out(work, investigate.controlled(work.connection, [one.record_key for one in kept]))


def _candidates(work: Work, day: date) -> list[decide.Candidate]:
    """Return every screened record of a day as a candidate for control."""
    return [
        decide.Candidate(record_key=key, probability=probability, value=value)
        for key, probability, value in screen.scored_on(work.connection, day)
    ]


def _merge_history(node: Node) -> None:
    """Merge the history's small files where there are many, so that reading it stays quick."""
    for kind in (screen.ITEMS, screen.OUTCOMES):
        small = [file for file in node.lake.files(kind) if file.rows < node.settings.lake_rows_per_file]
        if len(small) > node.settings.lake_small_files_max:
            node.lake.compact(kind)


STEPS: tuple[tuple[str, int, Callable[[Node, Sequence[Step]], None]], ...] = (
    ("shred", custody.TOGETHER, custody.destroy),
    ("archive", 1, _archive),
    ("settle", 1, _settle),
    ("assess", 25, _assess),
)
"""Step name, how many at once, what it does; each may run again after a crash and gives the same result."""

_AFTER: dict[str, tuple[str, ...]] = {"Declaration": ("archive", "assess"), "Outcome": ("settle",)}
"""Kind of record → the steps that follow its keeping."""


# --- reading a source in stretches --------------------------------------------------------------------------------


def measure(stream: BinaryIO) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the length of a stream, and go back to its start."""
    digest, octets = hashlib.sha256(), 0
    stream.seek(0)
    while piece := stream.read(_HASH_OCTETS):
        digest.update(piece)
        octets += len(piece)
    stream.seek(0)
    return digest.hexdigest(), octets


def open_source(node: Standing, source: Source) -> receive.Opened:
    """Open a source for reading."""
    return receive.open_source(
        source.stream,
        name=source.name,
        settings=node.settings,
        mapping=source.mapping,
        format=source.format,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sender=source.sender,
        schemas=node.schemas,
    )


def _open(node: Node, source: Source, sha256: str, octets: int) -> receive.Opened:
    """Open a source for reading; note a refusal before passing it on."""
    try:
        return open_source(node, source)
    except Refused as refusal:
        with node.work() as work:
            record.refuse_message(work, sha256=sha256, name=source.name, octets=octets, reason=refusal.sentence)
        raise


def _enter(node: Node, source: Source, opened: receive.Opened, sha256: str, octets: int) -> tuple[record.Arrival, bool]:
    """Enter the message, or find it again; return it and whether it was complete."""
    with node.work() as work:
        known = record.known_message(work, sha256, opened.head.mapping_sha256)
        if known is not None:
            return known, known.state == "complete"
        arrival = record.open_message(work, opened.head, sha256=sha256, name=source.name, octets=octets)
        if not opened.head.byte_places:
            record.keep_source(work, arrival.id, record.pieces_of(source.stream))
    return arrival, False


def _stretches(
    node: Node, source: Source, opened: receive.Opened, arrival: record.Arrival
) -> Iterator[tuple[list[record.Checked], record.Piece | None]]:
    """Yield checked readings in batches, each with the source's bytes since the one before.

    Records of one message, which share its bytes, stay in one batch: reading can go on only between messages.
    """
    start, checker = arrival.next_offset or 0, node.checker
    checked: list[record.Checked] = []
    for reading in opened.readings(after_number=arrival.readings, from_offset=arrival.next_offset):
        if len(checked) >= node.settings.batch_records and not _one_message(checked[-1].reading, reading):
            end = _end(checked[-1].reading, start)
            yield checked, record.piece_of(source.stream, start, end)
            checked, start = [], end or start
        checked.append(record.Checked(reading, checker.check(reading.record, reading.faults)))
    if checked:
        yield checked, record.piece_of(source.stream, start, _end(checked[-1].reading, start))


def _types(checked: Sequence[record.Checked]) -> Iterator[str]:
    """Yield the type of each message that readings were made of, where the format has messages."""
    for one in checked:
        message = one.reading.message
        if message is not None and message.type is not None and one.reading.row in {None, 1}:
            yield message.type


def _one_message(one: receive.Reading, other: receive.Reading) -> bool:
    """Say whether two readings were made from the same bytes."""
    return one.offset is not None and (one.offset, one.length) == (other.offset, other.length)


def _end(reading: receive.Reading, start: int) -> int | None:
    """Return where the bytes up to and with a reading end, where it has such a place; what is kept stays behind."""
    return None if reading.offset is None or reading.length is None else max(start, reading.offset + reading.length)


def _rest(source: Source, head: receive.Head, arrival: record.Arrival, octets: int) -> record.Piece | None:
    """Return the bytes after the last record, where the format has byte places; all of them where there is none."""
    return record.piece_of(source.stream, arrival.next_offset or 0, octets) if head.byte_places else None


def _queue_steps(work: Work, receipt: record.Receipt, checked: Sequence[record.Checked]) -> None:
    """Queue what follows the keeping of a batch."""
    for kind in {type(one.reading.record).__name__ for one in checked}:
        _queue_steps_of(work, receipt.batch, kind)


def _queue_steps_of(work: Work, batch: int, kind: str) -> None:
    """Queue what follows the keeping of records of a kind."""
    for name in _AFTER.get(kind, ()):
        work.later(name, {"batch": batch})


def _bound(node: Node, run: Callable[[Node, Sequence[Step]], None]) -> Callable[[list[Step]], None]:
    """Return the step's function with the node in place."""
    return lambda steps: run(node, steps)
