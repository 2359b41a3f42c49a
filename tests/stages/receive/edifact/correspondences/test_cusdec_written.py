"""Prove that declarations of goods are read again as they were written, whatever they hold."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Address,
    Amount,
    AnyRecord,
    Classification,
    Commodity,
    Consignment,
    Contact,
    Declaration,
    Document,
    DutyTax,
    GoodsItem,
    GoodsShipment,
    Guarantee,
    Invoice,
    Location,
    Measure,
    Packaging,
    Party,
    Seal,
    TradeTerms,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive import Reading

T = TypeVar("T")
Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

WORDS = st.text(string.ascii_uppercase + "'+:?Åß", min_size=1, max_size=12)
CODES = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=10)
LANDS = st.sampled_from(("DE", "IN", "ZA"))
PORTS = st.sampled_from(("DEHAM", "INNSA", "ZADUR"))
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds of a strategy have no zone
    lambda at: at.replace(microsecond=0)
)
NUMBERS = st.decimals(0, 10**9, places=2)
AMOUNTS = st.builds(Amount, value=NUMBERS, currency=st.sampled_from(("EUR", "ZAR")))
MASSES = st.builds(Measure, value=NUMBERS, unit=st.just("KGM"))


def _maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def _some(strategy: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


ADDRESSES = st.builds(
    Address, line=WORDS, city=_maybe(WORDS), postcode=_maybe(CODES), region=_maybe(st.just("HH")), country=_maybe(LANDS)
)


def _parties(*roles: str) -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        role=st.sampled_from(roles),
        id=CODES,
        scheme=_maybe(st.sampled_from(("EORI", "VAT", "LEI"))),
        name=_maybe(WORDS),
        address=_maybe(ADDRESSES),
        contact=_maybe(st.builds(Contact, name=WORDS, phone=_maybe(CODES), email=_maybe(WORDS))),
    )


PLACES = st.builds(Location, code=PORTS, name=_maybe(WORDS), id=_maybe(CODES))
DOCUMENTS = st.builds(
    Document,
    type=st.sampled_from(("271", "861", "911")),
    name=_maybe(WORDS),
    number=CODES,
    exemption=_maybe(st.just("AC")),
    issued=_maybe(DAYS),
    expires=_maybe(DAYS),
)
STATEMENTS = st.one_of(
    st.builds(AdditionalInformation, type=st.just("7"), code=st.text(string.digits, min_size=1, max_size=3)),
    st.builds(AdditionalInformation, type=st.sampled_from(("ACB", "CUS")), code=_maybe(CODES), text=WORDS),
)
ITEMS = st.builds(
    GoodsItem,
    sequence=st.integers(1, 999),
    commodity=st.builds(
        Commodity,
        description=st.lists(WORDS, min_size=1, max_size=40).map(" ".join),
        classifications=_some(
            st.builds(
                Classification,
                id=st.text(string.digits, min_size=6, max_size=10),
                type=_maybe(st.sampled_from(("HS", "CN", "TSP"))),
            )
        ),
        gross_mass=_maybe(MASSES),
        net_mass=_maybe(MASSES),
        tariff_quantity=_maybe(st.builds(Measure, value=NUMBERS, unit=st.just("NAR"))),
    ),
    procedure=st.just("40"),
    previous_procedure=_maybe(st.sampled_from(("00", "71"))),
    additional_procedures=_some(st.sampled_from(("000", "C07", "F15"))),
    preference=_maybe(st.just("100")),
    transaction_nature=_maybe(st.just("11")),
    valuation_method=_maybe(st.just("1")),
    origin=_maybe(LANDS),
    preferential_origin=_maybe(LANDS),
    export_country=_maybe(LANDS),
    destination_country=_maybe(LANDS),
    customs_value=_maybe(AMOUNTS),
    statistical_value=_maybe(AMOUNTS),
    invoice_amount=_maybe(AMOUNTS),
    packaging=_some(
        st.builds(Packaging, quantity=st.integers(1, 9999), type=_maybe(st.just("CT")), marks=_maybe(WORDS))
    ),
    equipment=_some(st.just("MSKU0000011")),
    ucr=_maybe(CODES),
    previous_documents=_some(st.builds(Document, number=CODES, item=_maybe(st.integers(1, 99)))),
    documents=_some(DOCUMENTS),
    parties=_some(st.builds(Party, role=st.sampled_from(("buyer", "consignee")), id=CODES, name=_maybe(WORDS))),
    duty_taxes=_some(
        st.builds(
            DutyTax,
            type=st.sampled_from(("CUD", "VAT")),
            rate=_maybe(st.decimals(0, 99, places=2)),
            base=_maybe(AMOUNTS),
            assessed=_maybe(AMOUNTS),
            payment_method=_maybe(st.just("E")),
        )
    ),
    additional_information=_some(STATEMENTS).map(
        lambda found: tuple(sorted(found, key=lambda one: one.text is not None))
    ),
)
MEANS = st.builds(
    TransportMeans,
    stage=st.sampled_from(("departure", "arrival")),
    mode=st.just("3"),
    id=st.just("HH KL 71"),
    id_type=st.just("PLATE"),
    nationality=_maybe(LANDS),
)
BORDER = st.builds(
    TransportMeans,
    stage=st.just("border"),
    mode=st.just("1"),
    id=st.just("9074729"),
    id_type=st.just("IMO"),
    journey=_maybe(CODES),
    name=_maybe(WORDS),
    arrival=_maybe(MOMENTS),
    departure=_maybe(MOMENTS),
    office=_maybe(CODES),
)
STAGES = ("departure", "border", "arrival")
CONSIGNMENTS = st.builds(
    Consignment,
    transport_document=st.builds(Document, type=st.sampled_from(("705", "740")), number=CODES, issued=_maybe(DAYS)),
    master_document=_maybe(st.builds(Document, type=st.just("704"), number=CODES)),
    loading=_maybe(PLACES),
    unloading=_maybe(PLACES),
    goods_location=_maybe(PLACES),
    itinerary=_some(st.builds(Location, code=PORTS, role=st.sampled_from(("entry", "last")))),
    freight=_maybe(AMOUNTS),
    equipment=_some(
        st.builds(
            TransportEquipment,
            id=st.just("MSKU0000011"),
            size_type=_maybe(st.just("22G1")),
            fullness=_maybe(st.sampled_from(("full", "empty"))),
            seals=_some(st.builds(Seal, id=CODES, party=_maybe(st.just("CA")))),
        ),
        1,
    ),
    transport_means=st.tuples(_some(MEANS), _some(BORDER, 1)).map(
        lambda found: tuple(sorted((*found[0], *found[1]), key=lambda one: STAGES.index(one.stage or "")))
    ),
    parties=_some(_parties("consignor", "consignee", "notify", "carrier")),
)
DECLARATIONS = st.builds(
    Declaration,
    type=st.sampled_from(("IMA", "EXA")),
    lrn=CODES,
    mrn=_maybe(CODES),
    function=_maybe(st.sampled_from(("1", "4", "9"))),
    issued=_maybe(MOMENTS),
    accepted=_maybe(MOMENTS),
    office=_maybe(CODES),
    exit_office=_maybe(CODES),
    supervising_office=_maybe(CODES),
    item_count=_maybe(st.integers(0, 999)),
    packages=_maybe(st.integers(0, 9999)),
    gross_mass=_maybe(MASSES),
    invoice_amount=_maybe(AMOUNTS),
    guarantees=_some(st.builds(Guarantee, reference=CODES)),
    documents=_some(DOCUMENTS),
    parties=_some(_parties("importer", "exporter", "declarant", "agent", "buyer", "seller"), 3),
    additional_information=_some(STATEMENTS).map(
        lambda found: tuple(sorted(found, key=lambda one: one.text is not None))
    ),
    goods_shipment=st.builds(
        GoodsShipment,
        export_country=_maybe(LANDS),
        destination_country=_maybe(LANDS),
        transaction_nature=_maybe(st.just("11")),
        ucr=_maybe(CODES),
        trade_terms=_maybe(st.builds(TradeTerms, code=st.just("CIF"), place=_maybe(WORDS))),
        previous_documents=_some(st.builds(Document, number=CODES, issued=_maybe(DAYS))),
        invoices=_some(st.builds(Invoice, number=CODES, issued=_maybe(MOMENTS), amount=_maybe(AMOUNTS))),
        consignment=CONSIGNMENTS,
        items=_some(ITEMS, 3),
    ),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(DECLARATIONS)
def what_is_written_is_read_again(read: Read, write: Write, declaration: Declaration) -> None:
    (one,) = read(write("CUSDEC", [declaration]))
    assert one.faults == ()
    assert one.record == declaration
