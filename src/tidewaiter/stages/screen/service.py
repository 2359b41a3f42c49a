"""Screen declarations: features as of their day, rule hits, the model's contributions, reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tidewaiter.kernel.errors import ModelFault
from tidewaiter.stages.screen import score
from tidewaiter.stages.screen._sentences import sentence
from tidewaiter.stages.screen.features import FITTED, catalogue_sha256
from tidewaiter.stages.screen.frames import feature_frame
from tidewaiter.stages.screen.model import Hit, Scorer, Screening
from tidewaiter.stages.screen.profiles import read_card
from tidewaiter.stages.screen.rules import RulePack

ROWS_AT_ONCE = 50_000
"""Items screened in one go, so that memory stays flat."""


def run(
    con: duckdb.DuckDBPyConnection, items: pa.Table, *, profile_folder: Path, pack: RulePack, model: Scorer | None
) -> list[Screening]:
    """Return one screening a version of a declaration, in order of its first item in `items` (ITEM_SCHEMA).

    Raises ModelFault where the model was fitted on other features, NodeFault where the profiles do not fit.
    """
    if model is not None and model.catalogue != catalogue_sha256():
        message = f"The model {model.id} was fitted on another set of features than this program has."
        raise ModelFault(message, "Fit it again with `tidewaiter model fit`.")
    profiles = read_card(profile_folder).id
    known = (
        [] if model is None else [rule if pack.meanings.get(rule) == was else "" for rule, was in model.rules.items()]
    )
    scored: dict[tuple[str, int], list[_Item]] = {}
    for start in range(0, items.num_rows, ROWS_AT_ONCE):
        frame = feature_frame(con, items.slice(start, ROWS_AT_ONCE), profile_folder)
        hits = pack.hit_frame(con, frame)
        told = None if model is None else score.shares(model.contributions(matrix(frame, hits, model.rules, pack)))
        for place, (row, hit) in enumerate(zip(frame.to_pylist(), _hits(hits, frame.num_rows), strict=True)):
            if told is None:
                item = _Item(row, hit, score.prior_log_odds(row["base_rate"]), score.rule_parts(hit, pack))
            else:
                item = _Item(row, hit, told.base[place], score.model_parts(told, place, known, hit, pack))
            scored.setdefault((row["record_key"], row["version"]), []).append(item)
    name = None if model is None else model.id
    return [_screening(group, pack, name, profiles) for group in scored.values()]


def matrix(frame: pa.Table, hits: pa.Table, known: Mapping[str, str], pack: RulePack) -> NDArray[np.float64]:
    """Return the model's input: the fitted features, then the rules it knows; null is NaN.

    A rule that the model knows and the pack no longer has, or has with another condition, is NaN throughout.
    """
    columns = [_column(frame, name) for name in FITTED]
    for rule, meaning in known.items():
        if pack.meanings.get(rule) == meaning:
            columns.append(_column(hits, rule))
        else:
            columns.append(np.full(frame.num_rows, np.nan))
    return np.column_stack(columns)


def _column(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column as numbers, null as NaN."""
    numbers: NDArray[np.float64] = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _hits(hits: pa.Table, rows: int) -> list[tuple[str, ...]]:
    """Return the ids of the rules that hit, by row."""
    found: list[list[str]] = [[] for _ in range(rows)]
    for rule in hits.column_names:
        for place in np.flatnonzero(hits.column(rule).to_numpy(zero_copy_only=False)):
            found[place].append(rule)
    return [tuple(one) for one in found]


class _Item:
    """An item that was scored: its features, hits, base and parts."""

    __slots__ = ("base", "hits", "log_odds", "parts", "row")

    def __init__(self, row: dict[str, Any], hits: tuple[str, ...], base: float, parts: list[score.Part]) -> None:
        self.row = row
        self.hits = hits
        self.base = base
        self.parts = parts
        self.log_odds = score.total(base, parts)


def _screening(group: list[_Item], pack: RulePack, model: str | None, profiles: str) -> Screening:
    """Return the screening of a declaration from its items: the riskiest one's score and reasons."""
    riskiest = max(group, key=lambda item: item.log_odds)
    row = riskiest.row
    told = score.reasons(riskiest.parts, row, pack, row["as_of"])
    log_odds = score.total(riskiest.base, told)
    values = [item.row["value"] for item in group if item.row["value"] is not None]
    return Screening(
        record_key=bytes.fromhex(row["record_key"]),
        version=row["version"],
        reference=row["reference"],
        day=row["as_of"],
        item=row["item"] or None,
        probability=score.probability(log_odds),
        log_odds=log_odds,
        base=riskiest.base,
        value=math.fsum(values) if values else None,
        reasons=told,
        hits=tuple(_hit(rule, item.row, pack) for item in group for rule in item.hits),
        model=model,
        pack=pack.id,
        profiles=profiles,
    )


def _hit(rule: str, row: Mapping[str, Any], pack: RulePack) -> Hit:
    """Return a rule's hit on an item."""
    law = pack.by_id[rule]
    return Hit(
        rule=rule, title=law.title, severity=law.severity, sentence=sentence(law.message, row), item=row["item"] or None
    )
