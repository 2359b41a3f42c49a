"""Write sentences with feature values, in their units, as an officer reads them aloud."""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Mapping
from functools import cache

from tidewaiter.kernel.words import say
from tidewaiter.stages.screen.features import BY_NAME
from tidewaiter.stages.screen.model import Value

_MANY_TIMES = 3.0
"""Above so many times the usual, a gap is said as a multiple."""


def sentence(template: str, row: Mapping[str, Value]) -> str:
    """Return the template, translated, with {feature} values of the row in their units."""
    return say(template, **{name: written(name, row[name]) for name in placeholders(template)})


def headline(name: str, row: Mapping[str, Value]) -> str:
    """Return a feature's sentence for the row; where its value is absent, what its absence means."""
    feature = BY_NAME[name]
    return sentence(feature.says if row[name] is not None else f"{feature.null}", row)


def written(name: str, value: Value) -> str:
    """Return a feature's value in its unit."""
    if value is None:
        return say("(none)")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, str):
        return value
    return _UNITS[BY_NAME[name].unit](float(value))


@cache
def placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces of a template."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _amount(value: float) -> str:
    """Write an amount: two decimals, or three figures where it is small."""
    return f"{value:.3g}" if 0 < abs(value) < 0.1 else f"{value:,.2f}"  # noqa: PLR2004 - a tenth of a unit


def _plain(value: float) -> str:
    """Write a mass or a rate without needless decimals."""
    return f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.3g}"  # noqa: PLR2004 - digits


def _share(value: float) -> str:
    """Write a share in per cent, with a decimal where it is small."""
    return f"{100 * value:.1f} %" if 0 < abs(value) < 0.1 else f"{100 * value:.0f} %"  # noqa: PLR2004 - below 10 %


def _gap(value: float) -> str:
    """Write how far a value is from the usual one."""
    if value >= _MANY_TIMES:
        return say("{times} times", times=f"{value + 1:,.1f}")
    if math.isclose(value, 0, abs_tol=0.005):
        return say("about")
    return say("{share} below" if value < 0 else "{share} above", share=_share(abs(value)))


def _whole(value: float) -> str:
    """Write a count."""
    return f"{value:,.0f}"


_UNITS: dict[str, Callable[[float], str]] = {
    "money": _amount,
    "per kg": _amount,
    "kg": _plain,
    "share": _share,
    "gap": _gap,
    "per cent": _plain,
    "count": _whole,
    "days": _whole,
    "ratio": lambda value: f"{value:.1f}",
    "code": str,
}
"""Unit → how a number in it is written."""
