"""Show the full story of one record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from tidewaiter.doors.cli.output import Json, line, table, tame, write_json
from tidewaiter.doors.cli.repair import newest, placed_findings
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import Forbidden
from tidewaiter.kernel.words import say

if TYPE_CHECKING:
    from tidewaiter.answers import Story
    from tidewaiter.stages.record import Version

_EXAMPLES = """Examples:

  tidewaiter show 41256141

  tidewaiter show 41256141 --source

  tidewaiter show 41256141 --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show", epilog=_EXAMPLES)(show)


def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="MRN, LRN or key.")],
    source: Annotated[bool, typer.Option("--source", help="Only the bytes it was read from.")] = False,
    purpose: Annotated[
        str | None, typer.Option(help="What personal data are read for; without it they stay sealed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a record: its fields, versions, findings, score with every reason, decision and outcomes."""
    from tidewaiter import answers

    session: Session = context.obj
    if source and purpose is None:
        message = "A source holds personal data as it was sent, and it was not said what they are read for."
        raise Forbidden(message, "Give --purpose, for instance --purpose investigation; the log keeps it.")
    with session.node("record.read" if purpose is None else "record.read-personal", purpose=purpose) as node:
        version = newest(node, reference)
        shown = purpose if source or as_json else None  # a person is shown the fields, not the source
        raw, findings = placed_findings(node, version, purpose=shown)
        story = answers.story(node, version, purpose=purpose)
        version = story.versions[-1]
    if source:
        sent = raw.decode("utf-8", errors="replace")
        typer.echo(tame(sent) if sys.stdout.isatty() else sent, nl=False)
        return
    if as_json:
        text = raw.decode("utf-8", "replace") if purpose is not None else None
        write_json({"version": version, "source": text, "findings": findings, "story": story})
        return
    show_story(story, findings)


def show_story(story: Story, findings: list[Any]) -> None:
    """Write the story for a person."""
    from tidewaiter.stages.record import where_of

    version = story.versions[-1]
    line(f"{version.kind} {version.reference}, version {version.version}, {version.state}", style="bold")
    table("Fields", ("Field", "Value"), fields(version))
    if version.personal in _TOLD:
        line(_TOLD[version.personal])
    table(
        "Versions",
        ("Version#", "State", "Received", "From", "Officer", "Why"),
        [
            (one.version, one.state, f"{one.received_at:%Y-%m-%d %H:%M:%S}", _origin(one), one.officer, one.reason)
            for one in story.versions
        ],
    )
    rows = [(one.rule, one.severity, one.path, ", ".join(where_of(one.place)), one.message) for one in findings]
    table("Findings", ("Rule", "Severity", "Field", "Where", "What"), rows)
    _show_screening(story)
    table(
        "Outcomes",
        ("Known on", "Control", "Result", "Chosen"),
        [(one.known_on, one.control, one.result, one.selection) for one in story.outcomes],
    )


_TOLD = {
    "sealed": "Personal data are sealed; --purpose opens them, and the log keeps who read them and what for.",
    "destroyed": "The personal data of this record were destroyed.",
    "partly destroyed": "Some of the personal data of this record were destroyed.",
}
"""What is said of a version whose personal part is not shown, by its state."""


def fields(version: Version) -> list[tuple[str, str]]:
    """Return (pointer, value) of every field; one that is hidden says so in its value's place."""
    word = "(sealed)" if version.personal == "sealed" else "(destroyed)"
    tree = msgspec.to_builtins(version.record)
    for pointer, shape in version.hidden.items():
        *way, name = pointer.split("/")[1:]
        node: Any = tree
        for step in way:
            node = node[int(step)] if isinstance(node, list | tuple) else node[step]
        if not node.get(name):
            node[name] = _worded(shape, word)
    return leaves(tree)


def _worded(shape: Any, word: str) -> Any:
    """Return a shape with a word in place of each value."""
    if isinstance(shape, dict):
        return {name: _worded(one, word) for name, one in shape.items()}
    return [_worded(one, word) for one in shape] if isinstance(shape, list) else word


def leaves(node: Any, path: str = "") -> list[tuple[str, str]]:
    """Return (pointer, value) of every leaf of a record's plain form, in order."""
    if isinstance(node, dict):
        return [leaf for key, value in node.items() for leaf in leaves(value, f"{path}/{key}")]
    if isinstance(node, list | tuple):
        return [leaf for at, value in enumerate(node) for leaf in leaves(value, f"{path}/{at}")]
    return [(path, str(node))]


def _show_screening(story: Story) -> None:
    """Write the score, sum by sum."""
    screening = story.screening
    if screening is None:
        line("Not screened yet.")
        return
    rows = [("", f"{screening.base:+.3f}", "where every declaration starts")]
    rows += [(reason.name, f"{reason.contribution:+.3f}", reason.sentence) for reason in screening.reasons]
    rows.append(("sum", f"{screening.log_odds:+.3f}", f"log-odds, which is a risk of {screening.probability:.1%}"))
    about = say("Score: goods item {item} is the riskiest", item=screening.item)
    table(about, ("Reason", "Log-odds#", "In words"), rows)
    if story.decision is not None:
        action, rank, reason = (story.decision[name] for name in ("action", "rank", "reason"))
        line(f"Decision: {action}, rank {rank} of its day. {reason}")


def _origin(version: Any) -> str:
    """Say where a version came from."""
    if version.message is None:
        return "a correction"
    return f"message {version.message}, record {version.number:,}" + (
        f", line {version.line:,}" if version.line else ""
    )
