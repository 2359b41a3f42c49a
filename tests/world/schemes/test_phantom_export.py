"""Play a ring that exports nothing: one declaration is left, and nothing else."""

from collections.abc import Callable
from statistics import mean
from typing import Any

from tidewaiter.world import goods as catalogue
from tidewaiter.world.chain.order import FREIGHT_PAID
from tidewaiter.world.geography import rate
from tidewaiter.world.model import EXPORT, Shipment

NAME = "phantom-export"


def _dear(shipment: Shipment, day: int) -> float:
    """Return what is declared beside the usual price of the goods, freight left out where it is in the price."""
    paper = shipment.papers[EXPORT]
    shares = []
    for line in paper.lines:
        freight = paper.invoice.freight * line.gross / sum(one.gross for one in paper.lines)
        price = line.price - (freight if paper.invoice.incoterm in FREIGHT_PAID else 0.0)
        dollars = price * rate(paper.invoice.currency, day) / line.net
        shares.append(dollars / catalogue.price(line.good, line.origin, day))
    return mean(shares)


def a_phantom_export_has_no_other_paper_and_moves_nothing(play: Callable[..., Any]) -> None:
    for shipment in play(NAME).planted:
        assert set(shipment.papers) == {EXPORT}
        assert shipment.lines == []
        assert shipment.shared or not shipment.happenings
        assert shipment.planted.references[0] == shipment.papers[EXPORT].number
        assert shipment.planted.evaded > 0


def the_company_really_exports_too(play: Callable[..., Any]) -> None:
    shipments = play(NAME).shipments
    honest = [shipment for shipment in shipments if shipment.planted is None]
    assert honest
    assert {shipment.seller.name for shipment in honest} == {shipment.seller.name for shipment in shipments}


def the_unskilled_inflate_prices_and_name_buyers_whose_country_could_tell(play: Callable[..., Any]) -> None:
    poor, good = play(NAME, skill=0.05, wanted=12), play(NAME, skill=0.95, wanted=12)
    dear = [mean(_dear(one, played.scene.day(one.ordered)) for one in played.planted) for played in (poor, good)]
    told = [sum(played.scene.told(one.buyer.country) for one in played.planted) for played in (poor, good)]
    assert dear[0] > 1.3 * dear[1]
    assert told[0] > told[1]
