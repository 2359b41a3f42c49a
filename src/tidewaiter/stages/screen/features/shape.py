"""Define what a feature and a subject are, and the formulas that several features share."""

from __future__ import annotations

import msgspec

PRIOR_RATE = 0.05
"""Share of irregular consignments believed before any outcome is known."""

PRIOR_STRENGTH = 50.0
"""How many known outcomes the prior share weighs as much as."""

RATE_STRENGTH = 8.0
"""How many known outcomes the rate of the level above weighs as much as (empirical Bayes)."""

PATTERN_STRENGTH = 1.0
"""The same for a pattern, whose repeats resemble each other most."""

PRICE_STRENGTH = 4.0
"""How many earlier unit values the usual one of the level above weighs as much as."""

PRICE_SPREAD = 1.0
"""Standard deviation of the logarithm of a unit value, or of a mass, believed before any is known."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What several features are about together; a reason names one subject.

    `profile` is where its knowledge of the past comes from and `records` the feature that counts the records behind it.
    """

    name: str
    title: str
    profile: str | None = None
    records: str | None = None


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """One feature of a goods item, as of the day before its declaration.

    `kind` is number, text or truth. `unit` says how a value is written: money, per kg, kg, share, gap (a share above or
    below), per cent, count, days, ratio or code. `formula` is SQL over item columns, derived columns, profile
    statistics (`<profile>_<statistic>`), helpers and features before it. `null` says what an absent value means.
    `says` is the sentence of a reason. `fitted` says whether a model may use it.
    """

    name: str
    subject: str
    meaning: str
    formula: str
    null: str
    says: str
    kind: str = "number"
    unit: str = "count"
    fitted: bool = True


def share(profile: str, parent: str, strength: float = RATE_STRENGTH) -> str:
    """Return the formula of a profile's past rate, shrunk to its parent's."""
    known, positives = f"coalesce(past_{profile}_known, 0)", f"coalesce(past_{profile}_positives, 0)"
    return f"({positives} + {strength} * {parent}) / ({known} + {strength})"


def others(profile: str) -> str:
    """Return the formula of how many other patterns of a profile have a known outcome."""
    return f"greatest(0, coalesce(past_{profile}_kinds, 0) - own_kinds)"


def others_share(profile: str, parent: str) -> str:
    """Return the formula of the past rate among the other patterns of a profile, shrunk to its parent's."""
    positives = f"greatest(0.0, coalesce(past_{profile}_kind_sum, 0) - own_rate)"
    return f"least(1.0, ({positives} + {RATE_STRENGTH} * {parent}) / ({others(profile)} + {RATE_STRENGTH}))"


def shrunk_mean(profile: str, total: str, parent: str) -> str:
    """Return the formula of a mean of logarithms, shrunk to its parent's; null where the parent's is."""
    known = f"coalesce(past_{profile}_priced, 0)"
    return f"(coalesce(past_{profile}_{total}, 0) + {PRICE_STRENGTH} * {parent}) / ({known} + {PRICE_STRENGTH})"


def deviation(total: str, squares: str) -> str:
    """Return the formula of the standard deviation of logarithms within the goods, shrunk to PRICE_SPREAD."""
    known = "coalesce(past_price_goods_priced, 0)"
    within = (
        f"CASE WHEN past_price_goods_priced > 0 THEN greatest(0.0, past_price_goods_{squares} "
        f"- past_price_goods_{total} * past_price_goods_{total} / past_price_goods_priced) ELSE 0.0 END"
    )
    return f"sqrt(({within} + {PRICE_STRENGTH} * {PRICE_SPREAD**2}) / ({known} + {PRICE_STRENGTH}))"


def days_since(profile: str, statistic: str) -> str:
    """Return the formula of the days from a profile's first or last day; null where nothing of it is left."""
    past = f"past_{profile}"
    return f"CASE WHEN {past}_seen > 0 THEN date_diff('day', {past}_{statistic}, as_of) END"


HELPERS: tuple[tuple[str, str], ...] = (
    ("own_kinds", "CASE WHEN past_pattern_known > 0 THEN 1 ELSE 0 END"),
    ("own_rate", "CASE WHEN past_pattern_known > 0 THEN past_pattern_positives / past_pattern_known ELSE 0.0 END"),
    (
        "heading_ln",
        "CASE WHEN past_price_heading_priced > 0 THEN past_price_heading_ln_sum / past_price_heading_priced END",
    ),
    ("goods_ln", shrunk_mean("price_goods", "ln_sum", "heading_ln")),
    ("origin_ln", shrunk_mean("price_origin", "ln_sum", "goods_ln")),
    (
        "heading_mass",
        "CASE WHEN past_price_heading_priced > 0 THEN past_price_heading_mass_sum / past_price_heading_priced END",
    ),
    ("goods_mass", shrunk_mean("price_goods", "mass_sum", "heading_mass")),
    ("origin_mass", shrunk_mean("price_origin", "mass_sum", "goods_mass")),
    ("price_deviation", deviation("ln_sum", "ln_squares")),
    ("mass_deviation", deviation("mass_sum", "mass_squares")),
)
"""Name → SQL formula of the steps that several features share; they are no features themselves.

`own_kinds` and `own_rate` are what the row's own pattern adds to the rates of its goods, which leave it out: a repeat
is judged as a repeat, once. Means and deviations are of natural logarithms.
"""
