"""Write letters as UN/EDIFACT: an interchange for each sender, with a control reference of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tidewaiter import edifact
from tidewaiter.kernel.records import AnyRecord, Event, Journey
from tidewaiter.world.model import Letter

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_PARTY_CHARACTERS_MAX = 35
"""Longest name of a sender or recipient in UNB (0004, 0010)."""

_TOGETHER_MAX = 500
"""Most records that share one message."""

_LETTERS = {"cusdec": "D", "cuscar": "C", "cusrep": "R", "coarri": "L", "codeco": "G", "paxlst": "P", "pnrgov": "B"}
"""Form → the letter that it has in a control reference."""


def _of_report(event: Event) -> tuple[Any, ...]:
    """Return what a message says once for all its events: only those that agree in it can share one."""
    ship = event.main_carriage if event.type == "gate" else event.transport_means
    place = None if event.type == "gate" else event.place
    return event.code, event.report, event.function, event.recorded, event.source, event.operator, ship, place


def _of_push(journey: Journey) -> tuple[Any, ...]:
    """Return what a message of bookings says once."""
    return journey.carrier, journey.flight


_SHARED: Mapping[str, Callable[[Any], tuple[Any, ...]]] = {
    "coarri": _of_report,
    "codeco": _of_report,
    "pnrgov": _of_push,
}
"""Form → what the records of one message have in common; of the other forms a message has one record."""


def write(form: str, country: str, at: datetime, part: int, letters: Sequence[Letter]) -> bytes:
    """Return the interchanges of letters, those of a sender in one, in the order in which senders first appear.

    `part` tells the parcels of one window apart. The control reference (0020) has twelve characters at most: the
    country, the form, the window, the part and the sender, none of which two interchanges to one country share.
    """
    by_sender: dict[str, list[AnyRecord]] = {}
    for letter in letters:
        by_sender.setdefault(letter.sender, []).append(letter.record)
    window = _numeral((at - _EPOCH) // timedelta(minutes=1), 5)
    return b"".join(
        edifact.write(
            [(form.upper(), records) for records in _messages(form, all_records)],
            sender=sender[:_PARTY_CHARACTERS_MAX],
            recipient=f"{country}CUSTOMS",
            reference=f"{country}{_LETTERS[form]}{window}{_numeral(part, 1)}{_numeral(number, 3)}",
            at=at,
        )
        for number, (sender, all_records) in enumerate(by_sender.items())
    )


def _messages(form: str, records: Sequence[AnyRecord]) -> Iterator[Sequence[AnyRecord]]:
    """Yield the records of each message."""
    shared = _SHARED.get(form)
    if shared is None:
        yield from ([one] for one in records)
        return
    together: dict[tuple[Any, ...], list[AnyRecord]] = {}
    for one in records:
        together.setdefault(shared(one), []).append(one)
    for several in together.values():
        for at in range(0, len(several), _TOGETHER_MAX):
            yield several[at : at + _TOGETHER_MAX]


def _numeral(number: int, width: int) -> str:
    """Return a number in base 36, of at least so many digits."""
    text = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text.rjust(width, "0")
