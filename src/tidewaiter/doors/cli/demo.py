"""Show the main job at work on an invented day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.output import line, note
from tidewaiter.kernel.words import count

_EXAMPLES = """Examples:

  tidewaiter demo

  tidewaiter demo --keep ./demo-node --seed 7
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog=_EXAMPLES)(demo)


def demo(
    seed: Annotated[int, typer.Option(help="Seed of the invented world.")] = 1,
    keep: Annotated[Path | None, typer.Option(help="Keep the node in this folder to look around in.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How much of the queue to show.")] = 10,
) -> None:
    """Invent a country's trade with smuggling in it, receive a day of it, and show what to inspect and why."""
    from tidewaiter.doors.cli.queue import show_entries
    from tidewaiter.doors.cli.repair import placed_findings
    from tidewaiter.doors.cli.show import show_story
    from tidewaiter.playground.demo import played

    with played(seed=seed, keep=keep, top=top, say=note) as day:
        line()
        line(
            f"The day: {count(day.received.read, 'declaration', 'declarations')}, {day.received.kept:,} in order, "
            f"{day.received.repair:,} kept for repair, {count(day.received.findings, 'finding', 'findings')}.",
            style="bold",
        )
        show_entries(day.entries, reasons=3)
        line(
            f"Of the {day.inspected:,} ranked for inspection, {day.caught:,} are planted fraud, "
            f"of {day.planted:,} planted among {day.received.read:,}; picking at random would find {day.by_chance:.1f}."
        )
        line()
        line("One consignment's full story:", style="bold")
        _, findings = placed_findings(day.node, day.story.versions[-1])
        show_story(day.story, findings)
        line()
        line("The evidence:", style="bold")
        wrong = "nothing wrong" if not day.evidence.flaws else f"{day.evidence.flaws:,} things wrong"
        line(f"The log has {day.evidence.entries:,} entries; an audit of all of them found {wrong}.")
        line(f"Entry {day.evidence.proven:,} is that this record was kept; its proof holds under the log's public key:")
        line(f"  {day.evidence.leaf}")
        if keep is not None:
            line(f"The node is in {keep}; look around: tidewaiter --home {keep} queue")
