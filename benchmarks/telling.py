"""Tell planted rows from honest ones by features, traders held apart, and say how well it goes."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]
Places = NDArray[np.int64]

FOLDS, DRAWS = 5, 200
_ROUNDS, _NEWTON_STEPS, _RIDGE = 80, 12, 10.0
_TRAINED_UNTIL = 0.6
"""Share of the days that a split by time is fitted on."""

_CONTROLS = 10
"""Honest rows that are drawn beside each planted one."""

_CELL_MIN = 5
"""Honest rows that a cell must have to be compared within it."""


class Telling(NamedTuple):
    """How well rows are told apart: the area under the curve with its interval (95 %), of how many planted rows."""

    planted: int
    auc: float
    low: float
    high: float

    def __str__(self) -> str:
        """Say it in short."""
        return f"{self.auc:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows with their features: `planted` or not, `group` who is behind a row, `day`, and `cells` to compare within.

    `cells` are the columns of labels of ever finer cells, the coarsest first.
    """

    features: Matrix
    names: Sequence[str]
    planted: NDArray[np.bool_]
    group: NDArray[np.str_]
    day: Places
    cells: Sequence[NDArray[np.str_]]

    def only(self, rows: Places | NDArray[np.bool_]) -> Rows:
        """Return some of the rows."""
        cells = [one[rows] for one in self.cells]
        return Rows(self.features[rows], self.names, self.planted[rows], self.group[rows], self.day[rows], cells)

    def columns(self, wanted: Sequence[int]) -> Rows:
        """Return the rows with some of their features alone."""
        names = [self.names[one] for one in wanted]
        return Rows(self.features[:, wanted], names, self.planted, self.group, self.day, self.cells)


def compared(rows: Rows, levels: int, seed: int) -> tuple[Rows, Floats]:
    """Return planted rows with honest ones of the same cells, and weights that make both sides the same in each cell.

    A planted row is compared within the finest of the first `levels` cells in which there are enough honest rows; it
    is left out where there are none.
    """
    chance = np.random.default_rng(seed)
    pools: list[dict[str, Places]] = []
    honest = np.flatnonzero(~rows.planted)
    for cells in rows.cells[:levels]:
        order = honest[np.argsort(cells[honest], kind="stable")]
        labels, starts = np.unique(cells[order], return_index=True)
        pools.append(dict(zip(labels.tolist(), np.split(order, starts[1:]), strict=True)))
    weights: defaultdict[int, float] = defaultdict(float)
    for row in np.flatnonzero(rows.planted).tolist():
        for level in range(levels - 1, -1, -1):
            pool = pools[level].get(str(rows.cells[level][row]))
            if pool is None or len(pool) < _CELL_MIN:
                continue
            drawn = chance.choice(pool, min(_CONTROLS, len(pool)), replace=False)
            weights[row] = 1.0
            for one in drawn.tolist():
                weights[one] += 1.0 / len(drawn)
            break
    chosen = np.array(sorted(weights), dtype=np.int64)
    return rows.only(chosen), np.array([weights[one] for one in chosen.tolist()])


def grouped(rows: Rows, weights: Floats, kind: str, seed: int) -> Telling:
    """Tell rows apart in five folds; nobody who trades is in two of them."""
    fold = _split(rows.group, FOLDS, seed)
    scores = np.full(len(fold), np.nan)
    for one in range(FOLDS):
        _fill(scores, rows, weights, kind, fold != one, fold == one)
    return judge(rows, weights, scores, fold)


def timed(rows: Rows, weights: Floats, kind: str, seed: int) -> Telling:
    """Tell later rows apart by what earlier ones teach, of other traders: each half of them is told by the other."""
    half = _split(rows.group, 2, seed)
    border = rows.day.min() + _TRAINED_UNTIL * (rows.day.max() + 1 - rows.day.min())
    early = rows.day < border
    scores = np.full(len(half), np.nan)
    for one in range(2):
        _fill(scores, rows, weights, kind, early & (half != one), ~early & (half == one))
    return judge(rows, weights, scores, half)


def _split(groups: NDArray[np.str_], parts: int, seed: int) -> Places:
    """Return the part that each row's group falls into, by a checksum."""
    names, place = np.unique(groups, return_inverse=True)
    return np.array([zlib.crc32(f"{seed}/{name}".encode()) % parts for name in names.tolist()])[place]


def _fill(  # noqa: PLR0917 - what a fold is made from
    scores: Floats,
    rows: Rows,
    weights: Floats,
    kind: str,
    learned: NDArray[np.bool_],
    told: NDArray[np.bool_],
) -> None:
    """Fit on the rows that are learned from, and score those that are to be told; nothing where one side is missing."""
    if not told.any() or len(np.unique(rows.planted[learned])) < 2:
        return
    fit = boosted if kind == "LightGBM" else logistic
    scores[told] = fit(rows.features[learned], rows.planted[learned], weights[learned], rows.features[told])


