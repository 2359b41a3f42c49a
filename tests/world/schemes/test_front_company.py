"""Check that front companies declare too little, die, and come back under another name."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tidewaiter.world.model import IMPORT
from tidewaiter.world.schemes import all_schemes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def a_company_declares_less_than_was_paid(play: Callable[..., Played]) -> None:
    for shipment in play("front-company").planted:
        paid, shown = (sum(line.price for line in lines) for lines in (shipment.lines, shipment.papers[IMPORT].lines))
        assert shown < 0.85 * paid


def a_company_that_is_at_its_end_is_followed_by_another(play: Callable[..., Played]) -> None:
    played = play("front-company", skill=0.1, wanted=70)
    companies = played.ring.companies
    assert len(companies) >= 3
    assert len({one.id for one in companies}) == len({one.name for one in companies}) == len(companies)
    for before, after in pairwise(companies):
        assert before.kin == after.kin == played.ring.kin
        assert before.goods == after.goods
        assert before.closed - before.opened < 60
        assert after.opened > before.opened
    for shipment in played.planted:
        assert shipment.buyer.opened <= played.scene.day(shipment.ordered) <= shipment.buyer.closed


def a_seizure_ends_a_company(play: Callable[..., Played]) -> None:
    played = play("front-company", skill=0.9, wanted=2, seed="seized")
    scene, ring = played.scene, played.ring
    before = len(ring.companies)
    ring.seizures += 1
    scheme = all_schemes()["front-company"]
    from tidewaiter.world.chain.scene import lot  # noqa: PLC0415 - beside its one use

    scheme.attempt(scene, ring, scene.moment(60), lot("seized", "after"))
    assert len(ring.companies) == before + 1
    assert ring.companies[before - 1].closed <= 60


def the_unskilled_keep_address_and_phone(play: Callable[..., Played]) -> None:
    companies = play("front-company", skill=0.0, wanted=70).ring.companies
    kept = [before.line == after.line or before.phone == after.phone for before, after in pairwise(companies)]
    assert sum(kept) > len(kept) / 2


def the_same_seed_founds_the_same(same: Callable[[str], bool]) -> None:
    assert same("front-company")
