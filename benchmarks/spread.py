"""Measure how things spread: concentration, tails, first digits, roundness, distance of shares."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BENFORD: Floats = np.log10(1.0 + 1.0 / np.arange(1, 10))
"""Shares of the first digits 1 to 9 in numbers of many magnitudes (Benford)."""


def shares(values: Iterable[Hashable]) -> dict[Any, float]:
    """Return value → its share of all, in the order of the values."""
    counted: dict[Any, int] = {}
    for one in values:
        counted[one] = counted.get(one, 0) + 1
    whole = sum(counted.values()) or 1
    return {one: counted[one] / whole for one in sorted(counted, key=str)}


def total_variation(one: Mapping[Any, float], other: Mapping[Any, float]) -> float:
    """Return how far two sets of shares lie apart: 0 where they are the same, 1 where nothing is in both."""
    names = one.keys() | other.keys()
    return sum(abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in names) / 2


def gini(amounts: Floats) -> float:
    """Return the Gini coefficient of amounts that are not negative: 0 where all are equal, near 1 where one has all."""
    ordered = np.sort(amounts)
    number, whole = len(ordered), float(ordered.sum())
    if not whole:
        return float("nan")
    ranks = np.arange(1, number + 1)
    return float((2.0 * (ranks * ordered).sum() / whole - number - 1) / number)


def top_share(amounts: Floats, part: float) -> float:
    """Return what share of the whole the largest part of the amounts has, one of them at least."""
    ordered = np.sort(amounts)[::-1]
    return float(ordered[: max(1, round(part * len(ordered)))].sum() / (ordered.sum() or 1.0))


def per_label(labels: NDArray[Any], amounts: Floats | None = None) -> Floats:
    """Return the sum of the amounts of each label, or how often it occurs where no amounts are given."""
    _, place = np.unique(labels, return_inverse=True)
    return np.bincount(place, weights=amounts).astype(np.float64)


def hill(values: Floats, part: float = 0.05) -> float:
    """Return Hill's index of the upper tail of positive values: the smaller, the heavier; below 2 without variance."""
    ordered = np.sort(values[values > 0])[::-1]
    most = max(10, round(part * len(ordered)))
    if len(ordered) <= most:
        return float("nan")
    return float(1.0 / np.mean(np.log(ordered[:most] / ordered[most])))


def spread_of_logs(values: Floats) -> float:
    """Return the standard deviation of the natural logarithm of the positive values."""
    positive = values[values > 0]
    return float(np.log(positive).std()) if len(positive) > 1 else float("nan")


def ratio(values: Floats, upper: float, lower: float = 0.5) -> float:
    """Return a quantile of the positive values beside another one."""
    positive = values[values > 0]
    return float(np.quantile(positive, upper) / np.quantile(positive, lower)) if len(positive) else float("nan")


def within_labels(values: Floats, labels: NDArray[Any], least: int) -> tuple[float, int]:
    """Return the median over labels of the spread of logs within one, and of how many labels of `least` values it is.

    NaN where no label has so many.
    """
    known = values > 0
    names, place = np.unique(labels[known], return_inverse=True)
    logs = np.log(values[known])
    order = np.argsort(place, kind="stable")
    groups = np.split(logs[order], np.cumsum(np.bincount(place, minlength=len(names)))[:-1])
    spreads = [float(group.std(ddof=1)) for group in groups if len(group) >= least]
    return (float(np.median(spreads)), len(spreads)) if spreads else (float("nan"), 0)


def first_digits(values: Floats) -> Floats:
    """Return the shares of the first digits 1 to 9 of the positive values."""
    positive = values[values > 0]
    digits = np.floor(positive / 10.0 ** np.floor(np.log10(positive)) + 1e-9).astype(int)
    return np.bincount(np.clip(digits, 1, 9), minlength=10)[1:].astype(np.float64) / max(1, len(digits))


def off_benford(values: Floats) -> float:
    """Return the mean absolute deviation of first digits from Benford's shares; to Nigrini 0.006 is close."""
    return float(np.abs(first_digits(values) - BENFORD).mean())


def round_share(values: Floats, unit: float) -> float:
    """Return the share of the values that are whole multiples of a unit."""
    return float(np.mean(np.abs(values / unit - np.round(values / unit)) < 1e-9)) if len(values) else float("nan")


def varies(values: Floats) -> float:
    """Return the coefficient of variation: the standard deviation beside the mean."""
    return float(values.std() / values.mean()) if len(values) > 1 and values.mean() else float("nan")
