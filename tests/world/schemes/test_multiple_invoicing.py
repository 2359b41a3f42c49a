"""Check that goods are declared again with nothing behind it, or for more than was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.world.model import IMPORT, Shipment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def repeated(played: Played) -> list[tuple[Shipment, Shipment]]:
    """Return the consignments that were declared again, each with its repetition."""
    firsts = {id(one.legs): one for one in played.shipments if one.planted is None}
    return [(firsts[id(one.legs)], one) for one in played.planted if id(one.legs) in firsts]


def the_goods_that_are_declared_again_have_no_other_paper(play: Callable[..., Played]) -> None:
    pairs = repeated(play("multiple-invoicing", wanted=10))
    assert pairs
    for first, again in pairs:
        one, other = first.papers[IMPORT], again.papers[IMPORT]
        assert list(again.papers) == [IMPORT]
        assert not again.happenings
        assert other.at > one.at
        assert other.number != one.number
        assert other.local != one.local
        assert [box.number for box in other.boxes] == [box.number for box in one.boxes]
        assert [line.net for line in other.lines] == [line.net for line in one.lines]


def the_unskilled_repeat_the_number_of_the_invoice(play: Callable[..., Played]) -> None:
    def same_number(skill: float) -> float:
        pairs = repeated(play("multiple-invoicing", skill=skill, wanted=16))
        numbers = [first.papers[IMPORT].invoice.number == again.papers[IMPORT].invoice.number for first, again in pairs]
        return sum(numbers) / len(numbers)

    assert same_number(0.05) > same_number(0.95)


def an_invoice_for_more_shows_more_than_was_asked(play: Callable[..., Played]) -> None:
    raised = [one for one in play("multiple-invoicing", wanted=10).planted if len(one.papers) > 1]
    assert raised
    for shipment in raised:
        asked = sum(line.price for line in shipment.lines)
        assert sum(line.price for line in shipment.papers[IMPORT].lines) > 1.2 * asked


def no_duty_is_evaded_by_invoicing_more(play: Callable[..., Played]) -> None:
    assert all(one.planted is not None and one.planted.evaded == 0 for one in play("multiple-invoicing").planted)


def the_same_seed_invoices_the_same(same: Callable[[str], bool]) -> None:
    assert same("multiple-invoicing")
