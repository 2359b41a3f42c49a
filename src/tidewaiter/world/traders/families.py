"""Let companies belong together: families of several, and successors like their forerunner."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tidewaiter.world.model import Trader
from tidewaiter.world.traders.founding import Town

_KIN_SHARE = 0.06
"""Share of companies that belong to a family with several."""

_HOUSE_SHARE = 0.02
"""Share of buyers that belong together with the seller that they buy of most."""

_SAME_ADDRESS, _SAME_PHONE, _SAME_NAME, _SAME_BROKER = 0.45, 0.4, 0.5, 0.6
_STAYS_ADDRESS, _STAYS_PHONE, _STAYS_BROKER = 0.25, 0.25, 0.45
"""How often a successor keeps what its forerunner had."""


def marry(rng: Random, town: Town, companies: Sequence[Trader]) -> None:
    """Let some of a country's companies be of one family: of one kin, some of one address, number, name or broker."""
    chosen = rng.sample(companies, round(len(companies) * _KIN_SHARE))
    while len(chosen) > 1:
        members = [chosen.pop() for _ in range(min(len(chosen), rng.choice((2, 2, 2, 3, 3, 4))))]
        family = rng.choice(town.custom.tongue.families)
        head = members[0]
        town.rename(rng, head, family)
        for member in members[1:]:
            member.kin = head.kin
            if rng.random() < _SAME_NAME:
                town.rename(rng, member, family)
            _share(rng, member, head, address=_SAME_ADDRESS, phone=_SAME_PHONE, broker=_SAME_BROKER)


def relate(rng: Random, buyers: Sequence[Trader]) -> None:
    """Let some buyers be of one house with the seller abroad that they buy of most."""
    for buyer in buyers:
        if rng.random() < _HOUSE_SHARE and buyer.partners:
            buyer.partners[0].kin = buyer.kin


def succeed(rng: Random, company: Trader, forerunner: Trader) -> None:
    """Let a company resemble one that was before it: in the same city, now and then at its address or number."""
    company.city, company.postcode = forerunner.city, forerunner.postcode
    _share(rng, company, forerunner, address=_STAYS_ADDRESS, phone=_STAYS_PHONE, broker=_STAYS_BROKER)


def _share(rng: Random, company: Trader, other: Trader, *, address: float, phone: float, broker: float) -> None:
    """Let a company have another's address, number and broker, each with a probability."""
    if rng.random() < address:
        company.line, company.city, company.postcode = other.line, other.city, other.postcode
    if rng.random() < phone:
        company.phone = other.phone
    if rng.random() < broker:
        company.broker = other.broker
