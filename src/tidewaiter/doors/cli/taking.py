"""Take in one source after the other, tell what became of each, and go on after one that is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tidewaiter.doors.cli.output import aside, line, note, show_error, table, write_json_lines
from tidewaiter.doors.cli.source import Options, Unreadable, opened
from tidewaiter.kernel.errors import Conflict, MappingFault, NotFound, Refused, TidewaiterError
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidewaiter.journey import Arrived, Source
    from tidewaiter.node import Node
    from tidewaiter.stages.record import Receipt

OF_ONE_SOURCE = (Refused, MappingFault, NotFound, Unreadable, Conflict)
"""Errors that are about one source: the others are not concerned."""

_TABLES = frozenset(("csv", "xlsx", "parquet"))
"""Formats in which every record is of the mapping's kind."""


class Taking:
    """One command's receiving: what it was told, and what became of each source so far.

    `results` holds what a receipt says as plain data, `errors` the errors of sources that were not received.
    """

    def __init__(self, given: Options, *, as_json: bool, several: bool) -> None:
        self._given = given
        self._as_json = as_json
        self._several = several
        self.results: list[dict[str, Any]] = []
        self.errors: list[TidewaiterError] = []

    def take(self, node: Node, name: str, *, quietly: bool = False) -> TidewaiterError | None:
        """Receive one source and tell it; return the error where it is one that leaves the other sources alone.

        `quietly`: an error is not told, as it was before.
        """
        try:
            with opened(name, node.settings, self._given) as source:
                arrived = _receive(node, source, transient=self._several)
        except OF_ONE_SOURCE as error:
            if not self._several:
                raise
            if not quietly:
                self._refuse(name, error)
            return error
        facts = {"source": name} | _facts(node, arrived)
        self.results.append(facts)
        if not self._as_json:
            _tell(arrived)
        return None

    def close(self, *, summary: bool = True) -> int:
        """Tell what was found in all, and return the exit code: that of the first error."""
        if not self._as_json:
            _tell_findings(self.results)
            if self._several and summary:
                line(_summary(self.results, self.errors))
        return self.errors[0].exit_code if self.errors else 0

    def write_new(self) -> None:
        """Write the results since the last time as lines of JSON, and forget them."""
        write_json_lines(self.results)
        self.results.clear()

    def _refuse(self, name: str, error: TidewaiterError) -> None:
        """Tell why a source was not received."""
        self.errors.append(error)
        facts = {"source": name, "name": Path(name).name, "problem": error.slug}
        self.results.append(facts | {"refused": error.sentence, "remedy": error.remedy})
        if not self._as_json:
            show_error(error, as_json=False)


def _receive(node: Node, source: Source, *, transient: bool) -> Arrived:
    """Receive one source with a progress bar on standard error; of many sources it leaves no trace."""
    from tidewaiter import journey

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[kept]} records"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    source.stream.seek(0, 2)
    total = source.stream.tell()
    source.stream.seek(0)
    screen = aside()
    with Progress(*columns, console=screen, transient=transient, disable=transient and not screen.is_terminal) as bar:
        task = bar.add_task(f"Receiving {source.name}", total=total, kept="0")

        def told(receipt: Receipt) -> None:
            bar.update(task, kept=f"{receipt.last:,}", completed=min(source.stream.tell(), total))

        arrived = journey.arrive(node, source, progress=told)
        bar.update(task, completed=total, kept=f"{arrived.message.readings:,}")
    return arrived


def _facts(node: Node, arrived: Arrived) -> dict[str, Any]:
    """Return what a receipt says, as plain data."""
    from tidewaiter.stages import record

    with node.database.reading() as connection:
        rules = record.findings_by_rule(connection, arrived.message.id)
    return {
        "message": arrived.message.id,
        "name": arrived.message.name,
        "format": arrived.message.format,
        "sender": arrived.message.sender,
        "mapping": arrived.message.mapping,
        "sha256": arrived.sha256,
        "again": arrived.again,
        "resumedAt": arrived.resumed_at,
        "receivedAt": arrived.message.received_at,
        "counts": arrived.counts,
        "kinds": dict(arrived.kinds),
        "messages": dict(arrived.types),
        "findings": [{"rule": rule, "severity": severity, "count": number} for rule, severity, number in rules],
        "notes": arrived.notes,
    }


def _tell(arrived: Arrived) -> None:
    """Say what became of a source."""
    message, counts = arrived.message, arrived.counts
    if arrived.again:
        line(
            f"{message.name} was received before, on {message.received_at:%Y-%m-%d at %H:%M} UTC as message "
            f"{message.id}: the same {message.octets:,} bytes. Nothing was kept twice."
        )
        return
    for one in arrived.notes:
        note(one)
    if arrived.resumed_at:
        line(f"Went on after record {arrived.resumed_at:,}, where an earlier run had stopped.")
    through = f", mapping {message.mapping}" if message.mapping else ""
    sender = f", from {message.sender}" if message.sender else ""
    line(
        f"Received {message.name} as message {message.id} ({message.format}{through}{sender}): "
        f"{count(counts.read, 'record', 'records')} read, "
        f"{counts.kept:,} kept, {counts.repair:,} kept for repair, {counts.amendments:,} amendments, "
        f"{count(counts.duplicates, 'exact repetition', 'exact repetitions')} kept once."
    )
    if message.format not in _TABLES:
        if arrived.types:
            line(f"  {count(sum(arrived.types.values()), 'message', 'messages')}: {_listed(arrived.types)}")
        line(f"  {count(counts.read, 'record', 'records')}: {_listed(arrived.kinds)}")


def _listed(numbers: Mapping[str, int]) -> str:
    """Return numbers of things by name, the most frequent first."""
    ranked = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{number:,} {name}" for name, number in ranked) or "none"


def _tell_findings(results: list[dict[str, Any]]) -> None:
    """Write the table of what was found in the sources that were received now."""
    from tidewaiter.stages import validate

    found: Counter[tuple[str, str]] = Counter()
    repair = 0
    for facts in results:
        if "refused" in facts or facts["again"]:
            continue
        found.update({(one["rule"], one["severity"]): one["count"] for one in facts["findings"]})
        repair += facts["counts"].repair
    laws = {rule.id: rule.law for rule in validate.RULES}
    rows = [(rule, severity, number, laws.get(rule, "")) for (rule, severity), number in found.most_common()]
    if rows:
        table("Findings", ("Rule", "Severity", "Findings#", "Law"), rows)
    if repair:
        line("`tidewaiter repair list` shows what waits for repair.")


def _summary(results: list[dict[str, Any]], errors: list[TidewaiterError]) -> str:
    """Say how many sources were received, and how many were not."""
    again = sum(one.get("again", False) for one in results)
    received = len(results) - len(errors) - again
    return (
        f"{count(received, 'source was', 'sources were')} received, {again:,} known from before, "
        f"{len(errors):,} could not be received."
    )
