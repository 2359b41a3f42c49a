"""Make an invented world of trade, read its truth, score decisions against it, verify its files."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tidewaiter.doors.cli.output import Json, aside, line, table, write_json
from tidewaiter.doors.cli.scores import show_score
from tidewaiter.kernel.errors import NotFound, SettingFault
from tidewaiter.kernel.words import count, size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidewaiter.playground.folder import Made, Packs
    from tidewaiter.playground.parcels import Parcel
    from tidewaiter.world.model import Letter
    from tidewaiter.world.truth import Smuggled

group = typer.Typer(help="Invented worlds of trade, with smuggling planted in them.", no_args_is_help=True)
SEED_BYTES = 16
EXIT_CHANGED = 2
_EXAMPLES = """Examples:

  tidewaiter world make --countries GH,BF,NL --days 30 --consignments 3000 --out world

  tidewaiter world make --seed tide --countries 5 --days 90 --consignments 300000 --out world --workers 2
"""

World = Annotated[
    Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="What `tidewaiter world make` wrote.")
]
Seed = Annotated[
    str,
    typer.Option("--seed", help="The seed that the world was made from.", envvar="TIDEWAITER_SEED", show_envvar=True),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="world")


@group.command(epilog=_EXAMPLES)
def make(
    out: Annotated[Path, typer.Option("--out", help="A folder that is empty or not there yet.")],
    seed: Annotated[
        str | None, typer.Option("--seed", help="What every chance is drawn from; default: drawn, and printed once.")
    ] = None,
    countries: Annotated[str, typer.Option(help="Countries with a node: GH,BF,NL, or how many.")] = "5",
    days: Annotated[int, typer.Option(min=1, max=3_660, help="How many days.")] = 90,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day.")] = datetime(2026, 1, 5),  # noqa: DTZ001 - a day
    consignments: Annotated[int, typer.Option(min=1, help="How many consignments are ordered.")] = 300_000,
    window_hours: Annotated[float, typer.Option(min=0.25, max=24, help="How long a file gathers letters.")] = 6,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that write files.")] = 1,
    honest: Annotated[bool, typer.Option("--honest", help="Let nobody smuggle.")] = False,
    rings_share: Annotated[
        float,
        typer.Option(min=0.001, max=0.5, help="Share of consignments that smugglers ship, two fifths of them honest."),
    ] = 0.04,
    as_json: Json = False,
) -> None:
    """Invent a world of trade and write what is sent to each country's node, with the truth sealed beside it."""
    from tidewaiter.playground.folder import make as make_folder
    from tidewaiter.world.engine import Setup, play
    from tidewaiter.world.geography import rate

    drawn = seed is None
    setup = Setup(
        seed=secrets.token_hex(SEED_BYTES) if seed is None else seed,
        countries=_countries(countries),
        start=start.date(),
        days=days,
        consignments=consignments,
        honest=honest,
        rings_share=rings_share,
    )
    packs = _packs(window_hours, workers)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=aside()) as bar:
        task = bar.add_task("Days", total=days)
        made = make_folder(
            out,
            setup,
            play(setup),
            packs,
            rate=rate,
            window_hours=window_hours,
            progress=lambda day: bar.update(task, completed=day),
        )
    if as_json:
        counts = {country: dict(forms) for country, forms in made.manifest.counts.items()}
        write_json({"counts": counts, "seconds": made.seconds} | ({"seed": setup.seed} if drawn else {}))
        return
    _tell(made, out)
    if drawn:
        line(f"The seed is {setup.seed}. It is shown this once; it opens the truth, and makes the same world again.")


def _countries(text: str) -> tuple[str, ...]:
    """Return the countries that are named, or the first so many of those that can have a node."""
    from tidewaiter.world.geography import HOMES

    if text.isdecimal():
        number = int(text)
        if not 1 <= number <= len(HOMES):
            message = f"--countries is {number}; there are {len(HOMES)} that can have a node."
            raise SettingFault(message, f"They are {', '.join(HOMES)}.")
        return tuple(HOMES[:number])
    named = tuple(dict.fromkeys(one.strip().upper() for one in text.split(",") if one.strip()))
    unknown = [one for one in named if one not in HOMES]
    if unknown or not named:
        message = f"--countries names {', '.join(unknown) or 'none'}, which cannot have a node in this world."
        raise SettingFault(message, f"Those that can are {', '.join(HOMES)}.")
    return named


