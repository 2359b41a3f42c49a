"""Check that goods come undeclared among those of an authorised importer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidewaiter.world.model import IMPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.schemes.conftest import Played


def the_importer_is_an_honest_one_with_an_authorisation(play: Callable[..., Played]) -> None:
    played = play("captured-trusted-trader")
    (company,) = played.ring.companies
    assert company.authorised
    assert company in played.scene.register.buyers("GH")
    assert all(one.buyer is company for one in played.planted)


def no_paper_names_the_last_line(play: Callable[..., Played]) -> None:
    for shipment in play("captured-trusted-trader").planted:
        for paper in shipment.papers.values():
            assert len(paper.lines) == len(shipment.lines) - 1
            assert [line.hs for line in paper.lines] == [line.hs for line in shipment.lines[:-1]]
        assert shipment.planted is not None
        assert shipment.planted.evaded > 0


def the_careful_declare_the_mass_of_all(play: Callable[..., Played]) -> None:
    def careful(skill: float) -> int:
        return sum(
            sum(line.net for line in one.papers[IMPORT].lines) > 1.01 * sum(line.net for line in one.lines[:-1])
            for one in play("captured-trusted-trader", skill=skill, wanted=16).planted
        )

    assert careful(0.95) > careful(0.05)


def the_skilled_hide_less_among_more(play: Callable[..., Played]) -> None:
    def share(skill: float) -> float:
        shipments = play("captured-trusted-trader", skill=skill, wanted=16).planted
        shares = [one.lines[-1].net / sum(line.net for line in one.lines) for one in shipments]
        return sorted(shares)[len(shares) // 2]

    assert share(0.95) < share(0.05)


def the_same_seed_hides_the_same(same: Callable[[str], bool]) -> None:
    assert same("captured-trusted-trader")
