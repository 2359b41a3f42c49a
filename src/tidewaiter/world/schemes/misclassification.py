"""Misclassify: declare goods under a heading that they could be taken for, at a lower rate."""

from __future__ import annotations

from functools import cache
from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.chain.taxes import duty_rate, preferred
from tidewaiter.world.goods import BY_HS, GOODS
from tidewaiter.world.model import IMPORT, Good, Line, Shipment
from tidewaiter.world.schemes.relabel import claim, cold, known_by, papers_of
from tidewaiter.world.schemes.scheme import Ring, Scheme, plant
from tidewaiter.world.schemes.skill import by_skill

_SELLER_IN = (0.15, 0.85)
"""How often the seller writes the decoy into bill and export declaration too, by those without and with all skill."""

_WORDS_FIT = (0.5, 1.0)
"""How often the description is changed with the heading."""

_ALL_LINES = (0.8, 0.1)
"""How often every line that could be misclassified is, and not only the one that saves most."""


_WORTH = 0.25
"""What goods save that are worth a company of the ring, beside the highest rate of the country."""


class Misclassification(Scheme):
    """Declare a heading at a lower rate, with a description that fits it, at the price that was paid.

    The unskilled misclassify all they can, let the true words stand beside the false heading, and their bill of lading
    says what the goods are (XDO-001 `goods`); the skilled take one line, a decoy that is made in the same country and
    costs about as much, and a seller who writes it into every paper.
    """

    name = "misclassification"
    law = (
        "HS Convention, Article 3(1), and General Rules 1 and 6 for the interpretation of the Harmonized System: "
        "goods are classified by the terms of the headings, wherever they cost less."
    )
    irregularity = "classification"
    story = "The goods were declared under a heading that they only resemble, at a lower rate."
    rings = 3.0
    rate = 3.5

    def fits(self, good: Good, country: str) -> bool:
        """Say whether the goods have a decoy at a lower rate."""
        rates = [_rate(country, one, "") for one in _decoys(good, country, "")]
        return bool(good.trade and rates and _rate(country, good, "") - min(rates) >= _WORTH * _highest(country))

    def bend(self, scene: Scene, ring: Ring, shipment: Shipment, rng: Random) -> bool:
        """Claim a decoy for the line that saves most, or for all that save anything."""
        paper = shipment.papers.get(IMPORT)
        if paper is None:
            return False
        saving = {place: _saving(paper.country, line) for place, line in enumerate(paper.lines)}
        places = sorted((place for place, amount in saving.items() if amount), key=lambda place: -saving[place])
        if not places:
            return False
        if rng.random() >= by_skill(ring.skill, *_ALL_LINES):
            places = places[:1]
        seller_in = rng.random() < by_skill(ring.skill, *_SELLER_IN)
        papers = papers_of(shipment, seller_in=seller_in, forwarder_in=seller_in)
        words = seller_in or rng.random() < by_skill(ring.skill, *_WORDS_FIT)
        parts = []
        for place in places:
            line = shipment.lines[place]
            decoy = BY_HS[self._chosen(ring, line, rng)]
            claim(papers, place, decoy, rng, words=words, packed=seller_in)
            rates = [_rate(ring.country, good, line.origin) for good in (line.good, decoy)]
            parts.append(f"{line.net:,.0f} kg of {line.wording} ({line.hs}, {rates[0]} %) as {decoy.hs} ({rates[1]} %)")
        story = f"Declared were {'; '.join(parts)}."
        shipment.planted = plant(self, scene, ring, shipment, story, item=places[0] + 1, references=known_by(shipment))
        return True

    def _chosen(self, ring: Ring, line: Line, rng: Random) -> str:
        """Return the decoy for a line: what worked before, among those that the ring thinks of."""
        what = f"decoy of {line.hs} from {line.origin}"
        if what not in ring.arms:
            found = _decoys(line.good, ring.country, line.origin)
            near = [one for one in found if _looks_alike(line, one)]
            ring.offer(what, [one.hs for one in (near if near and rng.random() < ring.skill else found)])
        return ring.choose(rng, what)


@cache
def _highest(country: str) -> int:
    """Return the highest rate of duty in a country, in per cent."""
    return max(duty_rate(country, good, "") for good in GOODS)


def _rate(country: str, good: Good, origin: str) -> int:
    """Return the duty on goods of an origin, in per cent, with the preference that there may be."""
    return duty_rate(country, good, origin, bool(origin) and preferred(country, origin))


def _decoys(good: Good, country: str, origin: str) -> list[Good]:
    """Return the goods that a good could be passed off as, and that cost less duty."""
    due = _rate(country, good, origin)
    found = [BY_HS[hs] for hs in good.decoys if hs in BY_HS]
    return [one for one in found if _rate(country, one, origin) < due]


def _looks_alike(line: Line, decoy: Good) -> bool:
    """Say whether a decoy raises no question: it is made where the goods are from, and travels like them."""
    return cold(decoy) == cold(line.good) and any(country == line.origin for country, _ in decoy.origins)


def _saving(country: str, line: Line) -> float:
    """Return what the best decoy of a line saves, in the invoice's currency; 0 where there is none."""
    rates = [_rate(country, one, line.origin) for one in _decoys(line.good, country, line.origin)]
    return (_rate(country, line.good, line.origin) - min(rates)) * line.price / 100 if rates else 0.0
