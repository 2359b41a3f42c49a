"""Check that lies are told in good form: no finding, no odd insurance, no number used twice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import validate
from tidewaiter.world.chain.order import INSURANCE_SHARE
from tidewaiter.world.model import EXPORT, IMPORT
from tidewaiter.world.writing.declarations import declaration

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played

NAMES = (
    "captured-trusted-trader",
    "carousel",
    "document-reuse",
    "false-origin",
    "front-company",
    "misclassification",
    "misdescription",
    "multiple-invoicing",
    "officer-broker-collusion",
    "split-consignments",
)


@pytest.mark.parametrize("name", NAMES)
def no_declaration_that_lies_makes_a_finding(play: Callable[..., Played], name: str) -> None:
    checker = validate.Checker(Codes(), today=date(2026, 12, 1), settings=Settings(administration="GH", currency="GHS"))
    played = play(name, skill=0.3, wanted=4)
    for shipment in played.planted:
        for paper in shipment.papers.values():
            if paper.kind in {EXPORT, IMPORT}:
                assert list(checker.check(declaration(played.scene, shipment, paper), ())) == []


@pytest.mark.parametrize("name", NAMES)
def the_insurance_fits_the_price_that_is_shown(play: Callable[..., Played], name: str) -> None:
    for shipment in play(name, skill=0.3, wanted=4).planted:
        for paper in shipment.papers.values():
            total = sum(line.price for line in paper.lines)
            assert paper.invoice.insurance == pytest.approx(total * INSURANCE_SHARE, abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def every_declaration_has_numbers_of_its_own(play: Callable[..., Played], name: str) -> None:
    shipments = play(name, skill=0.3, wanted=4).shipments
    papers = [paper for one in shipments for paper in one.papers.values() if paper.number]
    assert len({paper.number for paper in papers}) == len({paper.local for paper in papers}) == len(papers)
    assert len({one.number for one in shipments}) == len(shipments)
    for shipment in shipments:
        if shipment.planted is not None:
            assert shipment.planted.references[0] in {paper.number for paper in shipment.papers.values()}
            assert shipment.planted.shipment == shipment.number
