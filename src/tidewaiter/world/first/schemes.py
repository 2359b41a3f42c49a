"""Plant fraud by readable schemes: each takes an honest draft and makes it lie."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tidewaiter.world.first.draft import Draft, Item
from tidewaiter.world.first.goods import BY_HS
from tidewaiter.world.first.model import Planted
from tidewaiter.world.first.places import CURRENCY, SEAPORTS, TRANSIT

Scheme = Callable[[Random, Draft], Planted | None]
"""Alters the draft and tells what was planted; None where the draft offers no occasion."""


def undervalue(rng: Random, draft: Draft) -> Planted | None:
    """Declare a quarter to three fifths of the price paid."""
    item = max(draft.items, key=lambda one: one.price * one.duty_rate)
    if not item.duty_rate:
        return None
    due, paid = draft.duty(item), item.price
    item.price = round(paid * rng.uniform(0.25, 0.6), 2)
    story = f"{paid:,.0f} {draft.currency} was paid for the goods; {item.price:,.0f} was declared."
    return _planted(draft, item, ("undervaluation", "value"), story, due - draft.duty(item))


def misclassify(rng: Random, draft: Draft) -> Planted | None:
    """Declare the goods under a heading at a lower rate, with words that fit it."""
    item = next((one for one in draft.items if one.good.decoy), None)
    if item is None:
        return None
    due, decoy, true = draft.duty(item), BY_HS[item.good.decoy], item.good
    item.good, item.hs, item.wording = decoy, decoy.hs, rng.choice(decoy.wordings)
    item.duty_rate = decoy.rate(item.origin)
    item.units = max(1, round(item.net / decoy.unit_mass)) if decoy.unit_mass else 0
    if true.price > 4 * decoy.price:  # too dear to pass for the decoy: the price has to come down as well
        item.price = round(item.price * rng.uniform(0.4, 0.7), 2)
    story = f"The goods are of {true.hs} at {true.duty} %; {decoy.hs} at {decoy.duty} % was declared."
    return _planted(draft, item, ("misclassification", "classification"), story, due - draft.duty(item))


def false_origin(rng: Random, draft: Draft) -> Planted | None:
    """Send goods under a trade remedy through a third country and declare that as their origin."""
    item = next((one for one in draft.items if one.origin in one.good.remedy and one.origin in TRANSIT), None)
    if item is None:
        return None
    due, true = draft.duty(item), item.origin
    through = rng.choice(TRANSIT[true])
    item.origin, item.duty_rate = through, item.good.rate(through)
    if rng.random() < 0.6:  # noqa: PLR2004 - the rest is sent directly, and only the paper says otherwise
        draft.export_country, draft.loading = through, rng.choice(SEAPORTS[through])
    story = f"The goods were made in {true}; {through}, where they were only transhipped, was declared as the origin."
    return _planted(draft, item, ("false-origin", "origin"), story, due - draft.duty(item))


def front_company(rng: Random, draft: Draft) -> Planted | None:
    """Let a company of a few days import dear goods at low values and few packages, and vanish."""
    item = max(draft.items, key=lambda one: one.price)
    due, paid, packages = draft.duty(item), item.price, item.packages
    item.price = round(paid * rng.uniform(0.3, 0.55), 2)
    item.packages = max(1, round(packages * rng.uniform(0.55, 0.8)))
    story = f"{packages} packages worth {paid:,.0f} {draft.currency} came; {item.packages} packages were declared."
    return _planted(draft, item, ("front-company", "quantity"), story, due - draft.duty(item))


SCHEMES: dict[str, tuple[Scheme, float]] = {
    "undervaluation": (undervalue, 0.45),
    "misclassification": (misclassify, 0.5),
    "false-origin": (false_origin, 0.6),
    "front-company": (front_company, 0.75),
}
"""Scheme → what it does, and how often an importer that is prone to it does so."""

OCCASIONAL = 0.006
"""How often an importer prone to nothing undervalues."""


def tempt(rng: Random, draft: Draft) -> Planted | None:
    """Plant what the draft's importer is prone to, if it does so this time."""
    scheme, share = SCHEMES.get(draft.importer.bent, (undervalue, OCCASIONAL))
    return scheme(rng, draft) if rng.random() < share else None


def _planted(draft: Draft, item: Item, kind: tuple[str, str], story: str, evaded: float) -> Planted:
    """Say what was planted, (scheme, irregularity); the story ends with what it cost the treasury."""
    evaded = round(max(evaded, 0.0), 2)
    scheme, irregularity = kind
    story = f"{story} {evaded:,.2f} {CURRENCY} was evaded."
    return Planted(draft.mrn, draft.items.index(item) + 1, scheme, irregularity, story, evaded)
