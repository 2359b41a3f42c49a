"""Prove that profiles know the past and nothing else: not the day itself, not what came later."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tidewaiter.kernel.errors import NodeFault
from tidewaiter.stages import screen
from tidewaiter.stages.screen.profiles import CARD

START = date(2024, 1, 1)
LATER = date(2024, 6, 1)


def on(number: int) -> date:
    """Return the day that many days after the start."""
    return START + timedelta(days=number)


def an_empty_history_gives_priors_and_nothing_else(past: Any) -> None:
    probe = past.goods("A", LATER)
    past.items.clear()
    row = past.features(probe)[0]
    assert row["base_rate"] == pytest.approx(0.05)
    assert row["goods_rate"] == pytest.approx(0.05)
    assert row["importer_rate"] == pytest.approx(0.05)
    assert row["importer_seen"] == 0
    assert row["importer_new"] is True
    assert row["usual_unit_value"] is None
    assert row["price_z"] is None
    assert row["pattern_idle"] is None


def a_fact_of_the_same_day_does_not_enter(past: Any) -> None:
    past.goods("A", on(10))
    past.outcome("A", on(10), positive=True)
    same, next_day = past.goods("B", on(10)), past.goods("C", on(11))
    first, second = past.features(same, next_day)
    assert (first["importer_seen"], first["importer_known"], first["pattern_known"]) == (0, 0, 0)
    assert (second["importer_seen"], second["importer_known"], second["pattern_known"]) == (2, 1, 1)
    assert second["pattern_rate"] > 0.5


def an_outcome_counts_from_the_day_it_became_known(past: Any) -> None:
    past.goods("A", on(1))
    past.outcome("A", on(20), positive=True)
    before, after = past.features(past.goods("B", on(20)), past.goods("C", on(21)))
    assert (before["all_known"], after["all_known"]) == (0, 1)


def an_amendment_takes_the_place_of_what_it_amends_from_the_day_it_became_known(past: Any) -> None:
    past.goods("A", on(1), importer="OLD")
    past.goods("A", on(1), importer="NEW", version=2, function="4", known_on=on(10))
    probes = [past.goods(f"P{n}", on(n), importer=who) for n in (10, 11) for who in ("OLD", "NEW")]
    for probe in probes:
        past.items.remove(probe)
    seen = [row["importer_seen"] for row in past.features(*probes)]
    assert seen == [1, 0, 0, 1]


def a_cancelled_declaration_does_not_exist_from_the_day_its_cancellation_became_known(past: Any) -> None:
    past.goods("A", on(1))
    past.goods("A", on(1), version=2, function="1", known_on=on(10), item=0)
    probes = [past.goods("P", on(10)), past.goods("Q", on(11))]
    for probe in probes:
        past.items.remove(probe)
    before, after = past.features(*probes)
    assert (before["importer_seen"], after["importer_seen"]) == (1, 0)
    assert (before["price_records"], after["price_records"]) == (1, 0)
    assert before["importer_age"] == 9
    assert after["importer_age"] is None
    assert after["importer_new"] is True


def a_corrected_outcome_takes_the_place_of_the_one_before(past: Any) -> None:
    past.goods("A", on(1))
    past.outcome("A", on(5), positive=True)
    past.outcome("A", on(10), positive=False, version=2)
    rows = past.features(past.goods("B", on(10)), past.goods("C", on(11)))
    assert [row["pattern_known"] for row in rows] == [1, 1]
    assert rows[0]["pattern_rate"] > 0.5 > rows[1]["pattern_rate"]


def an_outcome_about_one_item_says_nothing_of_the_others(past: Any) -> None:
    past.goods("A", on(1), hs="111111", item_count=2)
    past.goods("A", on(1), hs="222222", item=2, head=False, item_count=2)
    past.outcome("A", on(2), positive=True, item=2)
    first, second = past.features(past.goods("B", on(9), hs="111111"), past.goods("C", on(9), hs="222222"))
    assert (first["pattern_known"], second["pattern_known"]) == (0, 1)
    assert first["importer_known"] == 1


def a_declaration_counts_once_for_its_parties_and_once_an_item_for_its_goods(past: Any) -> None:
    for item in (1, 2, 3):
        past.goods("A", on(1), item=item, head=item == 1, item_count=3)
    row = past.features(past.goods("B", on(2)))[0]
    assert row["importer_seen"] == 1
    assert row["goods_seen"] == 3


def a_repeated_pattern_counts_once_for_its_neighbours_and_not_at_all_for_itself(past: Any) -> None:
    for number in range(5):
        past.goods(f"R{number}", on(number), net_kg=1.0)
        past.outcome(f"R{number}", on(number), positive=True)
    past.goods("N", on(1), net_kg=2.0)
    past.outcome("N", on(1), positive=False)
    own, other = past.features(past.goods("X", on(20), net_kg=1.0), past.goods("Y", on(20), net_kg=3.0))
    assert (own["goods_kinds"], other["goods_kinds"]) == (1, 2)
    assert own["goods_rate"] < other["goods_rate"]
    assert (own["pattern_known"], other["pattern_known"]) == (5, 0)


def the_usual_unit_value_is_a_geometric_mean_shrunk_to_goods_and_heading(past: Any) -> None:
    for number in range(4):
        past.goods(f"A{number}", on(number), value=80.0, net_kg=10.0)
    row = past.features(past.goods("B", on(20), value=20.0, net_kg=10.0))[0]
    assert row["usual_unit_value"] == pytest.approx(8.0)
    assert row["price_gap"] == pytest.approx(-0.75)
    assert row["price_records"] == 4
    spread = math.sqrt(4.0 / 8.0)
    assert row["price_z"] == pytest.approx(math.log(0.25) / spread)


def a_unit_value_is_not_compared_across_currencies(past: Any) -> None:
    past.goods("A", on(1), currency="KRW", value=1e6)
    assert past.features(past.goods("B", on(9)))[0]["usual_unit_value"] is None


def every_number_is_finite_or_null_and_rows_keep_their_order(past: Any) -> None:
    past.goods("A", on(1), value=0.0, net_kg=0.0)
    past.goods("B", on(1), value=1e308, net_kg=1e-300)
    odd = {"hs": None, "net_kg": None, "value": None, "importer": None, "origin": None, "duty_rate": None}
    rows = [past.goods(f"P{n}", on(9)) for n in range(40)] + [past.goods("ODD", on(9), **odd)]
    rows[-1]["day"] = None
    rows.append(past.goods("NONE", on(9), item=0, **odd))
    features = past.features(*rows)
    assert [row["reference"] for row in features] == [row["reference"] for row in rows]
    numbers = [value for row in features for value in row.values() if isinstance(value, float)]
    assert numbers
    assert all(math.isfinite(value) for value in numbers)


def the_history_older_than_the_limit_is_left_out(past: Any) -> None:
    past.goods("A", on(0))
    past.goods("B", on(400))
    items, outcomes = past.files()
    folder = past.folder / "short"
    card = screen.build_profiles(past.engine, items, outcomes, folder, days_max=100)
    assert card.lines == 1
    assert past.features(past.goods("C", on(401)), profiles=folder)[0]["importer_seen"] == 1


def the_card_names_what_the_profiles_hold_and_the_same_history_gives_the_same_profiles(past: Any) -> None:
    past.goods("A", on(1))
    past.outcome("A", on(2), positive=True)
    past.outcome("MISSING", on(2), positive=True)
    first, second = past.profiles(), past.profiles()
    card = screen.read_card(first)
    assert (card.as_of, card.lines, card.outcomes, card.outcomes_unmatched) == (on(2), 1, 2, 1)
    assert card.id == screen.read_card(second).id
    assert set(card.sha256) == {profile.name for profile in screen.PROFILES}


def the_profiles_of_another_program_are_refused(past: Any) -> None:
    folder = past.profiles()
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | {"catalogue": "another"}))
    with pytest.raises(NodeFault, match="another version"):
        past.features(past.goods("A", on(1)), profiles=folder)
    (folder / CARD).unlink()
    with pytest.raises(NodeFault, match="cannot be read"):
        past.features(past.goods("A", on(1)), profiles=folder)


def scatter(past: Any, seed: int, declarations: int = 120) -> None:
    """Fill a history at random: amendments, cancellations, late, corrected and partial outcomes."""
    chance = random.Random(seed)  # noqa: S311 - a replayable test history
    for number in range(declarations):
        reference, day = f"R{number}", on(chance.randrange(60))
        items = chance.choice([1, 1, 2])
        versions = chance.choice([1, 1, 1, 2, 3])
        known = day
        for version in range(1, versions + 1):
            last = version == versions and version > 1
            function = "1" if last and chance.random() < 0.3 else "9"
            for item in range(1, items + 1):
                past.goods(
                    reference,
                    day,
                    known_on=known,
                    version=version,
                    function=function,
                    item=item,
                    head=item == 1,
                    item_count=items,
                    importer=chance.choice(["I1", "I2", None]),
                    hs=chance.choice(["420231", "420232", "610910"]),
                    net_kg=chance.choice([1.0, 2.0, None]),
                    value=chance.choice([10.0, 35.5, 100.0]),
                )
            known += timedelta(days=chance.randrange(8))
        for version in range(1, chance.choice([0, 1, 1, 2]) + 1):
            told = day + timedelta(days=chance.randrange(6) + 3 * version)
            about = chance.choice([None, 1])
            past.outcome(reference, told, positive=chance.random() < 0.4, version=version, item=about)


@pytest.mark.parametrize("seed", [1, 2])
def no_future_fact_changes_a_feature(pasts: Callable[[str], Any], seed: int) -> None:
    whole, cut = pasts("whole"), pasts("cut")
    scatter(whole, seed)
    judged_on = on(35)
    probes = [row for row in whole.items if row["version"] == 1 and row["day"] == judged_on]
    probes.append(whole.goods("PROBE", judged_on))
    cut.items = [row for row in whole.items if row["known_on"] < judged_on]
    cut.outcomes = [row for row in whole.outcomes if row["known_on"] < judged_on]
    assert len(cut.outcomes) > 10
    told = zip(whole.features(*probes), cut.features(*probes), strict=True)
    for one, other in told:
        assert one == {
            name: pytest.approx(value) if isinstance(value, float) else value for name, value in other.items()
        }


@pytest.mark.parametrize("seed", [3, 4])
def every_count_is_what_counting_by_hand_gives(past: Any, seed: int) -> None:
    scatter(past, seed)
    probes = [past.goods(f"PROBE{n}", on(n), importer="I1", net_kg=2.0) for n in (5, 20, 40, 90)]
    for probe in probes:
        past.items.remove(probe)
    for probe, row in zip(probes, past.features(*probes), strict=True):
        alive = live_items(past, probe["day"])
        mine = [one for one in alive if one["importer"] == "I1"]
        assert row["importer_seen"] == sum(one["head"] for one in mine)
        assert row["goods_seen"] == sum(one["hs"] == probe["hs"] for one in alive)
        assert row["importer_goods_seen"] == sum(one["hs"] == probe["hs"] for one in mine)
        priced = [one for one in alive if one["hs"] == probe["hs"] and one["net_kg"]]
        assert row["price_records"] == len(priced)


def live_items(past: Any, day: date) -> list[dict[str, Any]]:
    """Return the item rows in force before the day, by going through every record."""
    found: list[dict[str, Any]] = []
    for key in {row["record_key"] for row in past.items}:
        known = [row for row in past.items if row["record_key"] == key and row["known_on"] < day]
        newest = max((row["version"] for row in known), default=0)
        found.extend(row for row in known if row["version"] == newest and row["function"] != "1")
    return found