# --- classifiers --------------------------------------------------------------------------------------------------


def booster(features: Matrix, planted: NDArray[np.bool_], weights: Floats) -> lightgbm.Booster:
    """Return gradient boosting fitted on rows; the two sides weigh the same."""
    balanced = np.where(planted, weights / weights[planted].sum(), weights / weights[~planted].sum()) * len(planted) / 2
    settings = {
        "objective": "binary",
        "verbosity": -1,
        "seed": 1,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "num_leaves": 15,
        "min_data_in_leaf": 20,
        "learning_rate": 0.06,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "max_bin": 63,
    }
    data = lightgbm.Dataset(features, planted.astype(float), weight=balanced, free_raw_data=True)
    return lightgbm.train(settings, data, num_boost_round=_ROUNDS)


def boosted(features: Matrix, planted: NDArray[np.bool_], weights: Floats, asked: Matrix) -> Floats:
    """Return scores of rows by gradient boosting fitted on other rows."""
    return np.asarray(booster(features, planted, weights).predict(asked, num_threads=1))


def logistic(features: Matrix, planted: NDArray[np.bool_], weights: Floats, asked: Matrix) -> Floats:
    """Return scores of rows by a logistic regression with a ridge fitted on other rows; gaps count as the mean."""
    known = ~np.isnan(features)
    means = np.where(known, features, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    spreads = np.sqrt((np.where(known, features - means, 0.0) ** 2).mean(axis=0))
    spreads[spreads < 1e-9] = np.inf
    sides = weights / np.where(planted, weights[planted].sum(), weights[~planted].sum()) * len(planted) / 2

    def columns(rows: Matrix) -> Floats:
        filled = np.where(np.isnan(rows), means, rows)
        return np.column_stack([np.ones(len(rows)), np.clip((filled - means) / spreads, -6, 6)]).astype(np.float64)

    inputs, slopes = columns(features), np.zeros(features.shape[1] + 1)
    ridge = np.eye(len(slopes)) * _RIDGE
    for _ in range(_NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(inputs @ slopes, -30, 30)))
        slope = inputs.T @ (sides * (planted - chance)) - ridge @ slopes
        bend = (inputs * (sides * chance * (1 - chance))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(bend, slope)
        slopes += step
        if np.abs(step).max() < 1e-4:
            break
    return columns(asked) @ slopes


# --- judgement ----------------------------------------------------------------------------------------------------


def pairs(planted: NDArray[np.bool_], weights: Floats, scores: Floats) -> tuple[float, float]:
    """Return the weight of pairs, planted and honest, that are ranked rightly, ties counting half; and of all pairs."""
    _, place = np.unique(scores, return_inverse=True)
    good = np.bincount(place, weights=weights * planted)
    bad = np.bincount(place, weights=weights * ~planted)
    return float((good * (np.cumsum(bad) - bad / 2)).sum()), float(good.sum() * bad.sum())


def judge(rows: Rows, weights: Floats, scores: Floats, fold: Places) -> Telling:
    """Return how well the scored rows are told apart; the interval draws whole traders with replacement.

    Only rows of one fold and one coarsest cell are held against each other: those of two folds were scored by two
    models, and a model that was fitted on more planted rows of a country scores it higher where fewer are left.
    """
    there = ~np.isnan(scores)
    cells = np.char.add(np.char.add(fold.astype(str), " "), rows.cells[0])
    folds = [np.flatnonzero(there & (cells == one)) for one in np.unique(cells[there])]
    if not folds:
        return Telling(0, float("nan"), float("nan"), float("nan"))
    names, place = np.unique(rows.group, return_inverse=True)
    chance = np.random.default_rng(7)

    def area(weight: Floats) -> float:
        counted = [pairs(rows.planted[one], weight[one], scores[one]) for one in folds]
        whole = sum(of for _, of in counted)
        return sum(right for right, _ in counted) / whole if whole else float("nan")

    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(chance.integers(len(names), size=len(names)), minlength=len(names))
        drawn.append(area(weights * times[place]))
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return Telling(int(rows.planted[there].sum()), area(weights), float(low), float(high))


def telling_features(rows: Rows, weights: Floats, most: int) -> list[tuple[str, float, float]]:
    """Return the features that tell most: name, share of the gain, and the area of the feature alone.

    The area is of the larger half: 0.5 says nothing, 1 everything; gaps count as the mean.
    """
    fitted = booster(rows.features, rows.planted, weights)
    gain = fitted.feature_importance("gain")
    found = []
    for place in np.argsort(-gain)[:most].tolist():
        column = rows.features[:, place].astype(np.float64)
        filled = np.where(np.isnan(column), np.nanmean(column) if (~np.isnan(column)).any() else 0.0, column)
        right, of = pairs(rows.planted, weights, filled)
        alone = right / of
        found.append((rows.names[place], float(gain[place] / gain.sum()), max(alone, 1.0 - alone)))
    return found
