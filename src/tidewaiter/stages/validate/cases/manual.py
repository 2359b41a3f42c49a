"""Write the cases of rules for the manual, in short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tidewaiter.stages.validate.cases.table import ABSENT, Case, base_records, cases

_NAMES_SHOWN = 2
_CHARACTERS_MAX = 60
"""Longest value that is shown in full, in characters; of a longer one both ends are."""


def cases_markdown(rule_ids: Iterable[str]) -> list[str]:
    """Return the lines of the table of these rules' cases."""
    lines = ["| rule | keeps it | breaks it | nearly breaks it |", "|---|---|---|---|"]
    known = cases()
    for rule_id in rule_ids:
        case = known[rule_id]
        broken = f"{_edits(case, case.breaks)} → `{case.code}`"
        near = f"{_edits(case, case.nearly)}: {case.why}"
        lines.append(f"| {rule_id} | {_kept(case)} | {broken} | {near} |")
    return lines


def _kept(case: Case) -> str:
    """Return what stands where the case breaks it, before that."""
    if case.of_source:
        return ", ".join(_code(one) for one in case.breaks)
    record = base_records()[case.base]
    before = {path: _value(record, path) for path in case.breaks}
    return _edits(case, before | case.keeps)


def _value(record: Any, path: str) -> Any:
    """Return what a record has at a path."""
    spot = record
    for step in path.split("/"):
        if isinstance(spot, list):
            spot = spot[int(step)] if int(step) < len(spot) else ABSENT
        else:
            spot = spot.get(step, ABSENT) if isinstance(spot, dict) else ABSENT
    return spot


def _edits(case: Case, edits: Mapping[str, Any]) -> str:
    """Return edits in short."""
    limits = [f"`{name}` {value}" for name, value in case.settings.items()]
    if case.of_source:
        return ", ".join([*(_code(new) if new else f"without {_code(old)}" for old, new in edits.items()), *limits])
    said = [f"{_field(path)} {value if value == ABSENT else _code(value)}" for path, value in edits.items()]
    return ", ".join([*said, *limits]) or "the same again"


def _field(path: str) -> str:
    """Return the last names of a path."""
    names = [step for step in path.split("/") if not step.isdigit()]
    return "/".join(names[-_NAMES_SHOWN:])


def _code(value: Any) -> str:
    """Return a value as code in a table's cell."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if len(text) > _CHARACTERS_MAX:
        half = _CHARACTERS_MAX // 2
        text = f"{text[:half]}…{text[-half:]}"
    shown = "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text.replace("\n", "↵"))
    return f"`{shown}`".replace("|", "\\|")
