"""Turn elements of segments into values and back: numbers, texts cut into pieces, identifications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tidewaiter.stages.receive.edifact.tree import ElementNode
from tidewaiter.stages.receive.lens import decimal_of, plain
from tidewaiter.stages.receive.lens.node import Node


class _Number:
    """A number whose decimal mark is a point or a comma (ISO 9735-1, 10.1); written with a point."""

    def read(self, node: Node) -> Decimal | None:
        """Return the number."""
        text = node.text()
        return None if text is None else number_of(text)

    def write(self, node: Node, value: Decimal) -> None:
        """Put the number, never with an exponent."""
        node.put(plain(value))


def number_of(text: str) -> Decimal:
    """Return the number that a text is; raises BadValue where it is none."""
    return decimal_of(text.replace(",", ".") if text.count(",") == 1 else text, "a number", "not-a-number")


class _Flashpoint(_Number):
    """A flashpoint, which has three digits."""

    def write(self, node: Node, value: Decimal) -> None:
        """Put its whole degrees; a sign does not count."""
        node.put(f"{'-' if value < 0 else ''}{abs(int(value)):03d}")


class Pieces:
    """A text that is cut into equal components of a composite, for example a name into five of 35 characters.

    Reading joins pieces with a blank, but a piece that is full with nothing, because a text that is cut at the limit
    goes on in the next. Writing cuts at blanks where the text fits, else at the limit; what does not fit is lost.
    `full` are the limits of all directories, if there are several.
    """

    def __init__(self, component: str, length: int, most: int, *, full: Sequence[int] = ()) -> None:
        self.component, self.most, self._length = component, most, length
        self._full = frozenset((length, *full))

    def read(self, node: Node) -> str | None:
        """Return the text."""
        return self.joined([(one.text() or "", raw_of(one)) for one in node.select(self.component)])

    def joined(self, pieces: Sequence[tuple[str, str]]) -> str | None:
        """Return the text of pieces, each without the blanks around it and as it stands."""
        text, full = "", False
        for piece, raw in pieces:
            if not piece:
                continue
            kept = raw.rstrip()
            text = f"{text}{kept}" if full else f"{text} {piece}" if text else piece
            full = len(kept) in self._full
        return text or None

    def write(self, node: Node, value: str) -> None:
        """Put the text's pieces."""
        for piece in self.cut(value)[: self.most]:
            node.grow((self.component,)).put(piece)

    def cut(self, text: str, *, whole: bool = False) -> list[str]:
        """Return the pieces of a text: cut at blanks if they are few enough, or many may be, else at the limit."""
        if len(text) <= self._length:
            return [text]
        text = " ".join(text.split())
        pieces = list(self._at_blanks(text))
        if len(pieces) > self.most and not whole:
            pieces = [text[at : at + self._length] for at in range(0, len(text), self._length)]
        return pieces

    def _at_blanks(self, text: str) -> Iterator[str]:
        """Yield pieces that are shorter than the limit, or are full and go on in the next without a blank."""
        while len(text) > self._length:
            blank = text.rfind(" ", 1, self._length)
            if blank < 0:
                yield text[: self._length]
                text = text[self._length :]
            else:
                yield text[:blank]
                text = text[blank + 1 :]
        yield text


def raw_of(node: Node) -> str:
    """Return a component's text with the blanks around it."""
    if isinstance(node, ElementNode):
        at = max(node.component, 0)
        return node.components[at] if at < len(node.components) else ""
    return node.text() or ""


class _NameLines(Pieces):
    """The lines of a name and address without structure (C058) that are no name: all but the first without C080."""

    def read(self, node: Node) -> str | None:
        """Return the lines."""
        lines = [(one.text() or "", raw_of(one)) for one in node.select("3124")]
        named = isinstance(node, ElementNode) and node.owner.value(("C080", "3036")) is not None
        return self.joined(lines if named else lines[1:])


