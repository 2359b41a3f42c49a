"""Prove that a playground delivers, splits, kills and starts its nodes, and has their logs witnessed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.nodes.parcels import DAY, declarations, nonsense, reports

from tidewaiter.playground.hosted import Inside
from tidewaiter.playground.hosts import AGAIN, HostFault, Took
from tidewaiter.playground.network import Faults
from tidewaiter.playground.nodes import MAIL, Playground
from tidewaiter.playground.parcels import pack
from tidewaiter.playground.script import ScriptFault, play, read_script
from tidewaiter.stages import record

HOUR = timedelta(hours=1)

SCRIPT = """
start = 2021-07-01

[[step]]
at = 09:00:00
do = "split"
groups = [["GH"], ["NL", "BF"]]
until = 11:00:00

[[step]]
at = 10:00:00
do = "kill"
country = "BF"

[[step]]
at = 10:20:00
do = "restart"
country = "BF"

[[step]]
at = 12:00:00
do = "faults"
lost = 0.3
corrupted = 0.2

[[step]]
at = 14:00:00
do = "kill"
country = "NL"
after = 1
"""


def playground(folder: Path, *countries: str, **given: object) -> Playground:
    """Return a playground of countries, at the midnight before the day."""
    return Playground(folder, {one: {} for one in countries}, seed=1, start=DAY, **given)  # type: ignore[arg-type] # options


def a_parcel_becomes_records_findings_and_decisions(tmp_path: Path) -> None:
    with playground(tmp_path, "GH", "NL") as made:
        made.deliver(declarations("GH", 0, rows=5))
        made.deliver(declarations("NL", 2, rows=2, minutes=490, origin="Q1"))
        made.deliver(reports("NL", 0))
        made.deliver(nonsense("NL", 1))
        made.advance(DAY + 7 * HOUR)
        assert (made.waiting, made.ask("GH", "records")) == (4, {})
        made.advance(DAY + 9 * HOUR)
        assert made.waiting == 0
        assert made.ask("GH", "records") == {"Declaration": {"kept": 5}}
        assert sorted(made.ask("GH", "decisions")[0]) == ["action", "day", "probability", "rank", "reference"]
        assert sorted(row["rank"] for row in made.ask("GH", "decisions")) == [1, 1, 1, 1, 1]
        assert made.ask("GH", "queued") == 0
        assert made.ask("NL", "records") == {"CargoReport": {"kept": 2}, "Declaration": {"repair": 2}}
        assert made.ask("NL", "findings") == {"COD-001": 2}
        assert [row["state"] for row in made.ask("NL", "messages")] == ["complete", "refused", "complete"]
        assert made.tell().outcomes == {"kept": 3, "refused": 1}


def a_parcel_is_received_when_it_arrives_and_its_number_is_kept(tmp_path: Path) -> None:
    with playground(tmp_path, "GH", faults=Faults(delay_seconds=90)) as made:
        made.deliver(reports("GH", 0))
        made.advance(DAY + 12 * HOUR)
        host = made.host("GH")
        assert isinstance(host, Inside)
        with host.node.database.reading() as connection:
            [message] = record.messages(connection, limit=9)
        assert message.received_at == DAY + timedelta(hours=8, seconds=90)
        assert host.taken() == {MAIL: 1}
        assert host.deliver(MAIL, 1, pack(reports("GH", 5))) == Took(outcome=AGAIN)
        assert made.ask("GH", "records") == {"CargoReport": {"kept": 2}}


def the_logs_of_nodes_that_reach_each_other_are_witnessed(tmp_path: Path) -> None:
    with playground(tmp_path, "GH", "NL", "BF") as made:
        made.advance(DAY + HOUR)
        logs = {one: made.ask(one, "log") for one in made.countries}
        assert all(one["witnessed"] == one["entries"] > 0 for one in logs.values())
        made.split([["GH"], ["NL", "BF"]], DAY + 5 * HOUR)
        for country in made.countries:
            made.deliver(reports(country, 0, minutes=120))
        made.advance(DAY + 3 * HOUR)
        now = {one: made.ask(one, "log") for one in made.countries}
        assert now["GH"] == logs["GH"]  # nothing reached it, not even the mail
        assert now["NL"]["witnessed"] == logs["NL"]["witnessed"] < now["NL"]["entries"]  # one of two is no majority
        made.advance(DAY + 7 * HOUR)
        healed = {one: made.ask(one, "log") for one in made.countries}
        assert all(one["witnessed"] == one["entries"] for one in healed.values())
        assert all(one["flaws"] == [] for one in healed.values())
        assert healed["GH"]["entries"] > logs["GH"]["entries"]


def a_dead_node_misses_what_comes_and_is_sent_it_again(tmp_path: Path) -> None:
    with playground(tmp_path, "GH", "NL") as made:
        made.kill("GH")
        made.deliver(reports("GH", 0))
        made.advance(DAY + 12 * HOUR)
        assert not made.up("GH")
        assert made.tell().missed > 0
        with pytest.raises(HostFault, match="down"):
            made.ask("GH", "records")
        made.restart("GH")
        assert made.settle()
        assert made.ask("GH", "records") == {"CargoReport": {"kept": 2}}
        assert made.ask("GH", "log")["flaws"] == []


def the_workers_may_run_after_a_while_instead_of_after_each_parcel(tmp_path: Path) -> None:
    with playground(tmp_path, "GH", worker_seconds=3_600) as made:
        for number in range(3):
            made.deliver(declarations("GH", number, minutes=480 + number))
        made.advance(DAY + timedelta(hours=8, minutes=30))
        assert (made.ask("GH", "records"), made.ask("GH", "decisions")) == ({"Declaration": {"kept": 9}}, [])
        made.advance(DAY + 10 * HOUR)
        assert len(made.ask("GH", "decisions")) == 9


def a_playground_goes_on_with_the_folder_of_another(tmp_path: Path) -> None:
    with playground(tmp_path, "GH") as made:
        made.deliver(reports("GH", 0))
        assert made.settle()
        before = made.ask("GH", "log")
    with playground(tmp_path, "GH") as made:
        assert made.ask("GH", "records") == {"CargoReport": {"kept": 2}}
        assert made.ask("GH", "log")["origin"] == before["origin"]


def a_scripted_day_ends_with_everything_kept(tmp_path: Path) -> None:
    with playground(tmp_path, "GH", "NL", "BF", faults=Faults(spread=0.5)) as made:
        parcels = [
            reports(country, number, minutes=60 * number + 30)
            for country in ("GH", "NL", "BF")
            for number in (8, 9, 10, 13, 14, 15)
        ]
        ran = play(made, read_script(SCRIPT), parcels)
        assert ran.settled
        assert (ran.mailed.posted, ran.mailed.deaths) == (18, 2)
        assert min(ran.network.cut, ran.network.lost, ran.network.corrupted, ran.mailed.missed, ran.mailed.again) > 0
        for country in made.countries:
            assert made.ask(country, "records") == {"CargoReport": {"kept": 12}}
            assert {row["state"] for row in made.ask(country, "messages")} == {"complete"}
            log = made.ask(country, "log")
            assert (log["flaws"], log["witnessed"]) == ([], log["entries"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("start = 2021-07-01\n[[step]]\ndo = 'dance'\nat = 10:00:00", "dance"),
        ("start = 2021-07-01\n[[step]]\ndo = 'kill'\nat = 10:00:00", "country"),
        ("start = ", "read"),
        ("start = 2021-07-01\n[[step]]\ndo = 'kill'\nat = 10:00:00\ncountry = 'GH'\nday = 1", "within its days"),
        (SCRIPT.replace("10:20:00", "09:20:00"), "order"),
    ],
)
def a_script_that_is_wrong_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(ScriptFault, match=wrong):
        read_script(text)


def what_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostFault, match="no mode"):
        playground(tmp_path, "GH", mode="elsewhere")
    with playground(tmp_path, "GH") as made:
        with pytest.raises(HostFault, match="no node of 'NL'"):
            made.deliver(reports("NL", 0))
        with pytest.raises(HostFault, match="no question"):
            made.ask("GH", "why")
