"""Gather what a declaration or a cargo report states of one consignment, to compare the two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from tidewaiter.kernel.codes import ALIASES, BULK
from tidewaiter.kernel.records import (
    AnyRecord,
    CargoReport,
    Consignment,
    Declaration,
    Document,
    GoodsItem,
    Location,
    Measure,
)
from tidewaiter.stages.validate.rules._quantities import kilograms

NUMBER_CHARACTERS_MIN = 5
"""Shortest number of a transport document that can tell consignments apart, in letters and digits."""

NUMBER_CHARACTERS_MAX = 80
"""How much of a number counts, in letters and digits."""

TRANSPORT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "703": "house waybill",
        "704": "master bill of lading",
        "705": "bill of lading",
        "706": "bill of lading, original",
        "707": "bill of lading, copy",
        "708": "bill for an empty container",
        "709": "tanker bill of lading",
        "710": "sea waybill",
        "711": "inland waterway bill of lading",
        "712": "sea transport document that is not negotiable",
        "714": "house bill of lading",
        "720": "rail consignment note",
        "722": "road list of the eastern railways",
        "730": "road consignment note",
        "740": "air waybill",
        "741": "master air waybill",
        "743": "substitute air waybill",
        "750": "despatch note for parcels",
        "760": "multimodal transport document",
        "761": "through bill of lading",
        "763": "forwarder's certificate of transport",
    }
)
"""UN/EDIFACT 1001 code → transport document that goods are carried under."""

MASTER_TYPES = frozenset(("704", "741"))
"""Those of them that are documents at master level."""

_HEADING_DIGITS = 4
_UNSAID = re.compile(r"[^0-9A-Z]")
_SAME_CITY = frozenset(frozenset((place, meant)) for (place, _), meant in ALIASES.items())


class Stated(NamedTuple):
    """A quantity, and the JSON pointer, without its first slash, of the field that states it."""

    value: Decimal
    path: str


class Side(NamedTuple):
    """What one document states of a consignment; None or empty where it says nothing.

    `packages` counts, `mass` is gross in kilograms. `containers`, `goods` (four-digit headings), `loading` and
    `unloading` (UN/LOCODE) map each value to the pointer of its field.
    """

    packages: Stated | None
    mass: Stated | None
    containers: Mapping[str, str]
    goods: Mapping[str, str]
    loading: Mapping[str, str]
    unloading: Mapping[str, str]


class Named(NamedTuple):
    """A transport document as a record names it: its number in letters and digits, issuer and type."""

    number: str
    issuer: str
    type: str


def named(document: Document | None) -> Named | None:
    """Return a transport document by what tells it apart; None where it has no number that could."""
    if document is None or document.number is None:
        return None
    number = _UNSAID.sub("", document.number.upper())[:NUMBER_CHARACTERS_MAX]
    if len(number) < NUMBER_CHARACTERS_MIN or number.isalpha():
        return None
    return Named(number, _UNSAID.sub("", (document.issuer or "").upper()), _type(document))


def declared_documents(declaration: Declaration) -> dict[str, Named]:
    """Return number → transport document of every one that a declaration names."""
    found: dict[str, Named] = {}
    shipment = declaration.goods_shipment
    if shipment is not None and shipment.consignment is not None:
        _note(found, named(shipment.consignment.transport_document))
        _note(found, named(shipment.consignment.master_document))
    for document in _documents(declaration):
        if _type(document) in TRANSPORT_TYPES:
            _note(found, named(document))
    return found


def transport_documents(record: AnyRecord) -> tuple[str, ...]:
    """Return the numbers, in letters and digits, of the transport documents whose goods a record is about.

    Empty for kinds that are about none. A declaration and a cargo report of one consignment have one in common.
    """
    if type(record) is Declaration:
        return tuple(declared_documents(record))
    if type(record) is CargoReport:
        found = (named(one.transport_document) for one in record.consignments)
        return tuple(dict.fromkeys(one.number for one in found if one is not None))
    return ()


def of_declaration(declaration: Declaration) -> Side:
    """Return what a declaration states: its header before its consignment, that before the items' sums."""
    shipment = declaration.goods_shipment
    travelling = shipment.consignment if shipment is not None else None
    packages, mass = declaration.packages, kilograms(declaration.gross_mass)
    base, inside = "goodsShipment/items", "goodsShipment/consignment"
    items = declaration.items
    loose = _loose(items)
    side = of_consignment(travelling, inside, items=items, base=base) if travelling is not None else None
    if packages is not None and not loose:
        counted: Stated | None = Stated(Decimal(packages), "packages")
    else:
        counted = side.packages if side is not None else _counted(items, base)
    weighed = Stated(mass, "grossMass/value") if mass is not None else side.mass if side else _weighed(items, base)
    return Side(
        packages=counted,
        mass=weighed,
        containers=side.containers if side is not None else _containers(None, items, inside, base),
        goods=_goods(items, base),
        loading=side.loading if side is not None else {},
        unloading=side.unloading if side is not None else {},
    )


