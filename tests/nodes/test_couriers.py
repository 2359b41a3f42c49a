"""Prove that each parcel comes in once and in order, whatever the network does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.playground.couriers import PARCEL, RECEIPT, Courier, Envelope, Letterbox, Patience, read, write
from tidewaiter.playground.fate import Fate
from tidewaiter.playground.network import Faults, Network, corrupt

START = datetime(2026, 1, 5, tzinfo=UTC)
HOURS = timedelta(hours=1)

some = st.floats(0, 0.5)
faults = st.builds(Faults, spread=st.floats(0, 1), lost=some, repeated=some, reordered=some, corrupted=some)


@given(st.integers(1, 2), st.integers(0, 2**63 - 1), st.binary(max_size=100))
def an_envelope_is_read_as_it_was_written(kind: int, number: int, body: bytes) -> None:
    assert read(write(Envelope(kind, number, body))) == Envelope(kind, number, body)


@given(st.integers(), st.integers(0, 2**63 - 1), st.binary(max_size=100))
def an_envelope_that_was_corrupted_is_refused(fate: int, number: int, body: bytes) -> None:
    payload = write(Envelope(PARCEL, number, body))
    assert read(corrupt(payload, Fate("seed", fate), "0")) is None


@given(st.binary(max_size=100))
def no_bytes_from_elsewhere_are_an_envelope(payload: bytes) -> None:
    assert read(payload) is None
    assert read(b"TWPG" + payload) is None


class Place:
    """Somebody who keeps parcels on a disk that outlives a crash, and forgets everything else."""

    def __init__(self) -> None:
        self.disk: list[bytes] = []
        self.letterbox = Letterbox({})

    def crash(self) -> None:
        """Forget what is not on the disk."""
        self.letterbox = Letterbox({"mail": len(self.disk)})

    def take(self, payload: bytes, *, until: int | None = None) -> bytes | None:
        """Keep what is ready, at most so many parcels before a crash; return the receipt."""
        for at, ready in enumerate(self.letterbox.put("mail", payload)):
            if at == until:
                self.crash()
                return None
            self.disk.append(ready.body)
            self.letterbox.kept("mail", ready.number)
        return self.letterbox.receipt("mail") if read(payload) is not None else None


def mailed(seed: int, wrong: Faults, bodies: list[bytes], crashes: Mapping[int, int], patience: Patience) -> Place:
    """Mail parcels until all are acknowledged, with crashes at the numbered arrivals; return what was kept."""
    network, courier, place, arrivals, at = Network(seed, wrong), Courier(patience), Place(), 0, START
    for number, body in enumerate(bodies):
        courier.post(START + timedelta(seconds=number), body)
    while courier.waiting:
        at = min(one for one in (courier.next_at, network.next_at) if one is not None)
        assert at < START + 24 * 40 * HOURS, "it never ends"
        for payload in courier.due(at):
            network.send(at, "mail", "GH", payload)
        for one in network.arrivals(at):
            if one.target == "GH":
                receipt = place.take(one.payload, until=crashes.get(arrivals))
                arrivals += 1
                if receipt is not None:
                    network.send(at, "GH", "mail", receipt)
            elif (said := read(one.payload)) is not None and said.kind == RECEIPT:
                courier.receipt(at, said.number)
    return place


@given(
    st.integers(),
    faults,
    st.lists(st.binary(max_size=20), max_size=12),
    st.dictionaries(st.integers(0, 40), st.integers(0, 2), max_size=6),
    st.integers(1, 6),
)
def every_parcel_is_kept_once_and_in_order_whatever_happens(
    seed: int, wrong: Faults, bodies: list[bytes], crashes: dict[int, int], window: int
) -> None:
    place = mailed(seed, wrong, bodies, crashes, Patience(window_parcels_max=window))
    assert place.disk == bodies


def the_wait_grows_up_to_its_limit() -> None:
    courier = Courier(Patience(retry_seconds_min=10, retry_seconds_max=60, growth=2.0))
    courier.post(START, b"parcel")
    moments: list[float] = []
    while len(moments) < 6:
        at = courier.next_at
        assert at is not None
        moments.append((at - START).total_seconds())
        assert len(courier.due(at)) == 1
    assert moments == [0, 10, 30, 70, 130, 190]
    assert courier.again == 5


def only_so_many_parcels_are_under_way() -> None:
    courier = Courier(Patience(window_parcels_max=2))
    for body in (b"1", b"2", b"3"):
        courier.post(START, body)
    assert len(courier.due(START)) == 2
    courier.receipt(START + HOURS, 9)  # nobody was sent that
    assert courier.waiting == 3
    courier.receipt(START + HOURS, 1)
    assert courier.waiting == 2
    assert [read(one) for one in courier.due(START + HOURS)] == [Envelope(PARCEL, 2, b"2"), Envelope(PARCEL, 3, b"3")]


def what_comes_too_early_is_held_and_no_more_than_fits() -> None:
    box = Letterbox({}, held_parcels_max=2)
    for number in (2, 3, 4):
        assert box.put("mail", write(Envelope(PARCEL, number, b"x"))) == []
    ready = box.put("mail", write(Envelope(PARCEL, 1, b"x")))
    assert [one.number for one in ready] == [1, 2, 3]
    assert box.put("mail", write(Envelope(RECEIPT, 5))) == []
    assert (box.refused, box.had) == (1, 0)
    for one in ready:
        box.kept("mail", one.number)
    for number in range(1, 4):
        assert box.put("mail", write(Envelope(PARCEL, number, b"x"))) == []
    assert box.had == 3
    assert [one.number for one in box.put("mail", write(Envelope(PARCEL, 4, b"x")))] == [4]  # it did not fit before
    assert read(box.receipt("mail")) == Envelope(RECEIPT, 3)
