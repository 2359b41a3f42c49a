"""Play a ring whose lorry goes by a longer road than it needs."""

from collections.abc import Callable
from typing import Any

import pytest

from tidewaiter.world.geography import road_km
from tidewaiter.world.model import IMPORT, TRANSIT
from tidewaiter.world.schemes import all_schemes
from tidewaiter.world.schemes.detours import detours, facing, other_posts

NAME = "route-deviation-road"


def the_way_to_the_north_can_go_by_togo() -> None:
    first = detours("GHTEM", "BFKOS")[0]
    assert first.km > road_km("GHTEM", "BFKOS")
    assert [one.entered.place.country for one in first.crossings] == ["TG", "BF"]


@pytest.mark.parametrize(("post", "other"), [("GHNAV", "BFPUP"), ("BFPUP", "GHNAV"), ("GHAXI", "CIABO")])
def a_post_has_one_that_faces_it(post: str, other: str) -> None:
    assert facing(post) == other


def no_other_posts_are_known_of_an_office_that_is_at_no_border() -> None:
    assert other_posts("GH000TEM", "BF000KOS") == ()
    assert ("GH000AFL", "BF000CIN") in other_posts("GH000PAG", "BF000DAK")


def the_movement_passes_other_posts_than_the_shortest_way_has(play: Callable[..., Any]) -> None:
    for shipment in play(NAME, country="BF").planted:
        offices = [step.office for step in shipment.steps if step.type == "passage"]
        assert offices
        assert "BF000DAK" not in offices or shipment.legs[-1].origin != "GHTEM"
        told = [step.at for step in shipment.steps]
        assert told == sorted(told)
        assert shipment.planted.references[0] == shipment.papers[IMPORT].number
        assert shipment.papers[TRANSIT].number in shipment.planted.references
        assert shipment.papers[IMPORT].country == "BF"


def the_unskilled_hide_more_and_it_is_weighed(play: Callable[..., Any]) -> None:
    over = []
    for skill in (0.05, 0.95):
        planted = play(NAME, country="BF", skill=skill).planted
        said = [sum(line.gross for line in one.papers[TRANSIT].lines) for one in planted]
        over.append(sum(one.steps[-2].mass > mass + 10 for one, mass in zip(planted, said, strict=True)))
    assert over[0] > over[1]


def the_scheme_is_played_only_where_another_road_leads(play: Callable[..., Any]) -> None:
    scene = play(NAME, country="BF").scene
    assert [one for one in scene.countries if all_schemes()[NAME].possible(scene, one)] == ["BF"]
