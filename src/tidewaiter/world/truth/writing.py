"""Write the truth as a stream while a world is made: stories, slips, and one line a declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol

from tidewaiter.kernel.records import Declaration, day_of
from tidewaiter.world.model import Letter, Planted, Slip
from tidewaiter.world.truth.delay import inspection_hours
from tidewaiter.world.truth.lines import Declared, Slipped, Smuggled, write_line

ORIGINAL = "9"
"""UN/EDIFACT 1225 of a declaration that is lodged for the first time: amendments and cancellations are not counted."""

Rate = Callable[[str, int], float]
"""US dollars for a unit of a currency, on a day of the world."""


class Happened(Protocol):
    """What happened on a day, as the world's engine tells it."""

    @property
    def planted(self) -> Iterable[Planted]:
        """What was smuggled."""
        ...

    @property
    def slips(self) -> Iterable[Slip]:
        """Where honest people slipped."""
        ...

    @property
    def letters(self) -> Iterable[Letter]:
        """What was sent."""
        ...


class TruthWriter:
    """Turns days into lines, and gives them to `write`; it remembers nothing, so a world may be as long as it likes."""

    def __init__(self, write: Callable[[bytes], object], *, start: date, rate: Rate) -> None:
        self._write = write
        self._start = start
        self._rate = rate

    def day(self, happened: Happened) -> None:
        """Write what is true of a day."""
        for planted in happened.planted:
            self._write(write_line(self._smuggled(planted)))
        for slip in happened.slips:
            line = Slipped(kind=slip.kind, country=slip.country, reference=slip.reference, findings=slip.findings)
            self._write(write_line(line))
        for letter in happened.letters:
            declared = self._declared(letter)
            if declared is not None:
                self._write(write_line(declared))

    def _smuggled(self, one: Planted) -> Smuggled:
        """Return the line of what was planted."""
        return Smuggled(
            scheme=one.scheme,
            ring=one.ring,
            skill=round(one.skill, 4),
            irregularity=one.irregularity,
            country=one.country,
            references=tuple(one.references),
            item=one.item,
            evaded=round(one.evaded, 2),
            currency=one.currency,
            evaded_usd=self._dollars(one.evaded, one.currency, one.day),
            story=one.story,
            shipment=one.shipment,
            day=one.day,
            safety=one.safety,
        )

    def _declared(self, letter: Letter) -> Declared | None:
        """Return the line of a declaration that is lodged for the first time; None for any other letter."""
        record = letter.record
        if not isinstance(record, Declaration) or (record.function or ORIGINAL) != ORIGINAL:
            return None
        reference = record.mrn or record.lrn
        if not reference:
            return None
        day = ((day_of(record) or letter.at.date()) - self._start).days
        value = 0.0
        for item in record.items:
            amount = item.customs_value or item.statistical_value or item.invoice_amount
            if amount is not None and amount.value is not None and amount.currency:
                value += self._dollars(float(amount.value), amount.currency, day)
        return Declared(letter.country, reference, day, round(value, 2), inspection_hours(record))

    def _dollars(self, amount: float, currency: str, day: int) -> float:
        """Return an amount in US dollars."""
        return round(amount * self._rate(currency, day), 2) if amount and currency else 0.0
