"""Check a source and show each finding on the source it speaks of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from tidewaiter import answers, journey
from tidewaiter.doors.cli.excerpt import Written, excerpt, written_of
from tidewaiter.doors.cli.output import console, line, table, write_json, write_json_lines
from tidewaiter.kernel.words import count
from tidewaiter.node import standing
from tidewaiter.stages import record, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from tidewaiter.doors.cli.session import Session
    from tidewaiter.journey import Source
    from tidewaiter.stages.receive import Head, Reading
    from tidewaiter.stages.record import Checked
    from tidewaiter.stages.validate import Finding

_PROBLEM_FINDINGS_MAX = 1_000
"""Most findings in one problem document; the count says how many there are in all."""


def run_check(session: Session, source: Source, *, show: int, problem: bool, as_json: bool) -> int:
    """Check the source, write what was found, and return the number of errors."""
    node = standing(session.settings())
    head, checked = journey.check(node, source)
    if as_json:
        return _write_all(source, head, checked)
    kept: list[tuple[Checked, Finding]] = []
    rules: Counter[tuple[str, str]] = Counter()
    most = _PROBLEM_FINDINGS_MAX if problem else show
    for one in checked:
        rules.update((finding.rule, finding.severity) for finding in one.findings)
        if one.findings and len(kept) < most:  # only what is shown is placed: it costs a second look at the bytes
            kept += [(one, finding) for finding in answers.placed(source.stream, head, one)][: most - len(kept)]
    errors = sum(amount for (_, severity), amount in rules.items() if severity == "error")
    if problem:
        document = validate.problem([finding for _, finding in kept], instance=source.name)
        write_json(document | {"findingsTotal": sum(rules.values())})
        return errors
    for one, finding in kept:
        how = written_of(source.stream, head, one.reading.form)
        show_finding(source.stream, _numbered(one.reading), finding, how)
    laws = {rule.id: rule.law for rule in validate.RULES}
    rows = [(rule, severity, amount, laws.get(rule, "")) for (rule, severity), amount in rules.most_common()]
    table(f"Findings in {source.name}", ("Rule", "Severity", "Findings#", "Law"), rows)
    line(f"{count(errors, 'error', 'errors')}, {count(sum(rules.values()) - errors, 'warning', 'warnings')}.")
    return errors


def _write_all(source: Source, head: Head, checked: Iterator[Checked]) -> int:
    """Write every finding as a line of JSON, and return the number of errors."""
    errors = 0
    for one in checked:
        for finding in answers.placed(source.stream, head, one):
            write_json_lines([{"record": one.reading.number} | msgspec.to_builtins(finding)])
            errors += finding.severity == "error"
    return errors


def show_finding(stream: BinaryIO, record_name: str, finding: Finding, how: Written) -> None:
    """Write a finding, and under it the source that it speaks of with carets under the fault."""
    out = console()
    style = "bold red" if finding.severity == "error" else "yellow"
    where = ", ".join([record_name, *record.where_of(finding.place)])
    out.print(
        Text.assemble((f"{finding.rule} {finding.severity}", style), f" {where}: {finding.message}"), soft_wrap=True
    )
    shown = None if finding.place is None else excerpt(stream, finding.place, how)
    if shown is not None:
        out.print(Text(f"    {shown.text}"), soft_wrap=True)
        if shown.length:
            out.print(Text(f"    {shown.carets}", style=style), soft_wrap=True)


def _numbered(reading: Reading) -> str:
    """Return what people call a record of a source: its number, and that of the message it came in."""
    number = f"record {reading.number:,}"
    reference = reading.message.reference if reading.message is not None else None
    return number if reference is None else f"{number}, message {reference}"
