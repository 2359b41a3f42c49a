"""Check a record: visit its tree once and let each rule look at the parts it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.records.kinds import KINDS
from tidewaiter.kernel.settings import Settings
from tidewaiter.kernel.words import say
from tidewaiter.stages.receive import FAULTS, Fault
from tidewaiter.stages.validate.model import Finding
from tidewaiter.stages.validate.rule import FAILED, Days, Judge, Rule, Sight, Trail, record_day, shorten
from tidewaiter.stages.validate.rules import RULES, STR005, SYN009, XDO003

DAYS_MAX = 4_096
"""Most days for which the checker remembers what the code lists hold."""

BY_ID = MappingProxyType({rule.id: rule for rule in RULES})
"""Rule id → rule."""

_LEVELS = {"SYN": "syntax", "STR": "structure"}
_LAW = "The source is read as it was meant"


_EMPTY: tuple[()] = ()
"""The one empty tuple: what a repeated field holds where it holds nothing."""

Look = Callable[[Any, Sight], None]


Todo = tuple[tuple[Look, ...], tuple[Judge, ...], str, bool]
"""What to do with a field that has a value: what looks at the part, what judges the value; JSON name; holds parts."""


class _Plan(NamedTuple):
    """What to do with one type of part: what looks at each such part, and what to do with what `fetch` returns of it.

    `fetch` gives two values more than there are fields, so that it always gives a tuple; zip leaves them out.
    """

    always: tuple[Look, ...]
    fetch: Callable[[Any], tuple[Any, ...]]
    fields: tuple[Todo, ...]


class Checker:
    """Checks records against every rule, with the code lists at hand and as of a day.

    Make one per run: it looks up which rules concern which parts, and remembers what the code lists hold on a
    day, so lists loaded later need a new checker. Not for use by two threads at once.
    """

    def __init__(self, codes: Codes, *, today: date, settings: Settings) -> None:
        self._codes = codes
        self._today = today
        self._settings = settings
        self._days: dict[date, Days] = {}
        rules = [rule(codes, settings) for rule in RULES]
        self._amendment = next(rule for rule in rules if isinstance(rule, XDO003))
        self._plans = {kind: _plan(kind, rules) for kind in _parts()}

    def check(self, record: AnyRecord, faults: Sequence[Fault] = ()) -> tuple[Finding, ...]:
        """Return what is wrong with a record: what reading stumbled over, then each part from the top down.

        Never raises on a record, whatever it holds; at most `faults_per_record_max` findings are listed, and a last
        one says how many more there are.
        """
        sight = self._sight(record)
        try:
            _visit(record, None, sight, self._plans)
        except Exception:  # noqa: BLE001 - the boundary: a rule that fails must not stop a file; said in a finding
            sight = self._sight(record)
            self._visit_guarded(record, None, sight)
        if not faults and not sight.found:
            return ()
        return (*(word(fault) for fault in faults), *self._close(sight))

    def check_amendment(self, record: AnyRecord, previous: AnyRecord | None) -> tuple[Finding, ...]:
        """Return what is wrong with a record as the next version of `previous` (None: nothing is known of it)."""
        sight = self._sight(record)
        self._amendment.compare(record, previous, sight)
        return tuple(sight.found)

    def _sight(self, record: AnyRecord) -> Sight:
        """Return a fresh sight of a record."""
        day = record_day(record, self._today)
        days = self._days.get(day)
        if days is None:
            if len(self._days) >= DAYS_MAX:
                self._days.clear()
            days = self._days[day] = Days(self._codes, day)
        return Sight(record, days, self._today, self._settings.faults_per_record_max)

    def _visit_guarded(self, node: Any, trail: Trail | None, sight: Sight) -> None:
        """Visit as `_visit` does, and turn the failure of a rule into a finding instead of stopping."""
        plan = self._plans[type(node)]
        sight.trail = trail
        for look in plan.always:
            _guard(sight, look, node, sight)
        for value, (looks, judges, name, holds_parts) in zip(plan.fetch(node), plan.fields, strict=False):
            if value is None or value is _EMPTY:
                continue
            for look in looks:
                _guard(sight, look, node, sight)
            for judge in judges:
                _guard(sight, judge, value, name, node, sight)
            if holds_parts:
                for index, one in enumerate(value if isinstance(value, tuple) else (value,)):
                    self._visit_guarded(one, (trail, name, index if isinstance(value, tuple) else -1), sight)
                sight.trail = trail

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


def _visit(node: Any, trail: Trail | None, sight: Sight, plans: Mapping[type, _Plan]) -> None:
    """Let the rules look at a part and judge its fields, and visit the parts of it: the one hot loop of checking."""
    always, fetch, fields = plans[type(node)]
    sight.trail = trail
    for look in always:
        look(node, sight)
    for value, todo in zip(fetch(node), fields):  # noqa: B905 - see _Plan
        if value is None or value is _EMPTY:
            continue
        looks, judges, name, holds_parts = todo
        for look in looks:
            look(node, sight)
        for judge in judges:
            judge(value, name, node, sight)
        if holds_parts:
            if type(value) is tuple:
                for index, one in enumerate(value):
                    _visit(one, (trail, name, index), sight, plans)
            else:
                _visit(value, (trail, name, -1), sight, plans)
            sight.trail = trail


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


def _parts() -> list[type[msgspec.Struct]]:
    """Return every struct that a record can hold, each once, records first."""
    found: list[type[msgspec.Struct]] = []
    waiting: list[type[msgspec.Struct]] = list(KINDS.values())
    while waiting:
        kind = waiting.pop(0)
        if kind not in found:
            found.append(kind)
            waiting.extend(inner for _, _, inner in _inner(kind))
    return found


def _inner(kind: type[msgspec.Struct]) -> list[tuple[str, str, type[msgspec.Struct]]]:
    """Return (attribute, JSON name, struct) of every field of a struct that holds structs, alone or many."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101 - a struct by signature
    held = []
    for field in info.fields:
        shape = _bare(field.type)
        if isinstance(shape, msgspec.inspect.VarTupleType):
            shape = _bare(shape.item_type)
        if isinstance(shape, msgspec.inspect.StructType):
            held.append((field.name, field.encode_name, shape.cls))
    return held


