"""Turn values of customs documents into fields and back: moments, pointers, amounts, masses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from tidewaiter.kernel.records import Amount, Measure
from tidewaiter.stages.receive.lens import DECIMAL, MOMENT, BadValue, Line, Node, const, leaf, part

KILOGRAM = "KGM"
"""UN/ECE Recommendation 20: the unit of a mass that names none."""

_MOMENT = re.compile(
    r"(?P<day>[0-9]{8})(?P<time>[0-9]{4}(?:[0-9]{2})?)?(?:Z|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?)?"
)
_FORMAT = "304"
"""UN/EDIFACT 2379: CCYYMMDDHHMMSS and the zone."""

_SECTION = re.compile(r"(?P<section>[0-9A-Z]{1,3})(?:\[(?P<number>[0-9]{1,5})\])?(?:\.(?P<tag>[0-9A-Z]{1,4}))?")


class _WcoMoment:
    """A moment of the WCO Data Model: a text in one of UN/EDIFACT's formats, or one of XML Schema."""

    def read(self, node: Node) -> datetime | None:
        """Return the moment; without a zone in UTC."""
        inside = next((one for one in node.children(("DateTimeString", "DateTime")) if one.text()), node)
        text = inside.text()
        if text is None:
            return None
        try:
            return _moment(text) or MOMENT.read(inside)
        except (ValueError, OverflowError) as error:
            raise BadValue(code="not-a-date", expected="CCYYMMDDHHMMSS and a zone", found=text) from error

    def write(self, node: Node, value: datetime) -> None:
        """Put the moment, to the second."""
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        zone = aware.strftime("%z")[:5]
        inside = node.make("DateTimeString")
        inside.make("@formatCode").put(_FORMAT)
        inside.put(f"{aware.year:04}{aware:%m%d%H%M%S}{zone.removesuffix('00') if aware.utcoffset() else 'Z'}")


def _moment(text: str) -> datetime | None:
    """Return the moment that a text in one of UN/EDIFACT's formats is, or None; raises ValueError for no such day."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    time = f"{found['time'] or ''}000000"[:6]
    offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    zone = timezone(-offset if found["sign"] == "-" else offset) if found["sign"] else UTC
    return datetime.strptime(found["day"] + time, "%Y%m%d%H%M%S").replace(tzinfo=zone)


class _Chain:
    """What pointers lead to: section codes with their numbers, the last with the tag, as `42A/68A[2]/93A[1].144`."""

    def read(self, node: Node) -> str | None:
        """Return the chain of a node's pointers."""
        steps = []
        for pointer in node.children(("Pointer",)):
            section, number, tag = (pointer.value((name,)) for name in _POINTER)
            step = (section or "") + (f"[{number}]" if number else "") + (f".{tag}" if tag else "")
            if step:
                steps.append(step)
        return "/".join(steps) or None

    def write(self, node: Node, value: str) -> None:
        """Put a pointer a step; what is no chain of sections is left out."""
        steps = [_SECTION.fullmatch(step) for step in value.split("/")]
        if not all(steps):
            return
        for step in steps:
            pointer = node.grow(("Pointer",))
            for name, text in zip(_POINTER, step.group("section", "number", "tag") if step else (), strict=True):
                if text:
                    pointer.make(name).put(text)


_POINTER = ("DocumentSectionCode", "SequenceNumeric", "TagID")

WCO_MOMENT = _WcoMoment()
CHAIN = _Chain()


def amount(name: str, address: str) -> Line:
    """Return the line of an amount with its currency beside it."""
    return part(name, address, Amount, leaf("value", "", DECIMAL), leaf("currency", "@currencyID"))


def measure(name: str, address: str) -> Line:
    """Return the line of a quantity with its unit beside it."""
    return part(name, address, Measure, leaf("value", "", DECIMAL), leaf("unit", "@unitCode"))


def mass(name: str, address: str) -> tuple[Line, Line]:
    """Return the lines of a mass, in kilograms where it names no unit."""
    return (
        part(name, f"{address}[!@unitCode]", Measure, const("unit", KILOGRAM), leaf("value", "", DECIMAL)),
        measure(name, address),
    )


def plain_mass(name: str, address: str) -> Line:
    """Return the line of a mass in kilograms that never names its unit."""
    return part(name, address, Measure, const("unit", KILOGRAM), leaf("value", "", DECIMAL))
