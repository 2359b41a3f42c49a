"""Make exercises of an invented world, hand them out, verify them, tell their stories, mark answers."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.doors.cli.log import Keys, PolicyFile, trusted
from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.scores import show_score
from tidewaiter.doors.cli.session import Session
from tidewaiter.doors.cli.world import Seed, World
from tidewaiter.kernel.errors import Conflict
from tidewaiter.kernel.words import count

group = typer.Typer(help="Exercises for officers, packed from an invented world.", no_args_is_help=True)
EXIT_CHANGED = 2
_EXAMPLES = """Examples:

  tidewaiter exercise make world --seed tide --country GH --day 2026-02-03 --title "A day at Tema" --out tema.zip

  tidewaiter exercise make world --seed tide --country NL --day 2026-02-03 --before 14 --inspect 40 --out nl.zip
"""

PackFile = Annotated[
    Path, typer.Argument(metavar="PACK", exists=True, dir_okay=False, help="What `tidewaiter exercise make` wrote.")
]
Code = Annotated[
    str, typer.Option("--code", help="The trainer's code.", envvar="TIDEWAITER_EXERCISE_CODE", show_envvar=True)
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="exercise")


@group.command(epilog=_EXAMPLES)
def make(
    context: typer.Context,
    folder: World,
    seed: Seed,
    country: Annotated[str, typer.Option(help="Whose day it is.")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day in question, UTC.")],
    out: Annotated[Path, typer.Option("--out", help="File to write, PACK.zip; must not be there yet.")],
    title: Annotated[str, typer.Option(help="What the exercise is called.")] = "What would you inspect?",
    before: Annotated[int, typer.Option(min=0, help="Days of records before it.")] = 0,
    inspect: Annotated[
        int | None, typer.Option(min=1, help="How many can be inspected; default: 5 % of the day.")
    ] = None,
    code: Annotated[
        str | None, typer.Option("--code", help="The trainer's code; default: drawn, and printed once.")
    ] = None,
) -> None:
    """Pack a day of a world: records and a question for trainees, the truth under a code that the trainer keeps."""
    from tidewaiter.kernel.log import notes
    from tidewaiter.kernel.log.notes import Note
    from tidewaiter.playground.exercise import Lesson, make_pack, new_code
    from tidewaiter.world.truth import open_truth, read_manifest

    session: Session = context.obj
    manifest = read_manifest(folder)
    truth = open_truth(folder, seed, manifest.context)
    lesson = Lesson(title=title, country=country.upper(), day=day.date(), before=before, inspections=inspect)
    kept = code or new_code()
    part = out.with_name(f".{out.name}.{os.getpid()}")
    if out.exists():
        message = f"There is a file {out} already."
        raise Conflict(message, "Give another name, or move it away.")
    with session.node("training.run") as node:

        def sign(text: str) -> Note:
            """Sign with the key of the node's log."""
            return Note(text, (notes.sign(text, node.ledger.key, node.vault.sign),))

        try:
            with part.open("xb") as file:
                made = make_pack(file, folder, manifest, truth, lesson, code=kept, sign=sign)
            with node.work() as work:
                digest = hashlib.sha256(made.text.encode()).hexdigest()
                work.leave(
                    "exercise.made", {"contents": digest, "country": lesson.country, "day": lesson.day.isoformat()}
                )
            part.rename(out)
        finally:
            part.unlink(missing_ok=True)
        key = node.ledger.key.vkey
    line(f"Wrote {out}: {count(len(made.files), 'file', 'files')}. {made.question.task}")
    line("Whoever gets it verifies it with this log's key, which they should have from elsewhere:")
    line(f"  {key}")
    if code is None:
        line(f"The code is {kept}. It is shown this once; without it nobody reads the truth.")


@group.command()
def verify(file: PackFile, log_key: Keys = None, policy: PolicyFile = None, as_json: Json = False) -> None:
    """Verify a pack against keys that you bring yourself; no node is needed. Exit code 2 where a file was changed."""
    from tidewaiter.kernel.log.notes import Ed25519Verifier
    from tidewaiter.playground.exercise import verify as verified

    verifiers = [Ed25519Verifier(one.key) for one in trusted(log_key, policy).logs]
    contents, flaws = verified(file, verifiers)
    if as_json:
        write_json({"question": contents.question, "flaws": flaws})
    elif flaws:
        table("Not as it was signed", ("File", "What"), [(one.path, one.what) for one in flaws])
    else:
        line("Signed, and whole.")
        line(contents.question.title, style="bold")
        line(contents.question.task)
    if flaws:
        raise typer.Exit(EXIT_CHANGED)


@group.command("open")
def open_pack(
    file: PackFile,
    to: Annotated[Path, typer.Option("--to", help="A folder that is empty or not there yet.")],
) -> None:
    """Write the trainee's part of a pack into a folder: records, mappings and the question."""
    from tidewaiter.playground.exercise import Pack

    with Pack(file) as pack:
        written = pack.hand_out(to)
        question = pack.contents.question
    line(f"Wrote {count(written, 'file', 'files')} to {to}.")
    line(question.title, style="bold")
    line(question.task)


@group.command()
def debrief(file: PackFile, code: Code, as_json: Json = False) -> None:
    """Tell what was planted, what gave it away, and where in the records it stands."""
    from tidewaiter.playground.exercise import Pack
    from tidewaiter.playground.exercise import debrief as debriefed

    with Pack(file) as pack:
        told = debriefed(pack, code)
    if as_json:
        write_json(told)
        return
    line(told.question.title, style="bold")
    line(told.question.task)
    for number, story in enumerate(told.stories, start=1):
        planted = story.planted
        line()
        line(f"{number}. {planted.scheme}, {', '.join(planted.references)}: ${planted.evaded_usd:,.0f}", style="bold")
        line(f"   {planted.story}")
        if story.how:
            line(f"   How: {story.how}")
            line(f"   What it breaks: {story.law}")
        line(f"   What gives it away: {story.clue}")
        for reference, names in story.named.items():
            line(f"   {reference} stands in {', '.join(names)}")
    line()
    slips = [
        (one.reference, one.kind, ", ".join(f"{rule} {what}" for rule, what in one.findings)) for one in told.slips
    ]
    table("Honest mistakes of that day", ("Reference", "Mistake", "Findings"), slips)


@group.command()
def mark(
    file: PackFile,
    decisions: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or JSON: reference, action.")],
    code: Code,
    as_json: Json = False,
) -> None:
    """Mark an answer: what it found of what was planted, and what it held up for nothing."""
    from tidewaiter.playground.exercise import Pack
    from tidewaiter.playground.exercise import mark as marked
    from tidewaiter.world.score import read_decisions

    with Pack(file) as pack:
        country = pack.contents.question.country
        rows = read_decisions(decisions.read_bytes(), country=country, name=str(decisions))
        found = marked(pack, rows, code)
    if as_json:
        write_json(found)
        return
    show_score(found.score)
    answers = [
        ("yes" if one.found else "no", one.scheme, ", ".join(one.references), f"{one.evaded_usd:,.0f}", one.story)
        for one in found.answers
    ]
    table("What was planted", ("Found", "Scheme", "References", "Evaded $#", "Story"), answers)
