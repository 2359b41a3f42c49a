"""Turn elements of segments into values and back: moments, numbers, texts cut into pieces, codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from tidewaiter.stages.receive.edifact.tree import ElementNode
from tidewaiter.stages.receive.lens import BadValue, Codes, decimal_of, plain
from tidewaiter.stages.receive.lens.node import Node

PIVOT = 70
"""Years of two digits below it are of this century, the others of the last (ISO 9735 leaves it to the partners)."""

_LAYOUTS: Mapping[str, str] = {
    "2": "DDMMYY",
    "3": "MMDDYY",
    "101": "YYMMDD",
    "102": "CCYYMMDD",
    "103": "YYWWD",
    "105": "YYDDD",
    "201": "YYMMDDhhmm",
    "202": "YYMMDDhhmmss",
    "203": "CCYYMMDDhhmm",
    "204": "CCYYMMDDhhmmss",
    "205": "CCYYMMDDhhmmZZZZZ",
    "301": "YYMMDDhhmmZZZ",
    "302": "YYMMDDhhmmssZZZ",
    "303": "CCYYMMDDhhmmZZZ",
    "304": "CCYYMMDDhhmmssZZZ",
    "602": "CCYY",
    "609": "YYMM",
    "610": "CCYYMM",
    "616": "CCYYWW",
    "711": "CCYYMMDD-CCYYMMDD",
    "713": "YYMMDDhhmm-YYMMDDhhmm",
    "717": "YYMMDD-YYMMDD",
    "718": "CCYYMMDD-CCYYMMDD",
    "719": "CCYYMMDDhhmm-CCYYMMDDhhmm",
}
"""Format of a point in time or a period (2379) → its layout; of a period the beginning is read."""

_BY_LENGTH: Mapping[int, str] = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}
"""Length of a text without a format → the format it is taken for."""

_ZONES: Mapping[str, int] = {
    "UTC": 0,
    "GMT": 0,
    "UCT": 0,
    "WET": 0,
    "BST": 60,
    "CET": 60,
    "MET": 60,
    "CES": 120,
    "EET": 120,
}
"""Name of a zone → minutes east of Greenwich."""

_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})?", re.ASCII)
_MINUTES_MAX = 14 * 60
_WEEK_DAYS = 7


class At:
    """A moment in the composite C507, by its format (2379); in UTC where it names no zone, and written in UTC.

    A day alone is its midnight. `writes` is the format written; one without seconds gives way to one with them where
    there are some.
    """

    def __init__(self, writes: str = "203", *, pivot: int = PIVOT) -> None:
        self._writes, self._pivot = writes, pivot

    def read(self, node: Node) -> datetime | None:
        """Return the moment."""
        text = node.value(("2380",))
        if text is None:
            return None
        return moment_of(text, node.value(("2379",)), pivot=self._pivot)

    def write(self, node: Node, value: datetime) -> None:
        """Put the moment and its format."""
        day = value.astimezone(UTC)
        form = _WITH_SECONDS.get(self._writes, self._writes) if day.second else self._writes
        node.make("2380").put(day.strftime(_WRITTEN[form]))
        node.make("2379").put(form)


class On:
    """A day in the composite C507, by its format (2379); 102 is written."""

    def __init__(self, *, pivot: int = PIVOT) -> None:
        self._pivot = pivot

    def read(self, node: Node) -> date | None:
        """Return the day; of a moment with a zone, the day there."""
        text = node.value(("2380",))
        if text is None:
            return None
        return moment_of(text, node.value(("2379",)), pivot=self._pivot).date()

    def write(self, node: Node, value: date) -> None:
        """Put the day and its format."""
        node.make("2380").put(value.strftime("%Y%m%d"))
        node.make("2379").put("102")


_WRITTEN: Mapping[str, str] = {
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
    "303": "%Y%m%d%H%MUTC",
    "304": "%Y%m%d%H%M%SUTC",
}
_WITH_SECONDS: Mapping[str, str] = {"203": "204", "303": "304"}


def moment_of(text: str, form: str | None, *, pivot: int = PIVOT) -> datetime:
    """Return the moment that a text is by a format (2379); raises BadValue where it is none.

    Without a format, or with one that nobody knows, its length decides.
    """
    layout = _LAYOUTS.get(form or "") or _LAYOUTS.get(_BY_LENGTH.get(len(text), ""))
    if layout is None:
        raise BadValue(code="not-a-date", expected="a date by its format", found=text)
    layout, beginning = layout.partition("-")[0], text
    if "Z" not in layout:
        beginning = text.partition("-")[0]
    found = _fields(layout, beginning)
    if found is None:
        raise BadValue(code="not-a-date", expected=layout, found=text)
    try:
        return _moment(found, pivot)
    except (ValueError, OverflowError) as error:
        raise BadValue(code="not-a-date", expected=layout, found=text) from error


def _fields(layout: str, text: str) -> dict[str, str] | None:
    """Return field of the layout → its text; None where the text is not laid out so."""
    clock = layout.rstrip("Z")
    digits, zone = text[: len(clock)], text[len(clock) :]
    if len(digits) != len(clock) or not (digits.isascii() and digits.isdigit()):
        return None
    if bool(zone) is not ("Z" in layout):
        return None
    found: dict[str, str] = {"Z": zone}
    for sign, digit in zip(clock, digits, strict=True):
        found[sign] = found.get(sign, "") + digit
    return found


def _moment(found: Mapping[str, str], pivot: int) -> datetime:
    """Return the moment of a layout's fields; raises ValueError where there is no such moment."""
    year = int(found["Y"])
    if "C" in found:
        year += int(found["C"]) * 100
    else:
        year += 2000 if year < pivot else 1900
    if "W" in found:
        day = date.fromisocalendar(year, int(found["W"]), int(found.get("D", "1")) or _WEEK_DAYS)
    elif len(found.get("D", "")) > 2:  # noqa: PLR2004 - a day of the year has three digits
        day = date(year, 1, 1) + timedelta(days=int(found["D"]) - 1)
    else:
        day = date(year, int(found.get("M", "1")), int(found.get("D", "1")))
    zone = _zone(found["Z"]) if found["Z"] else UTC
    hour, minute, second = (int(found.get(sign, "0")) for sign in "hms")
    if hour == 24 and not minute and not second:  # noqa: PLR2004 - ISO 8601 ends a day so
        return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)