def of_consignment(
    consignment: Consignment, at: str, *, items: Sequence[GoodsItem] | None = None, base: str | None = None
) -> Side:
    """Return what a consignment at a pointer states; `items`, at `base`, are its goods where they stand elsewhere."""
    if items is None or base is None:
        items, base = consignment.items, f"{at}/items"
    mass = kilograms(consignment.gross_mass)
    stated = consignment.packages if not _loose(items) else None
    return Side(
        packages=_counted(items, base) if stated is None else Stated(Decimal(stated), f"{at}/packages"),
        mass=_weighed(items, base) if mass is None else Stated(mass, f"{at}/grossMass/value"),
        containers=_containers(consignment, items, at, base),
        goods=_goods(items, base),
        loading=_place(consignment.loading, f"{at}/loading/code"),
        unloading=_place(consignment.unloading, f"{at}/unloading/code"),
    )


def together(sides: Sequence[Side]) -> Side:
    """Return what several documents state together: sums and unions, and nothing where one of them is silent."""
    if len(sides) == 1:
        return sides[0]
    return Side(
        packages=_sum([side.packages for side in sides]),
        mass=_sum([side.mass for side in sides]),
        containers=_union([side.containers for side in sides]),
        goods=_union([side.goods for side in sides]),
        loading=_union([side.loading for side in sides]),
        unloading=_union([side.unloading for side in sides]),
    )


def same_place(one: str, other: str) -> bool:
    """Say whether two UN/LOCODE may mean one place: the same, or port and airport of one city."""
    return one == other or frozenset((one, other)) in _SAME_CITY


def _type(document: Document) -> str:
    """Return a document's UN/EDIFACT 1001 code; the European N before it is left out."""
    return (document.type or "").upper().removeprefix("N")


def _documents(declaration: Declaration) -> Iterator[Document]:
    """Yield the documents that a declaration names besides its consignment's own."""
    yield from declaration.documents
    if declaration.goods_shipment is not None:
        yield from declaration.goods_shipment.previous_documents
        for item in declaration.goods_shipment.items:
            yield from item.documents


def _note(found: dict[str, Named], document: Named | None) -> None:
    """Add a document, where there is one; the first of a number counts."""
    if document is not None:
        found.setdefault(document.number, document)


def _loose(items: Sequence[GoodsItem]) -> bool:
    """Say whether some of the goods travel in bulk, where packages are not counted alike."""
    return any(packaging.type in BULK for item in items for packaging in item.packaging)


def _counted(items: Sequence[GoodsItem], base: str) -> Stated | None:
    """Add up the packages, where every item states its own and none is in bulk."""
    total = 0
    for item in items:
        if not item.packaging:
            return None
        for packaging in item.packaging:
            if not packaging.quantity or packaging.type in BULK:
                return None
            total += packaging.quantity
    return Stated(Decimal(total), base) if items else None


def _weighed(items: Sequence[GoodsItem], base: str) -> Stated | None:
    """Add up the gross masses, where every item states its own."""
    masses: list[Measure | None] = [item.commodity.gross_mass if item.commodity else None for item in items]
    total = Decimal(0)
    for mass in map(kilograms, masses):
        if mass is None:
            return None
        total += mass
    return Stated(total, base) if items else None


def _containers(consignment: Consignment | None, items: Sequence[GoodsItem], at: str, base: str) -> dict[str, str]:
    """Return the containers that a consignment, or its items, name."""
    found: dict[str, str] = {}
    equipment = consignment.equipment if consignment is not None else ()
    for place, one in enumerate(equipment):
        _say(found, one.id, f"{at}/equipment/{place}/id")
    for place, item in enumerate(items):
        for number, box in enumerate(item.equipment):
            _say(found, box, f"{base}/{place}/equipment/{number}")
    return found


def _goods(items: Sequence[GoodsItem], base: str) -> dict[str, str]:
    """Return the headings of goods, nothing where an item has no code."""
    found: dict[str, str] = {}
    for place, item in enumerate(items):
        codes = item.commodity.classifications if item.commodity is not None else ()
        code = codes[0].id if codes else None
        if code is None or len(code) < _HEADING_DIGITS or not code.isdigit():
            return {}
        found.setdefault(code[:_HEADING_DIGITS], f"{base}/{place}/commodity/classifications/0/id")
    return found


def _place(location: Location | None, path: str) -> dict[str, str]:
    """Return the code of a place."""
    found: dict[str, str] = {}
    _say(found, location.code if location is not None else None, path)
    return found


def _say(found: dict[str, str], value: str | None, path: str) -> None:
    """Add a value in capital letters and digits, where there is one."""
    text = _UNSAID.sub("", value.upper()) if value else ""
    if text:
        found.setdefault(text, path)


def _sum(stated: Sequence[Stated | None]) -> Stated | None:
    """Add up quantities; None where one is not stated."""
    total, path = Decimal(0), ""
    for one in stated:
        if one is None:
            return None
        total += one.value
        path = path or one.path
    return Stated(total, path)


def _union(values: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Put values together; none where one of the documents has none."""
    found: dict[str, str] = {}
    for some in values:
        if not some:
            return {}
        for value, path in some.items():
            found.setdefault(value, path)
    return found
