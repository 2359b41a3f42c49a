"""Prove that the network invents nothing, keeps order, heals, and is the same for a seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.playground import network as networks
from tidewaiter.playground.fate import Fate
from tidewaiter.playground.network import Arrival, Faults, Network, NetworkFault, Split, corrupt

START = datetime(2026, 1, 5, tzinfo=UTC)
END = START + timedelta(days=40)
PLACES = ("GH", "NL", "BF", "mail")

chances = st.floats(0, 1)
faults = st.builds(
    Faults,
    delay_seconds=st.floats(0, 3_600),
    spread=st.floats(0, 2),
    lost=chances,
    repeated=chances,
    reordered=chances,
    corrupted=chances,
)
sendings = st.lists(
    st.tuples(st.integers(0, 600), st.sampled_from(PLACES), st.sampled_from(PLACES[:2]), st.binary(max_size=40)),
    max_size=30,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))
Sending = tuple[int, str, str, bytes]


def seconds(number: float) -> datetime:
    """Return a moment so many seconds after the start."""
    return START + timedelta(seconds=number)


def carried(seed: int, wrong: Faults, sent: list[Sending]) -> tuple[Network, list[Arrival]]:
    """Send all, and return what arrived."""
    network = Network(seed, wrong)
    for at, source, target, payload in sent:
        network.send(seconds(at), source, target, payload)
    return network, network.arrivals(END)


@given(st.integers(), faults, sendings)
def nothing_arrives_that_was_not_sent(seed: int, wrong: Faults, sent: list[Sending]) -> None:
    network, arrived = carried(seed, wrong, sent)
    for one in arrived:
        at, source, target, payload = sent[one.number]
        assert (one.source, one.target) == (source, target)
        assert one.at >= seconds(at) + min(wrong.delay_least, timedelta(seconds=wrong.delay_seconds))
        assert one.corrupted == (one.payload != payload)
        assert len(one.payload) <= 2 * len(payload)
    assert max(Counter(one.number for one in arrived).values(), default=0) <= 2
    assert [one.at for one in arrived] == sorted(one.at for one in arrived)
    tally = network.tally
    assert tally.sent + tally.repeated == tally.arrived + tally.lost + tally.cut
    assert (tally.arrived, tally.arrived_bytes) == (len(arrived), sum(len(one.payload) for one in arrived))


@given(st.integers(), st.floats(0, 3_600), st.floats(0, 2), sendings)
def every_payload_arrives_once_and_in_order_where_nothing_is_wrong(
    seed: int, delay: float, spread: float, sent: list[Sending]
) -> None:
    _, arrived = carried(seed, Faults(delay_seconds=delay, spread=spread), sent)
    assert sorted(one.number for one in arrived) == list(range(len(sent)))
    for lane in {(source, target) for _, source, target, _ in sent}:
        found = [one.payload for one in arrived if (one.source, one.target) == lane]
        assert found == [payload for _, source, target, payload in sent if (source, target) == lane]


@given(st.integers(), faults, sendings)
def the_same_seed_gives_the_same_arrivals(seed: int, wrong: Faults, sent: list[Sending]) -> None:
    assert carried(seed, wrong, sent)[1] == carried(seed, wrong, sent)[1]
    pieces = Network(seed, wrong)
    for at, source, target, payload in sent:
        pieces.send(seconds(at), source, target, payload)
    found = [one for hour in range(0, 960, 7) for one in pieces.arrivals(seconds(hour * 3_600))]
    assert [*found, *pieces.arrivals(END)] == carried(seed, wrong, sent)[1]


def the_fate_of_a_payload_does_not_hang_on_other_faults() -> None:
    sent = [(at, "mail", "GH", bytes([at])) for at in range(200)]
    one = {each.number for each in carried(1, Faults(lost=0.3), sent)[1]}
    two = {each.number for each in carried(1, Faults(lost=0.3, reordered=0.5, spread=1.0), sent)[1]}
    assert one == two
    assert 120 <= len(one) <= 160


def a_split_parts_its_groups_only_and_heals() -> None:
    split = Split(start=seconds(100), end=seconds(200), groups=(("GH",), ("NL", "BF")))
    network = Network(1, Faults(delay_seconds=5, splits=(split,)))
    for at in (50, 97, 100, 150, 195, 199, 200):
        for source, target in (("GH", "NL"), ("NL", "GH"), ("NL", "BF"), ("mail", "GH")):
            network.send(seconds(at), source, target, str(at).encode())
    arrived = network.arrivals(END)
    there: dict[tuple[str, str], list[int]] = {}
    for one in arrived:
        there.setdefault((one.source, one.target), []).append(int(one.payload))
    assert there["GH", "NL"] == there["NL", "GH"] == [50, 200]  # what is under way when the split begins is lost too
    assert there["NL", "BF"] == there["mail", "GH"] == [50, 97, 100, 150, 195, 199, 200]
    assert network.tally.cut == 10


@given(st.integers(), st.binary(min_size=1, max_size=300))
def every_corruption_changes_the_payload(number: int, payload: bytes) -> None:
    found = corrupt(payload, Fate("seed", number), "0")
    assert found != payload
    assert len(found) <= 2 * len(payload)
    assert corrupt(payload, Fate("seed", number), "0") == found


def what_is_beyond_a_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(1, Faults())
    with pytest.raises(NetworkFault, match="too long"):
        network.send(START, "mail", "GH", bytes(networks.PAYLOAD_BYTES_MAX + 1))
    network.arrivals(seconds(60))
    with pytest.raises(NetworkFault, match="handed out"):
        network.send(seconds(50), "mail", "GH", b"late")
    monkeypatch.setattr(networks, "FLIGHTS_MAX", 3)
    network.send(seconds(60), "mail", "GH", b"one")
    network.send(seconds(60), "mail", "GH", b"two")
    with pytest.raises(NetworkFault, match="under way"):
        network.send(seconds(60), "mail", "GH", b"three")


def the_chances_come_as_often_as_they_should() -> None:
    fates = [Fate("seed", number) for number in range(4_000)]
    shares = [one.share("x") for one in fates]
    assert all(0 <= one < 1 for one in shares)
    assert abs(sum(shares) / 4_000 - 0.5) < 0.02
    normals = [one.normal("x", sigmas_max=4.0) for one in fates]
    assert abs(sum(normals) / 4_000) < 0.05
    assert abs(sum(one * one for one in normals) / 4_000 - 1) < 0.08
    assert {one.below("y", 3) for one in fates} == {0, 1, 2}
