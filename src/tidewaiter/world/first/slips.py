"""Let honest people slip: vague words, typing errors, invalid codes, wrong masses, amendments."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from random import Random

from tidewaiter.world.first.draft import Draft

Slip = Callable[[Random, Draft], None]
"""Spoils a draft by an honest mistake."""

_VAGUE = ("Goods", "Spare parts", "General merchandise", "Personal effects", "Assorted items", "As per invoice")


def vague(rng: Random, draft: Draft) -> None:
    """Describe the goods in words that say nothing."""
    rng.choice(draft.items).wording = rng.choice(_VAGUE)


def mistyped(rng: Random, draft: Draft) -> None:
    """Swap two letters of a description."""
    item = rng.choice(draft.items)
    at = rng.randrange(1, max(2, len(item.wording) - 2))
    text = item.wording
    item.wording = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def wrong_country(rng: Random, draft: Draft) -> None:
    """Give the origin as a code that no country has, or an old habit."""
    rng.choice(draft.items).origin = rng.choice(("UK", "EN", "XX", "CH1"))


def wrong_package(rng: Random, draft: Draft) -> None:
    """Name a kind of package that is not in the list."""
    rng.choice(draft.items).pack = rng.choice(("CTN", "PCS", "Q9"))


def short_heading(rng: Random, draft: Draft) -> None:
    """Leave the leading zero or the last digit of a heading out."""
    item = rng.choice(draft.items)
    item.hs = item.hs[1:] if item.hs.startswith("0") else item.hs[:5]


def masses_swapped(rng: Random, draft: Draft) -> None:
    """Write the net mass where the gross mass belongs."""
    item = rng.choice(draft.items)
    item.net, item.gross = item.gross, item.net


def wrong_container(rng: Random, draft: Draft) -> None:
    """Misread a digit of the container number."""
    if draft.container:
        at = rng.randrange(4, 10)
        digit = str((int(draft.container[at]) + rng.randrange(1, 9)) % 10)
        draft.container = draft.container[:at] + digit + draft.container[at + 1 :]


def wrong_term(rng: Random, draft: Draft) -> None:
    """Name a delivery term as people speak it, or mistyped."""
    draft.incoterm = rng.choice(("CNF", "C&F", "FOP"))


def unknown_port(rng: Random, draft: Draft) -> None:
    """Name a port of loading that is in no list."""
    draft.loading = draft.loading[:2] + rng.choice(("QQQ", "ZZZ", "X1X"))


def miscounted(rng: Random, draft: Draft) -> None:
    """State one package more or less in the header than the items have together."""
    draft.packages_off = rng.choice((-1, 1, 10))


SLIPS: dict[Slip, float] = {
    vague: 0.02,
    mistyped: 0.03,
    wrong_country: 0.006,
    wrong_package: 0.008,
    short_heading: 0.005,
    masses_swapped: 0.006,
    wrong_container: 0.008,
    wrong_term: 0.005,
    unknown_port: 0.005,
    miscounted: 0.006,
}
"""Slip → the share of declarations it happens in."""

AMENDED = 0.02
"""Share of declarations that are lodged again with a correction."""


def spoil(rng: Random, draft: Draft) -> None:
    """Let each slip happen or not."""
    for slip, share in SLIPS.items():
        if rng.random() < share:
            slip(rng, draft)


def amended(rng: Random, draft: Draft) -> Draft | None:
    """Return the declaration lodged again within hours with one mass corrected, or None where it stands."""
    if rng.random() >= AMENDED:
        return None
    again = deepcopy(draft)
    again.function = "4"
    again.accepted = draft.accepted + timedelta(minutes=rng.randrange(20, 200))
    item = rng.choice(again.items)
    item.gross = round(max(item.gross, item.net) * rng.uniform(1.005, 1.03), 1)
    return again