def _packs(window_hours: float, workers: int) -> Packs:
    """Return what turns letters into parcels; raises SettingFault for windows that do not fill a day."""
    from tidewaiter.playground.post import parcels

    if timedelta(days=1) % timedelta(hours=window_hours):
        message = f"--window-hours is {window_hours:g}; windows of that length do not fill a day."
        raise SettingFault(message, "Give hours that divide 24, for example 6, 4 or 0.5.")

    def packs(letters: Iterable[Letter]) -> Iterable[Parcel]:
        """Gather letters in windows."""
        return parcels(letters, window=timedelta(hours=window_hours), workers=workers)

    return packs


def _tell(made: Made, out: Path) -> None:
    """Say what was made, and how long each part took; not what was planted."""
    manifest = made.manifest
    rows = [
        (country, form, one.parcels, one.letters, size(one.octets))
        for country, forms in manifest.counts.items()
        for form, one in forms.items()
    ]
    octets = sum(one.octets for forms in manifest.counts.values() for one in forms.values())
    letters = sum(one.letters for forms in manifest.counts.values() for one in forms.values())
    table("What is sent", ("Country", "Form", "Files#", "Documents#", "Size#"), rows)
    table("Time", ("Part", "Seconds#"), [(part, f"{seconds:,.1f}") for part, seconds in made.seconds.items()])
    line(
        f"Made a world of {count(len(manifest.countries), 'country', 'countries')} and "
        f"{count(manifest.days, 'day', 'days')} in {out}: {count(len(manifest.files), 'file', 'files')}, "
        f"{count(letters, 'document', 'documents')}, {size(octets)}."
    )


@group.command()
def truth(
    folder: World,
    seed: Seed,
    scheme: Annotated[str | None, typer.Option(help="Only this scheme.")] = None,
    reference: Annotated[str | None, typer.Option(help="Only what has this reference.")] = None,
    country: Annotated[str | None, typer.Option(help="Only this country.")] = None,
    show: Annotated[int, typer.Option(min=0, help="How many stories of each scheme to tell.")] = 3,
    as_json: Json = False,
) -> None:
    """Tell what was planted in a world, scheme by scheme."""
    from tidewaiter.world.truth import open_truth, read_manifest

    manifest = read_manifest(folder)
    found = [
        one
        for one in open_truth(folder, seed, manifest.context).planted()
        if scheme in {None, one.scheme}
        and (reference is None or reference in one.references)
        and country in {None, one.country}
    ]
    if not found and (scheme or reference or country):
        message = "Nothing that was planted fits what is asked for."
        raise NotFound(message, "`tidewaiter world truth` without options lists the schemes there are.")
    if as_json:
        write_json(found)
        return
    by_scheme: defaultdict[str, list[Smuggled]] = defaultdict(list)
    for one in found:
        by_scheme[one.scheme].append(one)
    rows = [
        (name, len(some), len({one.ring for one in some}), f"{sum(one.evaded_usd for one in some):,.0f}")
        for name, some in sorted(by_scheme.items())
    ]
    table("Planted", ("Scheme", "Consignments#", "Rings#", "Evaded $#"), rows)
    for name, some in sorted(by_scheme.items()):
        told = some if reference else some[:show]
        if told:
            line(name, style="bold")
        for one in told:
            day = manifest.start + timedelta(days=one.day)
            line(f"  {one.country} {day} ring {one.ring}, skill {one.skill:.2f}: {', '.join(one.references)}")
            line(f"    {one.story}")


@group.command()
def score(
    folder: World,
    decisions: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or JSON: queue --all.")],
    seed: Seed,
    country: Annotated[str, typer.Option(help="Country of rows that name none.")] = "",
    as_json: Json = False,
) -> None:
    """Score decisions against the truth: what they find and cost, beside chance and an oracle."""
    from tidewaiter.world.score import read_decisions
    from tidewaiter.world.score import score as scored
    from tidewaiter.world.truth import open_truth, read_manifest

    manifest = read_manifest(folder)
    only = manifest.countries[0] if len(manifest.countries) == 1 else ""
    rows = read_decisions(decisions.read_bytes(), country=country or only, name=str(decisions))
    opened = open_truth(folder, seed, manifest.context)
    found = scored(rows, opened.planted(), opened.declared())
    if as_json:
        write_json(found)
        return
    show_score(found)


@group.command()
def verify(folder: World, as_json: Json = False) -> None:
    """Hold every file of a world against its manifest; no seed is needed. Exit code 2 where one is not as it was."""
    from tidewaiter.world.truth import read_manifest
    from tidewaiter.world.truth import verify as verified

    manifest = read_manifest(folder)
    flaws = list(verified(folder, manifest))
    if as_json:
        write_json(flaws)
    elif flaws:
        table("Not as it was made", ("File", "What"), [(one.path, one.what) for one in flaws])
    else:
        line(f"{count(len(manifest.files) + 1, 'file is', 'files are')} as they were made.")
    if flaws:
        raise typer.Exit(EXIT_CHANGED)
