"""Check that documents of an earlier honest consignment are shown again for more goods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.world.model import HOUSE, IMPORT, MASTER, Paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def earlier(played: Played) -> dict[str, Paper]:
    """Return the import declarations of the ring's honest consignments, by the invoice they name."""
    return {one.papers[IMPORT].invoice.number: one.papers[IMPORT] for one in played.shipments if one.planted is None}


def the_invoice_of_an_honest_consignment_comes_back(play: Callable[..., Played]) -> None:
    played = play("document-reuse", wanted=10)
    known = earlier(played)
    for shipment in played.planted:
        paper = shipment.papers[IMPORT]
        first = known[paper.invoice.number]
        assert paper.invoice.issued == first.invoice.issued
        assert paper.at > first.at
        assert [line.hs for line in paper.lines] == [line.hs for line in first.lines]
        assert paper.number != first.number


def it_is_declared_as_less_than_came(play: Callable[..., Played]) -> None:
    for shipment in play("document-reuse", wanted=10).planted:
        came, said = (sum(line.net for line in lines) for lines in (shipment.lines, shipment.papers[IMPORT].lines))
        assert said < 0.9 * came
        assert shipment.planted is not None
        assert shipment.planted.evaded > 0


def a_bill_that_is_used_again_is_in_no_cargo_report_of_the_ship(play: Callable[..., Played]) -> None:
    played = play("document-reuse", wanted=10)
    documents = {paper.document for paper in earlier(played).values()}
    reused = [one for one in played.planted if one.papers[IMPORT].document in documents]
    assert reused
    for shipment in reused:
        reported = shipment.papers.get(HOUSE) or shipment.papers.get(MASTER)
        if reported is not None:
            assert reported.document != shipment.papers[IMPORT].document


def the_skilled_change_amounts_a_little(play: Callable[..., Played]) -> None:
    def exact(skill: float) -> int:
        played = play("document-reuse", skill=skill, wanted=6)
        known = earlier(played)
        papers = [one.papers[IMPORT] for one in played.planted]
        return sum(
            [line.price for line in paper.lines] == [line.price for line in known[paper.invoice.number].lines]
            for paper in papers
        )

    assert exact(0.0) == 6
    assert exact(0.95) < 4


def the_same_seed_reuses_the_same(same: Callable[[str], bool]) -> None:
    assert same("document-reuse")