def _zone(text: str) -> timezone:
    """Return the zone of a name or an offset; raises ValueError for another."""
    if text in _ZONES:
        return timezone(timedelta(minutes=_ZONES[text]))
    found = _OFFSET.fullmatch(text)
    minutes = int(found[2]) * 60 + int(found[3] or "0") if found else _MINUTES_MAX + 1
    if found is None or minutes > _MINUTES_MAX:
        raise ValueError(text)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


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


class Pieces:
    """A text that is cut into equal components of a composite, for example a name into five of 35 characters.

    Reading joins pieces with a blank, but a piece that is full with nothing, because a text that is cut at the limit
    goes on in the next. Writing cuts at blanks where the text fits, else at the limit; what does not fit is lost.
    `full` are the limits of all directories, if there are several.
    """

    def __init__(self, component: str, length: int, most: int, *, full: Sequence[int] = ()) -> None:
        self._component, self._length, self._most = component, length, most
        self._full = frozenset((length, *full))

    def read(self, node: Node) -> str | None:
        """Return the text."""
        return self.joined([(one.text() or "", raw_of(one)) for one in node.select(self._component)])

    def joined(self, pieces: Sequence[tuple[str, str]]) -> str | None:
        """Return the text of pieces, each without the blanks around it and as it stands."""
        text, full = "", False
        for piece, raw in pieces:
            if not piece:
                continue
            text = f"{text}{raw.rstrip()}" if full else f"{text} {piece}" if text else piece
            full = len(raw) in self._full
        return text or None

    def write(self, node: Node, value: str) -> None:
        """Put the text's pieces."""
        for piece in self.cut(value)[: self._most]:
            node.grow((self._component,)).put(piece)

    def cut(self, text: str) -> list[str]:
        """Return the pieces of a text: cut at blanks if they are few enough, else at the limit."""
        if len(text) <= self._length:
            return [text]
        text = " ".join(text.split())
        pieces = list(self._at_blanks(text))
        if len(pieces) > self._most:
            pieces = [text[at : at + self._length] for at in range(0, len(text), self._length)]
        return pieces

    def room(self) -> int:
        """Return how many characters fit."""
        return self._length * self._most

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
    """What identifies a means of transport (C222): by its code list, else by its form and the mode of transport."""

    def read(self, node: Node) -> str | None:
        """Return IMO, CALLSIGN, MMSI, PLATE, FLIGHT or RAIL."""
        number = node.value(("8213",))
        if number is None:
            return None
        listed = _MEANS_LISTS.get(node.value(("1131",)) or "")
        if listed is not None:
            return listed
        mode = node.owner.value(("C220", "8067")) if isinstance(node, ElementNode) else None
        if mode in _SHIP_MODES and _IMO.fullmatch(number.upper()):
            return "IMO"
        return _MODE_TYPES.get(mode or "")

    def write(self, node: Node, value: str) -> None:
        """Put the code list, where there is one."""
        code = next((code for code, kind in _MEANS_LISTS.items() if kind == value), None)
        if code is not None:
            node.make("1131").put(code)


