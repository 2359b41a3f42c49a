"""Hold clean records of transit and of travellers, and list the clean letters of every form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace
from tests.playground.post.clean_letters import (
    ARRIVED,
    CALL,
    CARGO,
    DISCHARGED,
    EXPORT,
    FIRST,
    GATED,
    IMPORT,
    LOADED,
    OUTCOME,
    SELLER_ADDRESS,
    SELLER_NAME,
    at,
    kilograms,
    money,
)

from tidewaiter.kernel.records import (
    Address,
    AnyRecord,
    Baggage,
    Classification,
    Commodity,
    Consignment,
    Contact,
    Document,
    GoodsItem,
    Guarantee,
    Journey,
    Leg,
    Location,
    MovementStep,
    Packaging,
    Party,
    Seal,
    TransitMovement,
    TransportEquipment,
    TransportMeans,
    Traveller,
)

MRN = "26NL000510ABCDEF18"
PRINCIPAL = Party(
    role="principal",
    id="NL123456789",
    name="Waal Forwarding B.V.",
    address=Address(line="Kade 1", city="Rotterdam", postcode="3011AA", country="NL"),
)
TRADER = Party(role="consignee", id="CHE123456789")
BOX = TransportEquipment(id=FIRST, seals=(Seal(id="SL100200"),))
LORRY = TransportMeans(stage="departure", mode="3", id="12BVX3", id_type="PLATE", nationality="NL")
BORDER = TransportMeans(stage="border", mode="3", id="12BVX3", id_type="PLATE", nationality="NL", office="DE005304")


def whole(**said: object) -> TransitMovement:
    """Return a movement as it is declared, with what a message says of it besides."""
    goods = GoodsItem(
        sequence=1,
        commodity=Commodity(
            description="T-shirts of cotton",
            classifications=(Classification(type="HS", id="610910"),),
            gross_mass=kilograms("5150.0"),
            net_mass=kilograms("4800.0"),
        ),
        packaging=(Packaging(type="CT", quantity=300, marks="YC 1-300"),),
        equipment=(FIRST,),
    )
    declared = {
        "lrn": "NL26000T0001",
        "type": "T1",
        "additional_type": "A",
        "security": "0",
        "reduced_dataset": False,
        "binding_itinerary": False,
        "issued": at(8, 9),
        "principal": PRINCIPAL,
        "guarantees": (Guarantee(type="1", reference="26NL0000000000001", amount=money("10000.00", "EUR")),),
        "departure_office": "NL000510",
        "transit_offices": ("DE005304", "CH001621"),
        "destination_office": "CH001621",
        "consignment": Consignment(
            level="master",
            container_indicator=True,
            gross_mass=kilograms("5150.0"),
            departure_country="NL",
            destination_country="CH",
            equipment=(BOX,),
            transport_means=(LORRY, BORDER),
            loading=Location(code="NLRTM"),
            transport_document=Document(type="N730", number="CMR-77123"),
        ),
        "houses": (
            Consignment(
                level="house",
                gross_mass=kilograms("5150.0"),
                parties=(
                    Party(role="consignor", name=SELLER_NAME, address=SELLER_ADDRESS),
                    Party(
                        role="consignee",
                        name="Alpen Mode AG",
                        address=Address(line="Ring 4", city="Basel", postcode="4051", country="CH"),
                    ),
                ),
                items=(goods,),
            ),
        ),
    }
    return TransitMovement(**{**declared, **said})  # type: ignore[arg-type]  # fields of the struct by name


TRANSIT: Mapping[str, TransitMovement] = {
    "CC015C": whole(function="9"),
    "CC029C": whole(mrn=MRN, steps=(MovementStep(type="departure", office="NL000510", at=at(8), result="A3"),)),
    "CD118C": TransitMovement(
        mrn=MRN,
        issued=at(9, 4),
        departure_office="NL000510",
        steps=(MovementStep(type="passage", office="DE005304", at=at(9)),),
    ),
    "CC007C": TransitMovement(
        mrn=MRN,
        issued=at(10, 12),
        simplified=False,
        destination_office="CH001621",
        trader=TRADER,
        steps=(MovementStep(type="arrival", office="CH001621", at=at(10, 11, 20)),),
    ),
    "CC044C": TransitMovement(
        mrn=MRN,
        issued=at(10, 16),
        destination_office="CH001621",
        trader=TRADER,
        consignment=Consignment(level="master", gross_mass=kilograms("5150.0"), equipment=(BOX,)),
        steps=(
            MovementStep(
                type="unloading",
                office="CH001621",
                at=at(10),
                result="not conform",
                remarks="Eine Kiste fehlt",
                complete=True,
                seals_intact=True,
                seals=BOX.seals,
            ),
        ),
    ),
    "CC045C": TransitMovement(
        mrn=MRN,
        issued=at(11, 12),
        departure_office="NL000510",
        principal=PRINCIPAL,
        steps=(MovementStep(type="discharge", office="NL000510", at=at(11)),),
    ),
}
"""Message → what it says of one movement, from its declaration to its discharge."""

_LEG = Leg(
    carrier="TW",
    number="421",
    origin=Location(code="IST"),
    destination=Location(code="ACC"),
    departure=at(5, 18),
    arrival=at(6, 1, 30),
)
PASSPORT = Document(type="P", number="B1234567", expires=date(2030, 1, 1), issuer="VNM")
ON_BOARD = Journey(
    source="API",
    reference="TW0421-20260105",
    issued=at(5, 17, 40),
    itinerary=(replace(_LEG, number="0421", crosses=True),),
    travellers=(
        Traveller(
            role="passenger",
            family_name="NGUYEN",
            given_names="VAN AN",
            sex="M",
            birth_date=date(1984, 3, 9),
            nationality="VNM",
            documents=(PASSPORT,),
            seat="12A",
            reference="TW0000017",
            booking="ABC123",
            embarkation=Location(code="IST"),
            debarkation=Location(code="ACC"),
            baggage=(Baggage(pieces=2, mass=kilograms("41")),),
        ),
    ),
    contacts=(Contact(name="TIDE AIR", phone="0212-TEST-TR"),),
)
BOOKED = Journey(
    source="PNR",
    reference="ABC123",
    carrier="TW",
    booked=at(1, 10),
    flight=_LEG,
    itinerary=(_LEG,),
    travellers=(
        Traveller(
            role="passenger",
            family_name="NGUYEN",
            given_names="VAN AN",
            sex="M",
            birth_date=date(1984, 3, 9),
            nationality="VNM",
            documents=(PASSPORT,),
            reference="1",
            seat="12A",
            age_group="adult",
            tickets=("0001234567890",),
            baggage=(Baggage(pieces=2),),
        ),
    ),
    contacts=(Contact(phone="905551234567"),),
    payment="CC VI",
    agency=Party(role="agent", id="12345675"),
)

CLEAN: Mapping[str, tuple[tuple[str, AnyRecord], ...]] = {
    "csv": (("", IMPORT), ("", EXPORT)),
    "cusdec": (("", IMPORT), ("", EXPORT)),
    "wco": (("", IMPORT), ("", EXPORT)),
    "outcomes": (("", OUTCOME),),
    "cuscar": (("", CARGO),),
    "cusrep": (("", CALL),),
    "coarri": (("", DISCHARGED),),
    "codeco": (("", GATED),),
    "dcsa": (("", LOADED), ("", ARRIVED)),
    "ncts": tuple(TRANSIT.items()),
    "paxlst": (("", ON_BOARD),),
    "pnrgov": (("", BOOKED),),
}
"""Form → its clean letters: message, record."""
