"""Show the main job at work on an invented day of three countries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidewaiter.doors.cli.output import console, line, note
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.playground.demo import Played

_EXAMPLES = """Examples:

  tidewaiter demo

  tidewaiter demo --keep ./demo-nodes --seed 7
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog=_EXAMPLES)(demo)


def demo(
    seed: Annotated[int, typer.Option(help="Seed of the invented world.")] = 1,
    keep: Annotated[Path | None, typer.Option(help="Keep the nodes in this folder to look around in.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How much of the queue to show.")] = 10,
) -> None:
    """Invent three countries' trade with smuggling in it, play a day through their nodes, show what to inspect."""
    from tidewaiter.doors.cli.queue import show_entries
    from tidewaiter.doors.cli.repair import placed_findings
    from tidewaiter.doors.cli.show import show_story
    from tidewaiter.playground.demo import NODES, played

    with played(seed=seed, keep=keep, top=top, say=note) as day:
        line()
        _show_day(day)
        show_entries(day.entries, reasons=3)
        _show_score(day)
        line()
        line("One consignment's full story:", style="bold")
        _, findings = placed_findings(day.node, day.story.versions[-1])
        show_story(day.story, findings)
        _show_evidence(day)
        if keep is not None:
            line(f"The nodes are in {keep}; look around: tidewaiter --home {keep / NODES[0]} queue")


def _show_day(day: Played) -> None:
    """Show what reached each node, and what the network did to it on the way."""
    from rich.table import Table

    network, mailed = day.ran.network, day.ran.mailed
    line("The day", style="bold")
    line(
        f"The network lost {network.lost + network.cut:,} of {network.sent:,} payloads, repeated {network.repeated:,}, "
        f"reordered {network.reordered:,} and corrupted {network.corrupted:,}; "
        f"{count(mailed.deaths, 'node', 'nodes')} died in the midst of work and came back."
    )
    outcome = "every one was kept, once" if day.ran.settled else "not all of them were kept"
    line(f"Of {count(day.parcels, 'parcel', 'parcels')}, {outcome}.")
    kinds = sorted({kind for records in day.records.values() for kind in records})
    table = Table("Node", *kinds, "For repair", "Log entries", "Audit")
    for code, records in day.records.items():
        entries, flaws = day.logs[code]
        numbers = [f"{records.get(kind, 0):,}" for kind in kinds]
        table.add_row(
            code, *numbers, f"{day.repair[code]:,}", f"{entries:,}", "sound" if not flaws else f"{flaws} flaws"
        )
    console().print(table)


def _show_score(day: Played) -> None:
    """Show what the plans of all nodes find of what was planted."""
    from rich.table import Table

    table = Table(
        "Node", "Declared", "Inspected", "Smuggled", "Found", "By chance", "US dollars found", "of", title="The truth"
    )
    for one in day.scored.selections:
        if one.way == "decided":
            table.add_row(
                *(one.country, f"{one.declared:,}", f"{one.inspected:,}", f"{one.planted:,}", f"{one.found:,}"),
                *(f"{one.chance:.1f}", f"{one.recovered_usd:,.0f}", f"{one.evaded_usd:,.0f}"),
            )
    console().print(table)
    rows = [one for one in day.scored.schemes if one.way == "decided"]
    found = {
        scheme: sum(one.found for one in rows if one.scheme == scheme)
        for scheme in sorted({one.scheme for one in rows})
    }
    planted = {scheme: sum(one.planted for one in rows if one.scheme == scheme) for scheme in found}
    line("Found by scheme: " + ", ".join(f"{scheme} {found[scheme]} of {planted[scheme]}" for scheme in found) + ".")


def _show_evidence(day: Played) -> None:
    """Show what the log has of the story."""
    line()
    line("The evidence:", style="bold")
    wrong = "nothing wrong" if not day.evidence.flaws else f"{day.evidence.flaws:,} things wrong"
    witnesses = count(day.evidence.witnesses, "other node has", "other nodes have")
    line(f"The log has {day.evidence.entries:,} entries; an audit of all found {wrong}; {witnesses} witnessed it.")
    line(f"Entry {day.evidence.proven:,} is that this record was kept; its proof holds under the log's public key:")
    line(f"  {day.evidence.leaf}")
