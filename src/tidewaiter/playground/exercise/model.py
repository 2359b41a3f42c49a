"""Define what an exercise asks and what its pack holds, as the node that made it signs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from tidewaiter.kernel.errors import NoteFault
from tidewaiter.kernel.log.leaf import canonical

FORMAT = "tidewaiter-exercise/1"
NOTE, QUESTION, TRUTH = "exercise.note", "question.json", "truth.sealed"
RECORDS, MAPPINGS = "records", "mappings"


class Question(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a trainee is asked: which of the day's declarations to inspect, and at most how many.

    `day` is the UTC day in question and `before` how many days of records before it are in the pack; `declarations`
    are those of the day; `task` says it in a sentence.
    """

    title: str
    country: str
    day: date
    before: int
    declarations: int
    inspections: int
    task: str

    @property
    def context(self) -> str:
        """What the truth of the exercise is sealed for."""
        return f"exercise/{self.country}/{self.day.isoformat()}/{self.title}"


class Contents(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a pack holds: its question, SHA-256 of each file by path, and the version of the program that made it."""

    question: Question
    files: Mapping[str, str]
    program: str

    @property
    def text(self) -> str:
        """The text that is signed (C2SP signed-note): its first line can be no log's, so it is no checkpoint."""
        return f"{FORMAT}\n{canonical(msgspec.to_builtins(self)).decode()}\n"


def read_contents(text: str) -> Contents:
    """Read the text of the note; raises NoteFault where it is not written as packs are."""
    head, _, body = text.partition("\n")
    try:
        found = msgspec.json.decode(body, type=Contents)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if head != FORMAT or found is None or found.text != text:
        message = f"{NOTE} does not say what is in a pack of the form {FORMAT}."
        raise NoteFault(message, "It was changed, or a later program wrote it.")
    return found
