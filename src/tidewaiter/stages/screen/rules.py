"""Read rule packs: conditions over the features, checked before they run, compiled two ways."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
import msgspec
import pyarrow as pa

from tidewaiter.kernel.errors import RulePackFault
from tidewaiter.stages.screen._conditions import Condition, ConditionFault, compile_condition, evaluator
from tidewaiter.stages.screen.features import BY_NAME
from tidewaiter.stages.screen.model import Value

RULES_MAX = 1_000
"""Most rules in one pack."""

_KINDS = {name: feature.kind for name, feature in BY_NAME.items()}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of a pack.

    `condition` is a SQL expression over features; `message` is what an officer reads, with {feature} values; `weight`
    is added to the log-odds of being irregular where it hits and no model knows the rule better; `source` names the
    typology it comes from; it holds from `valid_from` to `valid_to`, both days included.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}-[0-9]{3}$")]
    title: str
    message: str
    condition: str
    weight: Annotated[float, msgspec.Meta(ge=-5, le=5)]
    severity: Literal["low", "medium", "high"]
    source: str
    owner: str
    legal_basis: str = ""
    valid_from: date
    valid_to: date | None = None
    review: date


class PackHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack says of itself."""

    id: str
    title: str
    edition: str


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shape of a pack's file."""

    pack: PackHead
    rule: tuple[Rule, ...]


class RulePack:
    """Checked rules, compiled for one row (`evaluate`) and for many (`hit_frame`)."""

    def __init__(self, head: PackHead, rules: Sequence[Rule], conditions: Sequence[Condition], sha256: str) -> None:
        self.head = head
        self.rules = tuple(rules)
        self.conditions = tuple(conditions)
        self.sha256 = sha256
        self.by_id = {rule.id: rule for rule in rules}

    @property
    def id(self) -> str:
        """The pack's identity: its name, edition and hash."""
        return f"{self.head.id}-{self.head.edition}-{self.sha256[:8]}"

    @cached_property
    def meanings(self) -> dict[str, str]:
        """Rule id → hash of its condition: a model knows a rule only while this is the same."""
        return {rule.id: one.sha256 for rule, one in zip(self.rules, self.conditions, strict=True)}

    @cached_property
    def _evaluator(self) -> Callable[[Mapping[str, Value]], tuple[bool | None, ...]]:
        """The compiled function of all conditions."""
        return evaluator(list(self.conditions))

    def evaluate(self, row: Mapping[str, Value], day: date) -> list[str]:
        """Return the ids of the rules that hit one row of features on a day; null is not a hit."""
        answers = self._evaluator(row)
        return [
            rule.id
            for rule, answer in zip(self.rules, answers, strict=True)
            if answer is True and rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
        ]

    def hit_frame(self, con: duckdb.DuckDBPyConnection, frame: pa.Table) -> pa.Table:
        """Return one boolean column a rule for a frame of features with `as_of`, in the frame's order."""
        if not self.rules:
            return pa.table({"none": pa.array([False] * frame.num_rows)}).select([])
        columns = []
        for rule, condition in zip(self.rules, self.conditions, strict=True):
            until = "TRUE" if rule.valid_to is None else f"as_of <= DATE '{rule.valid_to.isoformat()}'"
            valid = f"as_of >= DATE '{rule.valid_from.isoformat()}' AND {until}"
            columns.append(f'coalesce({condition.sql} AND {valid}, FALSE) AS "{rule.id}"')
        numbered = frame.append_column("row_number", pa.array(range(frame.num_rows), pa.int64()))
        con.register("rule_frame", numbered)
        try:
            query = f"SELECT row_number, {', '.join(columns)} FROM rule_frame ORDER BY row_number"
            return con.execute(query).to_arrow_table().drop_columns(["row_number"])
        finally:
            con.unregister("rule_frame")


def load_pack(path: Path | None = None) -> RulePack:
    """Return the rule pack of a TOML file, or the one that ships.

    Raises RulePackFault naming the file, the rule and, for an unknown feature, the nearest one there is.
    """
    if path is None:
        shipped = resources.files("tidewaiter.stages.screen") / "packs" / "first.toml"
        return read_pack(shipped.read_text(encoding="utf-8"), "the rule pack that ships")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The rule pack {path} cannot be read: {error}."
        raise RulePackFault(message, "Name a TOML file in UTF-8 that this user may read.") from error
    return read_pack(text, str(path))


def read_pack(text: str, where: str) -> RulePack:
    """Return the rule pack of TOML text; `where` names it in faults."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{where} is not valid TOML: {error}."
        raise RulePackFault(message, "Mend that line.") from error
    try:
        file = msgspec.convert(tables, _File)
    except msgspec.ValidationError as error:
        message = f"{where}: {_named(tables, str(error))}."
        raise RulePackFault(message, "docs/reference/rule-packs.md lists what a rule must say.") from error
    if len(file.rule) > RULES_MAX:
        message = f"{where} has {len(file.rule)} rules; {RULES_MAX} is the most."
        raise RulePackFault(message, "Split it.")
    conditions = [_checked(rule, where) for rule in file.rule]
    doubled = sorted({rule.id for rule in file.rule if [one.id for one in file.rule].count(rule.id) > 1})
    if doubled:
        message = f"{where} has the rule {doubled[0]} twice."
        raise RulePackFault(message, "Give each rule an id of its own.")
    return RulePack(file.pack, file.rule, conditions, hashlib.sha256(text.encode()).hexdigest())


def _checked(rule: Rule, where: str) -> Condition:
    """Compile a rule's condition and check its message."""
    try:
        condition = compile_condition(rule.condition, _KINDS)
        for name in _PLACEHOLDER.findall(rule.message):
            compile_condition(f'"{name}" IS NULL', _KINDS)
    except ConditionFault as fault:
        message = f"{where}, rule {rule.id}: {fault}."
        raise RulePackFault(
            message, "docs/reference/features.md lists the features, rule-packs.md the rest."
        ) from fault
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        message = f"{where}, rule {rule.id}: it ends before it begins."
        raise RulePackFault(message, "Mend valid_from or valid_to.")
    return condition


def _named(tables: Mapping[str, Any], fault: str) -> str:
    """Put the rule's id in place of its number in a fault."""
    place = re.search(r"\$\.rule\[(\d+)\]", fault)
    rules = tables.get("rule")
    if place is None or not isinstance(rules, list):
        return fault
    rule = rules[int(place.group(1))]
    told = rule.get("id") if isinstance(rule, dict) else None
    return f"rule {told or int(place.group(1)) + 1}: {fault}"
