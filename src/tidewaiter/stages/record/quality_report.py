"""Write the report on quality that a sender can be given: shares, broken rules, where to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.errors import Shredded
from tidewaiter.kernel.words import count
from tidewaiter.stages.record import _store, sources
from tidewaiter.stages.record._store import Wanted
from tidewaiter.stages.record.quality import MEASURES, Quality
from tidewaiter.stages.record.repair import placed
from tidewaiter.stages.record.wording import where_of
from tidewaiter.stages.validate import RULES

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.seal import Vault
    from tidewaiter.stages.record.model import Version
    from tidewaiter.stages.validate import Finding

RULES_MAX = 15
"""Most rules in a report."""

FIELDS_MAX = 15
"""Most fields in a report."""


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a sender broke: how often, what it demands, and one example's place in words.

    Nothing of what was sent is in it but the name of the message and the field's path: a report goes out of the house.
    """

    rule: str
    severity: str
    count: int
    law: str
    example: str


def broken_rules(
    connection: Connection, vault: Vault, *, sender: str, since: datetime | None = None, limit: int = RULES_MAX
) -> list[Broken]:
    """Return the rules that what a sender sent broke most, each with the place of its newest example.

    A sender of `""` means the messages that name nobody.
    """
    wanted = Wanted(since, sender)
    laws = {rule.id: rule.law for rule in RULES}
    return [
        Broken(
            rule=rule,
            severity=severity,
            count=number,
            law=laws.get(rule, ""),
            example=_example(connection, vault, wanted, rule, severity),
        )
        for rule, severity, number in _store.rules_of_sender(connection, wanted, limit=limit)
    ]


def report_markdown(
    quality: Quality, broken: Sequence[Broken], *, administration: str, since: date | None, until: date
) -> str:
    """Return the report as Markdown, which can be read as plain text too."""
    sender = quality.sender or "senders who are not named"
    span = f"from {since.isoformat()} to {until.isoformat()}" if since else f"up to {until.isoformat()}"
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in quality.kinds.items())
    repeated = count(quality.repeated, "exact repetition", "exact repetitions")
    came = f"{count(quality.records, 'record', 'records')} ({kinds}), and {repeated} of them"
    lines = [
        f"# Quality of what was received from {sender}",
        "",
        f"Received by customs ({administration}) {span}: {came}.",
        "",
        f"**Score: {quality.score:.1f} of 100.** It is the weighted mean of these shares:",
        "",
        "| share of | good | weight |",
        "|---|---:|---:|",
    ]
    sentences = {one.name: one.sentence for one in MEASURES}
    lines += [f"| {sentences[one.name]} | {one.share:.1%} | {one.weight} |" for one in quality.shares]
    lines += ["", "## Rules that were broken most", ""]
    if broken:
        lines += ["| rule | severity | findings | what it demands | for example |", "|---|---|---:|---|---|"]
        lines += [
            f"| {one.rule} | {one.severity} | {one.count:,} | {_cell(one.law)} | {_cell(one.example)} |"
            for one in broken
        ]
    else:
        lines.append("None.")
    missing = [one for one in quality.fields if one.share < 1][:FIELDS_MAX]
    lines += ["", "## Fields that are missing most", ""]
    if missing:
        lines += ["| kind | field | filled |", "|---|---|---:|"]
        lines += [f"| {one.kind} | `{one.field.replace('|', '/')}` | {one.share:.1%} |" for one in missing]
    else:
        lines.append("None: every wanted field is filled.")
    lines += ["", "No value of what was sent is repeated here. The rules are explained in the manual of this node."]
    return "\n".join(lines) + "\n"


def _example(connection: Connection, vault: Vault, wanted: Wanted, rule: str, severity: str) -> str:
    """Say where the newest finding of a rule stands: its message's name, the place in it, the field."""
    found = _store.example_of_rule(connection, wanted, rule, severity)
    if found is None:
        return ""
    finding, version, name = found
    placed_one = _placed(connection, vault, finding, version)
    said = [name, f"record {version.number:,}", *where_of(placed_one.place)]
    if placed_one.place is None and version.line is not None:
        said.append(f"line {version.line:,}")
    return ", ".join([*said, *([f"field {finding.path}"] if finding.path else [])])


def _placed(connection: Connection, vault: Vault, finding: Finding, version: Version) -> Finding:
    """Return a finding with its place in the source."""
    message = None if version.message is None else _store.read_message(connection, version.message)
    if message is None:
        return finding
    raw = b""
    if version.offset is not None and version.length is not None:
        try:
            raw = sources.read_piece(connection, vault, message.id, version.offset, version.length)
        except Shredded:
            return finding
    (found,) = placed(
        [finding],
        message.layout,
        raw,
        offset=version.offset,
        line=version.line,
        row=version.row,
        form=version.form,
        format=message.format,
    )
    return found


def _cell(text: str) -> str:
    """Return text that can stand in a cell of a Markdown table."""
    return text.replace("|", "/").replace("\n", " ")
