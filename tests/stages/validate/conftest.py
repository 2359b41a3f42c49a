"""Give the rules' tests clean records of every kind, and a way to change one field of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from tidewaiter.kernel.codes import Codes, Entry
from tidewaiter.kernel.codes.model import CodeList, fingerprint
from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.records.kinds import decode
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate import Checker

TODAY = date(2021, 7, 1)

ITEM: dict[str, Any] = {
    "sequence": 1,
    "commodity": {
        "description": "Men's cotton shirts, knitted",
        "classifications": [{"id": "610510", "type": "HS"}],
        "grossMass": {"value": "110", "unit": "KGM"},
        "netMass": {"value": "100", "unit": "KGM"},
        "tariffQuantity": {"value": "400", "unit": "NAR"},
        "gtin": "4006381333931",
    },
    "customsValue": {"value": "2000", "currency": "EUR"},
    "invoiceAmount": {"value": "1900", "currency": "EUR"},
    "origin": "CN",
    "packaging": [{"type": "CT", "quantity": 10, "marks": "A-1 to A-10"}],
    "dutyTaxes": [
        {
            "type": "A",
            "rate": "12",
            "base": {"value": "2000", "currency": "EUR"},
            "assessed": {"value": "240", "currency": "EUR"},
        }
    ],
    "documents": [{"type": "N954", "number": "C-17", "issued": "2021-05-01", "expires": "2021-12-31"}],
    "equipment": ["CSQU3054383"],
    "ucr": "1CN12345-REF",
}

CONSIGNMENT: dict[str, Any] = {
    "transportDocument": {"type": "741", "number": "020-12345675"},
    "level": "master",
    "containerIndicator": True,
    "loading": {"code": "CNSGH", "country": "CN", "at": "2021-05-01T00:00:00Z"},
    "unloading": {"code": "NLRTM", "country": "NL", "at": "2021-06-01T00:00:00Z"},
    "departureCountry": "CN",
    "transportMeans": [
        {"stage": "border", "mode": "1", "id": "9074729", "idType": "IMO", "name": "Ship", "nationality": "PA"}
    ],
    "grossMass": {"value": "110", "unit": "KGM"},
    "packages": 10,
    "equipment": [
        {
            "id": "CSQU3054383",
            "sizeType": "22G1",
            "fullness": "full",
            "tare": {"value": "2200", "unit": "KGM"},
            "grossMass": {"value": "110", "unit": "KGM"},
            "verifiedGrossMass": {"value": "2310", "unit": "KGM"},
        }
    ],
    "toOrder": True,
    "parties": [{"role": "notify", "name": "A"}],
}

BASES: dict[str, dict[str, Any]] = {
    "declaration": {
        "kind": "Declaration",
        "function": "9",
        "lrn": "LRN-1",
        "mrn": "21NL00039612345678",
        "type": "IM",
        "issued": "2021-06-01T10:00:00Z",
        "accepted": "2021-06-02T10:00:00Z",
        "office": "NL000396",
        "itemCount": 1,
        "invoiceAmount": {"value": "1900", "currency": "EUR"},
        "grossMass": {"value": "110", "unit": "KGM"},
        "packages": 10,
        "parties": [
            {"role": "importer", "id": "NL4495445B01", "scheme": "VAT", "address": {"country": "NL"}},
            {"role": "declarant", "id": "NL123456789", "scheme": "EORI"},
            {"role": "seller", "id": "213800KUD8LAJWSQ9D15", "scheme": "LEI"},
        ],
        "goodsShipment": {
            "exportCountry": "CN",
            "destinationCountry": "NL",
            "tradeTerms": {"code": "FOB", "edition": "2020"},
            "invoices": [{"number": "I1", "amount": {"value": "1900", "currency": "EUR"}}],
            "consignment": CONSIGNMENT,
            "items": [ITEM],
        },
    },
    "cargo": {
        "kind": "CargoReport",
        "lrn": "C1",
        "function": "9",
        "transportMeans": {"mode": "1", "id": "244670316", "idType": "MMSI"},
        "call": {"code": "NLRTM"},
        "consignments": [{**CONSIGNMENT, "items": [ITEM]}],
    },
    "transit": {
        "kind": "TransitMovement",
        "lrn": "T1",
        "type": "T1",
        "issued": "2021-06-01T00:00:00Z",
        "timeLimit": "2021-06-09T00:00:00Z",
        "departureOffice": "NL000396",
        "destinationOffice": "DE004851",
        "seals": [{"id": "S1"}],
        "steps": [
            {"type": "departure", "seals": [{"id": "S1"}]},
            {"type": "incident", "seals": [{"id": "S2"}]},
            {"type": "arrival", "seals": [{"id": "S2", "condition": "intact"}], "remarks": "Nothing to say."},
            {"type": "discharge"},
        ],
    },
    "event": {
        "kind": "Event",
        "type": "equipment",
        "classifier": "actual",
        "at": "2021-06-01T00:00:00Z",
        "equipment": "CSQU3054383",
        "place": {"code": "NLRTM"},
        "latitude": 51.95,
        "longitude": 4.14,
    },
    "journey": {
        "kind": "Journey",
        "reference": "R1",
        "itinerary": [{"origin": {"code": "AMS"}, "destination": {"code": "LHR"}}],
        "travellers": [{"nationality": "NLD", "birthDate": "1980-01-01", "documents": [{"number": "NXB1234567"}]}],
    },
    "outcome": {"kind": "Outcome", "declaration": "LRN-1", "result": "conform", "controlled": "2021-06-03T00:00:00Z"},
    "intelligence": {"kind": "Intelligence", "text": "Something.", "handling": "H1"},
}

Make = Callable[..., AnyRecord]


def made(base: str, edits: Mapping[str, Any] | None = None) -> AnyRecord:
    """Return a clean record with fields changed: JSON pointer without its first slash → value, None to remove."""
    data = copy.deepcopy(BASES[base])
    for path, value in (edits or {}).items():
        *way, last = path.split("/")
        spot: Any = data
        for step in way:
            spot = spot[int(step)] if isinstance(spot, list) else spot.setdefault(step, {})
        if value is None:
            spot.pop(last, None)
        elif isinstance(spot, list):
            spot[int(last) :] = [value]
        else:
            spot[last] = value
    return decode(json.dumps(data).encode())


@pytest.fixture(scope="session")
def make() -> Make:
    """Return `made`."""
    return made


def listed(list_id: str, edition: str, *codes: str, valid_from: date | None = None) -> CodeList:
    """Return a small loaded list."""
    entries = {code: Entry(code) for code in codes}
    return CodeList(
        id=list_id,
        edition=edition,
        valid_from=valid_from,
        source="test",
        licence="none",
        sha256=fingerprint(entries),
        entries=entries,
    )


@pytest.fixture(scope="session")
def checker() -> Checker:
    """Return a checker with two editions of a small HS list and a list of offices."""
    codes = Codes(
        (
            listed("hs", "2017", "610510", "010121", "854081", "930400", "361000", valid_from=date(2017, 1, 1)),
            listed("hs", "2022", "610510", "010121", "854352", "930400", valid_from=date(2022, 1, 1)),
            listed("office", "1", "NL000396", "DE004851"),
        )
    )
    return Checker(codes, today=TODAY, settings=Settings())


@pytest.fixture(scope="session")
def bare() -> Checker:
    """Return a checker with the built-in lists alone."""
    return Checker(Codes(), today=TODAY, settings=Settings())