_IMO = re.compile(r"(?:IMO)?[0-9]{7}", re.ASCII)
_SHIP_MODES = (None, "1", "8")
_MEANS_LISTS: Mapping[str, str] = {"146": "IMO", "103": "CALLSIGN", "142": "MMSI"}
"""Code list of 8213 (1131) → what the identification is."""

_MODE_TYPES: Mapping[str, str] = {"2": "RAIL", "3": "PLATE", "4": "FLIGHT"}
"""Mode of transport → what identifies its means."""

AT = At()
AT_ZONE = At("303")
ON = On()
NUMBER = _Number()
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
EQUIPMENT_ID = _EquipmentId()
TO_ORDER = _ToOrder()
MEANS_TYPE = _MeansType()

ROLE_OF: Mapping[str, str] = {
    "CZ": "consignor",
    "CN": "consignee",
    "NI": "notify",
    "N1": "notify",
    "N2": "notify",
    "CA": "carrier",
    "RL": "carrier",
    "FW": "forwarder",
    "DT": "declarant",
    "AE": "agent",
    "AG": "agent",
    "CB": "agent",
    "CG": "agent",
    "IM": "importer",
    "EX": "exporter",
    "SE": "seller",
    "VN": "seller",
    "SU": "seller",
    "BY": "buyer",
    "WH": "warehouse",
    "GG": "warehouse",
    "WD": "warehouse",
    "AF": "principal",
    "AL": "principal",
    "MF": "manufacturer",
    "MS": "submitter",
    "FR": "submitter",
    "FP": "payer",
    "PR": "payer",
    "PL": "payer",
    "SY": "surety",
    "CS": "consolidator",
    "OS": "consignor",
    "SF": "consignor",
    "UC": "consignee",
    "ST": "consignee",
}
"""Party function (3035) → role; of several the first is written. Other functions stay as they are."""

SCHEME_OF: Mapping[str, str] = {
    "182": "SCAC",
    "20": "BIC",
    "3": "IATA",
    "54": "IATA",
    "16": "DUNS",
    "9": "GLN",
    "306": "SMDG",
}
"""Who gave the code of a party (3055) → the scheme it is of."""

DOCUMENT_OF: Mapping[str, str] = {
    "BM": "705",
    "BL": "705",
    "MB": "704",
    "BH": "714",
    "AWB": "740",
    "MWB": "741",
    "HWB": "703",
    "AAM": "700",
    "CMR": "730",
    "WY": "720",
    "RCN": "720",
    "AAS": "712",
    "AEX": "710",
    "TI": "952",
}
"""Reference (1153) → the transport document that it numbers (1001)."""

MASTER_REFERENCES = ("MB", "MWB")
HOUSE_REFERENCES = ("BH", "HWB", "ABH")
LEVEL_OF: Mapping[str, str] = {
    **dict.fromkeys(MASTER_REFERENCES, "master"),
    **dict.fromkeys(HOUSE_REFERENCES, "house"),
}
"""Reference (1153) → level of the consignment that it is for."""

PLACE_OF: Mapping[str, str] = {
    "88": "receipt",
    "10": "acceptance",
    "13": "transhipment",
    "7": "delivery",
    "83": "on-carriage",
    "20": "destination",
    "8": "destination",
    "76": "origin",
    "5": "departure",
    "60": "arrival",
    "61": "next",
    "125": "last",
    "153": "call",
    "92": "route",
    "24": "entry",
    "23": "release",
    "64": "option",
    "68": "option",
    "70": "option",
    "72": "option",
    "97": "option",
    "98": "pick-up",
    "99": "return",
    "80": "despatch",
}
"""What a place is (3227) → the word for it."""

ROLE = Codes(ROLE_OF)
SCHEME = Codes(SCHEME_OF, other="drop")
DOCUMENT_TYPE = Codes(DOCUMENT_OF)
LEVEL = Codes(LEVEL_OF, other="drop")
PLACE_ROLE = Codes(PLACE_OF)
FULLNESS = Codes({"5": "full", "4": "empty", "7": "full", "8": "full", "6": "full"}, other="drop")
STAGE = Codes(
    {
        "12": "departure",
        "10": "departure",
        "20": "border",
        "11": "border",
        "21": "border",
        "2": "border",
        "30": "arrival",
        "13": "arrival",
        "1": "arrival",
    }
)
PACKING_GROUP = Codes({"1": "I", "2": "II", "3": "III"})
SEAL_CONDITION = Codes({"1": "intact", "2": "damaged", "3": "absent", "4": "absent"}, other="drop")
PAYMENT = Codes({"P": "prepaid", "C": "collect", "PP": "prepaid", "CC": "collect", "PO": "prepaid", "PC": "prepaid"})
