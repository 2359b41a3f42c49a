"""Check a source and show each finding on the source it speaks of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from tidewaiter import journey
from tidewaiter.doors.cli.output import console, line, table, write_json, write_json_lines
from tidewaiter.kernel.words import count
from tidewaiter.node import standing
from tidewaiter.stages import record, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from tidewaiter.doors.cli.session import Session
    from tidewaiter.journey import Source
    from tidewaiter.stages.receive import Head
    from tidewaiter.stages.record import Checked
    from tidewaiter.stages.validate import Finding

_PROBLEM_FINDINGS_MAX = 1_000
"""Most findings in one problem document; the count says how many there are in all."""


def run_check(session: Session, source: Source, *, show: int, problem: bool, as_json: bool) -> int:
    """Check the source, write what was found, and return the number of errors."""
    node = standing(session.settings())
    head, checked = journey.check(node, source)
    found = _placed(source.stream, head, checked)
    if as_json:
        errors = 0
        for number, finding in found:
            write_json_lines([{"record": number} | msgspec.to_builtins(finding)])
            errors += finding.severity == "error"
        return errors
    kept: list[tuple[int, Finding]] = []
    rules: Counter[tuple[str, str]] = Counter()
    for number, finding in found:
        rules[finding.rule, finding.severity] += 1
        if len(kept) < (_PROBLEM_FINDINGS_MAX if problem else show):
            kept.append((number, finding))
    errors = sum(amount for (_, severity), amount in rules.items() if severity == "error")
    if problem:
        document = validate.problem([finding for _, finding in kept], instance=source.name)
        write_json(document | {"findingsTotal": sum(rules.values())})
        return errors
    for number, finding in kept:
        show_finding(source.stream, number, finding)
    laws = {rule.id: rule.law for rule in validate.RULES}
    rows = [(rule, severity, amount, laws.get(rule, "")) for (rule, severity), amount in rules.most_common()]
    table(f"Findings in {source.name}", ("Rule", "Severity", "Findings#", "Law"), rows)
    line(f"{count(errors, 'error', 'errors')}, {count(sum(rules.values()) - errors, 'warning', 'warnings')}.")
    return errors


def show_finding(stream: BinaryIO, number: int, finding: Finding) -> None:
    """Write a finding, and under it the line of the source with a caret under the fault."""
    out = console()
    style = "bold red" if finding.severity == "error" else "yellow"
    place = finding.place
    where = f"record {number:,}"
    if place is not None and place.cell is not None:
        where += f", cell {place.cell}"
    elif place is not None and place.line is not None:
        where += f", line {place.line:,}" + (f", column {place.column}" if place.column else "")
    out.print(
        Text.assemble((f"{finding.rule} {finding.severity}", style), f" {where}: {finding.message}"), soft_wrap=True
    )
    if place is not None and place.offset is not None:
        source_line, start, length = _line_at(stream, place.offset, place.length or 1)
        out.print(Text(f"    {source_line}"), soft_wrap=True)
        out.print(Text("    " + " " * start + "^" * length, style=style), soft_wrap=True)


_AROUND_OCTETS = 200
"""How much of a long line is shown before and after the fault, in bytes."""


def _line_at(stream: BinaryIO, offset: int, length: int) -> tuple[str, int, int]:
    """Return the text around a place, where in it the place starts, and how long the caret is."""
    start = max(0, offset - _AROUND_OCTETS)
    stream.seek(start)
    before = stream.read(offset - start).rpartition(b"\n")[2]
    fault = stream.read(min(length, _AROUND_OCTETS)).split(b"\n")[0].rstrip(b"\r")
    stream.seek(offset + len(fault))
    after = stream.read(_AROUND_OCTETS).split(b"\n")[0].rstrip(b"\r")
    texts = [_printable(part) for part in (before, fault, after)]
    return "".join(texts), len(texts[0]), max(1, len(texts[1]))


def _printable(data: bytes) -> str:
    """Return bytes as text of one line, with a dot for what cannot be shown."""
    text = data.decode("utf-8", errors="replace")
    return "".join(one if one.isprintable() else "·" for one in text)


def _placed(stream: BinaryIO, head: Head, checked: Iterator[Checked]) -> Iterator[tuple[int, Finding]]:
    """Yield (record number, finding) with the place in the source as exactly as it can be told."""
    for one in checked:
        reading = one.reading
        if not one.findings:
            continue
        raw = b""
        if reading.offset is not None and reading.length is not None:
            at = stream.tell()
            stream.seek(reading.offset)
            raw = stream.read(reading.length)
            stream.seek(at)
        for finding in record.placed(
            one.findings, head.layout, raw, offset=reading.offset, line=reading.line, row=reading.row
        ):
            yield reading.number, finding