def _bare(shape: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return a type without its metadata and without None."""
    while isinstance(shape, msgspec.inspect.Metadata):
        shape = shape.type
    if isinstance(shape, msgspec.inspect.UnionType):
        shape = next(one for one in shape.types if not isinstance(one, msgspec.inspect.NoneType))
        return _bare(shape)
    return shape


def _plan(kind: type[msgspec.Struct], rules: Sequence[Rule]) -> _Plan:
    """Return what to do with parts of a type: fields in the struct's order, those that hold parts last."""
    held = {attribute for attribute, _, _ in _inner(kind)}
    names = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
    fields: dict[str, Todo] = {}
    for attribute in sorted(names, key=held.__contains__):
        looks = tuple(rule.look for rule in rules if rule.on.get(kind) == attribute)
        judges = tuple(rule.judge_of(kind, attribute) for rule in rules if attribute in rule.at.get(kind, ()))
        if looks or judges or attribute in held:
            fields[attribute] = (looks, judges, names[attribute], attribute in held)
    always = tuple(rule.look for rule in rules if rule.on.get(kind) == "")
    some = next(iter(names))
    return _Plan(always, attrgetter(*fields, some, some), tuple(fields.values()))


def _guard(sight: Sight, call: Callable[..., None], *given: Any) -> None:
    """Let a rule look or judge; where it fails, say so in a finding."""
    try:
        call(*given)
    except Exception as error:  # noqa: BLE001 - the boundary, as in Checker.check
        owner = getattr(call, "__self__", None)
        rule = owner if isinstance(owner, Rule) else STR005
        sight.find(rule, FAILED, error=type(error).__name__)
