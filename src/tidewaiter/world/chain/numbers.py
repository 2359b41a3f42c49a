"""Give numbers whose check digits are right and whose order says nothing."""

from __future__ import annotations

from stdnum import iso6346

_DIGITS = 12
_SPACE: int = 10**_DIGITS
_STEP = 387_420_489_157
"""Odd and no multiple of five, so that counting in steps of it visits every number of twelve digits once."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Numbering:
    """A world's own source of numbers: each is given once, and looks as if drawn by lot."""

    def __init__(self, offset: int) -> None:
        self._offset = offset % _SPACE
        self._given = 0

    def next(self) -> int:
        """Return a number of twelve digits that was not given before."""
        self._given += 1
        return (self._offset + self._given * _STEP) % _SPACE

    def movement_reference(self, year: int, country: str, letter: str = "M") -> str:
        """Return an MRN of 18 characters: year, country, number, letter, and the check digit of ISO 6346."""
        body = f"{year % 100:02d}{country}{self.next():0{_DIGITS}d}{letter}"
        return body + iso6346.calc_check_digit(body)

    def document(self, prefix: str, digits: int = 9) -> str:
        """Return a document's number: the prefix and so many digits, which repeat only after all were given."""
        return f"{prefix}{self.next() % 10**digits:0{digits}d}"

    def locator(self) -> str:
        """Return a record locator of six letters and digits."""
        number, letters = self.next(), ""
        for _ in range(6):
            number, place = divmod(number, len(_LETTERS))
            letters += _LETTERS[place]
        return letters
