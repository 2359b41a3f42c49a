"""Check a record: visit its tree once and let each rule look at the parts it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.kernel.words import say
from tidewaiter.stages.receive import FAULTS, Fault
from tidewaiter.stages.validate.model import Finding
from tidewaiter.stages.validate.rule import FAILED, Days, Rule, Sight, record_day, shorten
from tidewaiter.stages.validate.rules import RULES, STR005, SYN009, XDO001, XDO003
from tidewaiter.stages.validate.visiting import Visit, compile_visits

DAYS_MAX = 4_096
"""Most days for which the checker remembers what the code lists hold."""

BY_ID = MappingProxyType({rule.id: rule for rule in RULES})
"""Rule id → rule."""

_LEVELS = {"SYN": "syntax", "STR": "structure"}
_LAW = "The source is read as it was meant"


class Checker:
    """Checks records against every rule, with the code lists at hand and as of a day.

    Make one per run: it looks up which rules concern which parts, and remembers what the code lists hold on a
    day, so lists loaded later need a new checker. `only` keeps to the rules with these ids. Not for use by two
    threads at once.
    """

    def __init__(self, codes: Codes, *, today: date, settings: Settings, only: Collection[str] | None = None) -> None:
        self._codes = codes
        self._today = today
        self._settings = settings
        self._days: dict[date, Days] = {}
        rules = [rule(codes, settings) for rule in RULES if only is None or rule.id in only]
        self._amendment = XDO003(codes, settings)
        self._together = XDO001(codes, settings)
        self._rules = rules
        self._visits = compile_visits(rules)

    def check(self, record: AnyRecord, faults: Sequence[Fault] = ()) -> tuple[Finding, ...]:
        """Return what is wrong with a record: what reading stumbled over, then each part from the top down.

        Never raises on a record, whatever it holds; at most `faults_per_record_max` findings are listed, and a last
        one says how many more there are.
        """
        sight = self._sight(record)
        try:
            self._visits[type(record)](record, None, sight)
        except Exception:  # noqa: BLE001 - the boundary: a rule that fails must not stop a file; said in a finding
            sight = self._sight(record)
            self._guarded[type(record)](record, None, sight)
        if not faults and not sight.found:
            return ()
        return (*(word(fault) for fault in faults), *self._close(sight))

    @cached_property
    def _guarded(self) -> dict[type, Visit]:
        """The same visits with every rule guarded; made when a rule first fails."""
        return compile_visits(self._rules, _guard)

    def check_amendment(self, record: AnyRecord, previous: AnyRecord | None) -> tuple[Finding, ...]:
        """Return what is wrong with a record as the next version of `previous` (None: nothing is known of it)."""
        sight = self._sight(record)
        self._amendment.compare(record, previous, sight)
        return tuple(sight.found)

    def check_together(self, record: AnyRecord, others: Sequence[AnyRecord]) -> tuple[Finding, ...]:
        """Return what is wrong with a record beside those, the oldest first, that name a transport document of it.

        `transport_documents` says by which numbers they are found. Never raises, whatever the records hold.
        """
        sight = self._sight(record)
        _guard(sight, self._together.hold, record, others, sight)
        return self._close(sight)

    def _sight(self, record: AnyRecord) -> Sight:
        """Return a fresh sight of a record."""
        day = record_day(record, self._today)
        days = self._days.get(day)
        if days is None:
            if len(self._days) >= DAYS_MAX:
                self._days.clear()
            days = self._days[day] = Days(self._codes, day)
        return Sight(record, days, self._today, self._settings.faults_per_record_max)

    def _close(self, sight: Sight) -> tuple[Finding, ...]:
        """Return the findings, with a last one where there are more."""
        if not sight.left_out:
            return tuple(sight.found)
        facts: dict[str, str | int] = {"count": sight.left_out, "errors": sight.errors_left_out}
        code = "too-many-findings"
        more = Finding(
            rule=SYN009.id,
            severity="error" if sight.errors_left_out else "warning",
            level=SYN009.level,
            path="",
            code=code,
            params=facts,
            message=SYN009.sentence(code, facts),
            standard=SYN009.standard,
        )
        return (*sight.found, more)


def word(fault: Fault) -> Finding:
    """Return the finding of what reading stumbled over; a code that nobody listed still gets a sentence."""
    rule, kind = BY_ID.get(fault.rule), FAULTS.get(fault.code)
    params = {name: shorten(value) if isinstance(value, str) else value for name, value in fault.params.items()}
    found = say(kind.sentence, **params) if kind is not None else _unlisted(fault.code, params)
    law = say(rule.law if rule is not None else _LAW).removesuffix(".")
    return Finding(
        rule=fault.rule,
        severity=kind.severity if kind is not None else (rule.severity if rule is not None else "error"),
        level=rule.level if rule is not None else _LEVELS.get(fault.rule[:3], "syntax"),
        path=fault.path,
        place=fault.place,
        code=fault.code,
        params=params,
        message=f"{law}: {found}",
        standard=rule.standard if rule is not None else None,
    )


def _unlisted(code: str, params: dict[str, str | int]) -> str:
    """Return a sentence for a code without one: its words and parameters."""
    facts = ", ".join(f"{name} {value}" for name, value in params.items())
    words = code.replace("-", " ") or "something is wrong"
    return f"{words} ({facts})." if facts else f"{words}."


def _guard(sight: Sight, call: Callable[..., None], *given: Any) -> None:
    """Let a rule look or judge; where it fails, say so in a finding."""
    try:
        call(*given)
    except Exception as error:  # noqa: BLE001 - the boundary, as in Checker.check
        owner = getattr(call, "__self__", None)
        rule = owner if isinstance(owner, Rule) else STR005
        sight.find(rule, FAILED, error=type(error).__name__)
