"""Define what a rule is, and what it sees while it looks at one part of a record."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from typing import Any, ClassVar

import msgspec

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord, day_of, is_personal
from tidewaiter.kernel.settings import Settings
from tidewaiter.kernel.words import say
from tidewaiter.stages.validate.model import Finding

Trail = tuple[Any, str, int]
"""Where a part hangs: (trail of its owner or None, JSON name in the owner, index or -1)."""

VALUE_CHARACTERS_MAX = 60
"""Longest value repeated in a finding, in characters."""

OWN_WORDS = frozenset(("hint", "note", "codes"))
"""Parameters that hold our own words and none of the record's, and are said in full."""

FAILED = "rule-failed"
"""Code of the finding that says that a rule itself stumbled: a fault of this program, not of the record."""

_FAILED_CASE = "this could not be decided; the rule failed ({error}). Please report it."

LIST_SOURCE = "list {list}, edition {edition}"


Judge = Callable[[Any, str, Any, "Sight"], None]
"""Judges a value: (value, JSON name of its field, part it stands in, sight)."""


class Rule:
    """One rule. The class name is its id, the first paragraph of its docstring its law.

    `on` names the structs that it looks at, each with the field without which there is nothing to see (empty: look
    always); `at` names single fields whose value it judges, where they have one. `cases` says, for each stable code,
    the sentence that follows the law, with parameters in braces; codes in `warns` are warnings whatever the rule's
    severity; `standard` is the law's source.
    """

    id: ClassVar[str]
    law: ClassVar[str]
    level: ClassVar[str]
    severity: ClassVar[str] = "error"
    standard: ClassVar[str]
    on: ClassVar[Mapping[type[msgspec.Struct], str]] = {}
    at: ClassVar[Mapping[type[msgspec.Struct], tuple[str, ...]]] = {}
    cases: ClassVar[Mapping[str, str]] = {}
    warns: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        """Take id and law from the class."""
        cls.id = f"{cls.__name__[:3]}-{cls.__name__[3:]}"
        cls.law = " ".join((cls.__doc__ or "").split("\n\n", maxsplit=1)[0].split())

    def __init__(self, codes: Codes, settings: Settings) -> None:
        self.codes = codes
        self.settings = settings

    def look(self, node: Any, sight: Sight) -> None:
        """Tell the sight what is wrong with a part of a type in `on`; must not change anything."""
        raise NotImplementedError

    def judge(self, value: Any, field: str, node: Any, sight: Sight) -> None:
        """Tell the sight what is wrong with the value of a field in `at`; `field` is its JSON name."""
        raise NotImplementedError

    def judge_of(self, kind: type[msgspec.Struct], attribute: str) -> Judge:
        """Return what judges a field, where fields are judged each in its own way."""
        del kind, attribute
        return self.judge

    def when_of(self, kind: type[msgspec.Struct], attribute: str) -> str:
        """Return a Python expression over `value` and `sight`: where it is false, the field needs no judging.

        It is written into the visiting code, where it spares most calls; empty, the judge is always asked.
        """
        del kind, attribute
        return ""

    @classmethod
    def severity_of(cls, code: str) -> str:
        """Return error or warning."""
        return "warning" if code in cls.warns or code == FAILED else cls.severity

    @classmethod
    def sentence(cls, code: str, params: Mapping[str, str | int]) -> str:
        """Return the law with what was found."""
        template = cls.cases.get(code) or (_FAILED_CASE if code == FAILED else "{code}.")
        return f"{say(cls.law).removesuffix('.')}: {say(template, code=code, **params)}"


class Days:
    """What the code lists hold on one day; made once per day and kept by the checker."""

    __slots__ = ("countries", "currencies", "day", "hs")

    def __init__(self, codes: Codes, day: date) -> None:
        self.day = day
        self.countries: Container[str] = codes.members("country", day)
        self.currencies: Container[str] = codes.members("currency", day)
        self.hs: Container[str] | None = codes.members("hs", day) if codes.loaded("hs") else None


class Sight:
    """What a rule sees besides the part itself, and where it says what it found.

    `trail` is where the part hangs; `day` the day of the record, today where it has none. `left_out` counts the
    findings beyond `findings_max`, `errors_left_out` the errors among them.
    """

    __slots__ = ("day", "days", "errors_left_out", "findings_max", "found", "left_out", "record", "today", "trail")

    def __init__(self, record: AnyRecord, days: Days, today: date, findings_max: int) -> None:
        self.record = record
        self.days = days
        self.day = days.day
        self.today = today
        self.trail: Trail | None = None
        self.found: list[Finding] = []
        self.findings_max = findings_max
        self.left_out = 0
        self.errors_left_out = 0

    def find(self, rule: type[Rule] | Rule, code: str, field: str = "", /, **params: str | int) -> None:
        """Note a finding at `field`, a JSON pointer from the part looked at, without its first slash."""
        severity = rule.severity_of(code)
        if len(self.found) >= self.findings_max:
            self.left_out += 1
            self.errors_left_out += severity == "error"
            return
        path = pointer(self.trail, field)
        word = withhold if is_personal(type(self.record), path) else shorten
        shown = {
            name: word(value) if isinstance(value, str) and name not in OWN_WORDS else value
            for name, value in params.items()
        }
        self.found.append(
            Finding(
                rule=rule.id,
                severity=severity,
                level=rule.level,
                path=path,
                code=code,
                params=shown,
                message=rule.sentence(code, shown),
                standard=rule.standard,
            )
        )


def pointer(trail: Trail | None, field: str = "") -> str:
    """Return the RFC 6901 pointer of a field of the part at the trail; JSON names need no escapes."""
    parts: list[str] = [field] if field else []
    while trail is not None:
        trail, name, index = trail
        parts.append(name if index < 0 else f"{name}/{index}")
    return "".join(f"/{part}" for part in reversed(parts))


def withhold(text: str) -> str:
    """Return a word for a value of a personal field, which no finding repeats."""
    del text
    return "what it says"


def shorten(text: str) -> str:
    """Return the text as a finding may repeat it: printable, and not too long."""
    if len(text) > VALUE_CHARACTERS_MAX:
        text = f"{text[: VALUE_CHARACTERS_MAX - 1]}…"
    return text if text.isprintable() else "".join(one if one.isprintable() else "�" for one in text)


def record_day(record: AnyRecord, today: date) -> date:
    """Return the day by which a record's codes are judged: its own, today where it has none or one that cannot be."""
    try:
        return day_of(record) or today
    except OverflowError:  # a moment at the very edge of the calendar has no day in UTC
        return today
