"""Make a pack of a day of a world: choose records, truth and question, and have them signed."""

from __future__ import annotations

import hashlib
import io
import math
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec

from tidewaiter import __version__
from tidewaiter.kernel.errors import NotFound, Refused
from tidewaiter.kernel.log.notes import Note
from tidewaiter.kernel.seal.files import Sealing
from tidewaiter.kernel.words import count
from tidewaiter.playground.exercise.model import MAPPINGS, QUESTION, RECORDS, TRUTH, Contents, Question
from tidewaiter.playground.exercise.pack import write_pack
from tidewaiter.world.truth import Declared, Manifest, Slipped, Smuggled, Truth, sha256_of
from tidewaiter.world.truth.lines import write_line

INSPECTIONS_SHARE = 0.05
"""Share of the day's declarations that can be inspected, where the lesson does not say how many."""
TITLE_CHARACTERS_MAX = 100
CONTENTS_BYTES_MAX = 900_000
"""A note has at most 1,000,000 bytes with its signatures."""
OUTCOMES = "outcomes"
"""The form that is left out on the day in question: it would give answers away."""
CODE_CHARACTERS_MIN = 8
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAMED = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_./-]{3,}")
_STAMP = "%Y-%m-%dT%H%M"
_STAMP_CHARACTERS = 15


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What a trainer asks for: a country's UTC day, with records of so many days before it.

    `inspections` is how many declarations can be inspected; None for `INSPECTIONS_SHARE` of the day's, rounded up.
    """

    title: str
    country: str
    day: date
    before: int = 0
    inspections: int | None = None


def new_code() -> str:
    """Return a fresh code for a trainer, about 98 bits, without letters that look alike."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(20))
    return "-".join(drawn[start : start + 5] for start in range(0, 20, 5))


def make_pack(
    out: IO[bytes],
    world: Path,
    manifest: Manifest,
    truth: Truth,
    lesson: Lesson,
    *,
    code: str,
    sign: Callable[[str], Note],
) -> Contents:
    """Write a pack, and return what is in it. The same world, lesson, code and key give the same bytes.

    Raises NotFound for a day or a country that the world does not have, Refused for a title or code that will not do,
    and where a file of the world is not what its manifest says.
    """
    _check(manifest, lesson, code)
    records = dict(_records(manifest, lesson))
    number = (lesson.day - manifest.start).days
    today = _names_in(world / path for path, moment in records.items() if _day_of(moment) == lesson.day)
    declared = [
        one
        for one in truth.declared()
        if one.country == lesson.country and one.day == number and one.reference in today
    ]
    if not declared:
        message = f"Nothing is declared in {lesson.country} on {lesson.day}: there is nothing to ask."
        raise NotFound(message, "Choose a day on which offices work.")
    question = _question(lesson, len(declared))
    asked = {one.reference for one in declared}
    planted = [one for one in truth.planted() if one.country == lesson.country and _is_of(one, number, asked, today)]
    slips = [one for one in truth.slips() if one.country == lesson.country and one.reference in asked]
    small = {
        QUESTION: msgspec.json.format(msgspec.json.encode(question), indent=2) + b"\n",
        TRUTH: _sealed([*planted, *slips, *declared], code, question.context),
    }
    large = {f"{RECORDS}/{Path(path).name}": path for path in records}
    large |= {path: path for path in manifest.files if path.startswith(f"{MAPPINGS}/")}
    files = {name: hashlib.sha256(data).hexdigest() for name, data in small.items()}
    files |= {name: _insisted(world, manifest, path) for name, path in large.items()}
    contents = Contents(question=question, files=dict(sorted(files.items())), program=__version__)
    if len(contents.text.encode()) > CONTENTS_BYTES_MAX:
        message = f"The pack would have {len(files):,} files, more than can be signed as one."
        raise Refused(message, "Take fewer days before it.")
    write_pack(
        out,
        sign(contents.text),
        ((name, small[name] if name in small else (world / large[name]).read_bytes()) for name in sorted(files)),
    )
    return contents