class _Digits:
    """A code of digits, without the points and blanks that people group it by."""

    def read(self, node: Node) -> str | None:
        """Return the code."""
        text = node.text()
        return None if text is None else text.replace(".", "").replace(" ", "") or None

    def write(self, node: Node, value: str) -> None:
        """Put the code."""
        node.put(value)


class _Matching:
    """A text of a form; what has another form is no value here. Letters are made capitals and blanks left out."""

    def __init__(self, form: str, *, other: bool = False) -> None:
        self._form, self._other = re.compile(form, re.ASCII), other

    def read(self, node: Node) -> str | None:
        """Return the text, where it has the form; with `other`, where it has not."""
        text = node.text()
        if text is None:
            return None
        found = self._form.fullmatch(text.upper()) is not None
        return text if found is not self._other else None

    def write(self, node: Node, value: str) -> None:
        """Put the text."""
        node.put(value)


class _EquipmentId:
    """The identification of a container, without the blanks that some write in it."""

    def read(self, node: Node) -> str | None:
        """Return the identification."""
        text = node.text()
        return None if text is None else "".join(text.split()) or None

    def write(self, node: Node, value: str) -> None:
        """Put the identification."""
        node.put(value)


class _ToOrder:
    """Whether a consignee is nobody yet: the transport document is made out to order. Nothing where it is not."""

    def read(self, node: Node) -> bool | None:
        """Return True for a name that begins with the words."""
        text = (node.text() or "").upper().lstrip("* ")
        return True if text.startswith(("TO ORDER", "TO THE ORDER", "TO-ORDER")) else None

    def write(self, node: Node, value: bool) -> None:  # noqa: FBT001 - the value is the flag
        """Write nothing: the consignee's name says it."""


class _MeansType:
    """What identifies a means of transport (C222): by the mode of transport, its code list or its form."""

    def read(self, node: Node) -> str | None:
        """Return IMO, CALLSIGN, MMSI, PLATE, FLIGHT or RAIL."""
        number = node.value(("8213",))
        if number is None:
            return None
        mode = node.owner.value(("C220", "8067")) if isinstance(node, ElementNode) else None
        if mode is not None and mode in _MODE_TYPES:
            return _MODE_TYPES[mode]
        listed = _MEANS_LISTS.get(node.value(("1131",)) or "")
        return listed or ("IMO" if _IMO.fullmatch(number.upper()) else None)

    def write(self, node: Node, value: str) -> None:
        """Put the code list, where there is one."""
        code = next((code for code, kind in _MEANS_LISTS.items() if kind == value), None)
        if code is not None:
            node.make("1131").put(code)


_IMO = re.compile(r"(?:IMO)?[0-9]{7}", re.ASCII)
_MEANS_LISTS: Mapping[str, str] = {"146": "IMO", "103": "CALLSIGN", "142": "MMSI"}
"""Code list of 8213 (1131) → what the identification is."""

_MODE_TYPES: Mapping[str, str] = {"2": "RAIL", "3": "PLATE", "4": "FLIGHT"}
"""Mode of transport → what identifies its means."""

NUMBER = _Number()
FLASHPOINT = _Flashpoint()
NAME = Pieces("3036", 35, 5, full=(70,))
STREET = Pieces("3042", 35, 3, full=(70, 256))
NAME_LINES = _NameLines("3124", 35, 5, full=(70, 256))
FREE_TEXT = Pieces("4440", 70, 5, full=(512,))
LONG_TEXT = Pieces("4440", 512, 5, full=(70,))
MARKS = Pieces("7102", 35, 10)
DIGITS = _Digits()
LOCODE = _Matching(r"[A-Z]{2}[A-Z2-9]{3}")
NO_LOCODE = _Matching(r"[A-Z]{2}[A-Z2-9]{3}|[A-Z]{2}", other=True)
COUNTRY = _Matching(r"[A-Z]{2}")
TRUE_NUMBER = _Matching(r"[0-9]|DUMMY|XXX+|N/?A", other=True)
LONG_NUMBER = _Matching(r".{5,}")
EQUIPMENT_ID = _EquipmentId()
TO_ORDER = _ToOrder()
MEANS_TYPE = _MeansType()