def _check(manifest: Manifest, lesson: Lesson, code: str) -> None:
    """Refuse a lesson that the world does not have, or that cannot be signed or sealed well."""
    if lesson.country not in manifest.countries:
        message = f"{lesson.country} is no country of this world; it has {', '.join(manifest.countries)}."
        raise NotFound(message)
    last = manifest.start + timedelta(days=manifest.days - 1)
    if not manifest.start <= lesson.day <= last:
        message = f"{lesson.day} is no day of this world, which goes from {manifest.start} to {last}."
        raise NotFound(message)
    if not 0 < len(lesson.title) <= TITLE_CHARACTERS_MAX or not lesson.title.isprintable():
        message = f"A title has 1 to {TITLE_CHARACTERS_MAX} characters, all of them printable."
        raise Refused(message)
    if len(code) < CODE_CHARACTERS_MIN:
        message = f"The code has {len(code)} characters; what it seals could be guessed open."
        raise Refused(message, f"Give at least {CODE_CHARACTERS_MIN}, or none: then one is drawn.")


def _records(manifest: Manifest, lesson: Lesson) -> Iterator[tuple[str, datetime]]:
    """Yield the files of the country that are delivered on the day or before it, and when."""
    for path in manifest.files:
        folder, _, name = path.partition("/")
        if folder != lesson.country:
            continue
        moment = datetime.strptime(name[:_STAMP_CHARACTERS], _STAMP).replace(tzinfo=UTC)
        day = _day_of(moment)
        if not lesson.day - timedelta(days=lesson.before) <= day <= lesson.day:
            continue
        if day == lesson.day and name[_STAMP_CHARACTERS:].startswith(f"-{OUTCOMES}"):
            continue
        yield path, moment


def _day_of(delivered: datetime) -> date:
    """Return the day whose letters are in a file: one that is delivered at midnight holds those of the day before."""
    return (delivered - timedelta(seconds=1)).date()


def _names_in(paths: Iterable[Path]) -> set[str]:
    """Return all that could be a reference in files."""
    found: set[bytes] = set()
    for path in paths:
        found.update(_NAMED.findall(path.read_bytes()))
    return {one.decode("ascii") for one in found}


def _is_of(one: Smuggled, number: int, asked: set[str], today: set[str]) -> bool:
    """Say whether a smuggled consignment is of the question: declared then, or of that day and in its files."""
    if any(reference in asked for reference in one.references):
        return True
    return one.day == number and any(reference in today for reference in one.references)


def _question(lesson: Lesson, declared: int) -> Question:
    """Return the question of a lesson."""
    inspections = lesson.inspections
    if inspections is None:
        inspections = max(1, math.ceil(round(INSPECTIONS_SHARE * declared, 9)))
    if not 0 < inspections <= declared:
        message = f"{inspections:,} inspections are asked for, of {declared:,} declarations."
        raise Refused(message, "Let fewer be inspected than there are, and at least one.")
    task = (
        f"{count(declared, 'declaration is', 'declarations are')} lodged in {lesson.country} on {lesson.day}. "
        f"At most {inspections:,} can be inspected. Say which, and why."
    )
    return Question(
        title=lesson.title,
        country=lesson.country,
        day=lesson.day,
        before=lesson.before,
        declarations=declared,
        inspections=inspections,
        task=task,
    )


def _sealed(lines: Iterable[Smuggled | Slipped | Declared], code: str, context: str) -> bytes:
    """Return the truth of the exercise under the trainer's code."""
    out = io.BytesIO()
    with Sealing(out, code, context) as sealing:
        for line in lines:
            sealing.write(write_line(line))
    return out.getvalue()


def _insisted(world: Path, manifest: Manifest, path: str) -> str:
    """Return the hash of a file of the world, which must be what the manifest says."""
    digest = sha256_of(world / path)
    if digest != manifest.files[path]:
        message = f"{world / path} was changed since the world was made."
        raise Refused(message, "`tidewaiter world verify` names all that was changed; make the world anew.")
    return digest
