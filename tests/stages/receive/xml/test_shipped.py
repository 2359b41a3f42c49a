"""Test the published samples of the WCO Data Model and of NCTS: what is read, and that nothing raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Authorisation,
    Commodity,
    Consignment,
    Declaration,
    Document,
    GoodsItem,
    Location,
    Measure,
    Message,
    MovementStep,
    Packaging,
    Party,
    Response,
    ResponseError,
    ResponseStatus,
    Seal,
    TransitMovement,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.ncts import MOVEMENTS
from tidewaiter.stages.receive.xml.ncts_writing import Envelope, write_answer, write_movement
from tidewaiter.stages.receive.xml.schemas import Schemas
from tidewaiter.stages.receive.xml.wco import write_declaration, write_response

ReadXml = Callable[..., list[receive.Reading]]
DATA = Path(__file__).parents[5] / "shared" / "data"
WCO, NCTS = DATA / "wco-dms", DATA / "ncts-p6"
needs_wco = pytest.mark.skipif(not WCO.exists(), reason=f"the WCO samples are not at {WCO}")
needs_ncts = pytest.mark.skipif(not NCTS.exists(), reason=f"the NCTS samples are not at {NCTS}")
SAMPLES = sorted(DATA.glob("wco-dms/samples/*.xml")) + sorted(DATA.glob("ncts-p6/samples/*.xml"))
ENVELOPE = Envelope("NTA.QQ", "NTA.NO", "M-1", datetime(2026, 3, 4, tzinfo=UTC))


def _sample(folder: Path, part: str) -> bytes:
    """Return the one sample whose name holds a part."""
    (found,) = (file for file in (folder / "samples").iterdir() if part in file.name)
    return found.read_bytes()


def _files(folder: Path) -> dict[str, bytes]:
    """Return the schemas of a folder."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.xsd")}


def _first(element: etree._Element, *names: str) -> etree._Element:
    """Return the first element with one of the local names."""
    return next(one for one in element.iter() if str(one.tag).rpartition("}")[2] in names)


@needs_wco
def every_wco_sample_is_read(read_xml: ReadXml) -> None:
    kinds: Counter[str] = Counter()
    for file in sorted((WCO / "samples").iterdir()):
        (one,) = read_xml(file.read_bytes())
        kinds[type(one.record).__name__] += 1
        codes = [fault.code for fault in one.faults]
        assert codes == (["unknown-message"] if isinstance(one.record, Message) else []), file.name
        if not isinstance(one.record, Message):
            assert isinstance(one.record, Declaration | Response)
            assert one.record.lrn, file.name
    assert kinds == {"Response": 50, "Declaration": 24, "Message": 6}


@needs_ncts
def every_ncts_sample_is_read(read_xml: ReadXml) -> None:
    for file in sorted((NCTS / "samples").iterdir()):
        (one,) = read_xml(file.read_bytes())
        assert isinstance(one.record, TransitMovement)
        assert one.faults == (), file.name
        assert one.record.lrn or one.record.mrn


@needs_wco
def a_sample_declaration_is_read_by_hand(read_xml: ReadXml) -> None:
    (one,) = read_xml(_sample(WCO, "TT_EX004a"))
    record = one.record
    assert isinstance(record, Declaration)
    assert (record.lrn, record.type, record.item_count, record.packages) == ("TTEX004a_1010WE", "EXY", 2, 2)
    assert {party.role: party.id for party in record.parties} == {
        "exporter": "GB896458895015",
        "declarant": "GB150454489082",
        "agent": "GB150454489082",
    }
    assert record.exit_office == "GB000051"
    assert [(one.type, one.holder) for one in record.authorisations] == [("SDE", "GB150454489082")]
    first, second = record.items
    assert first.commodity is not None
    assert [code.id for code in first.commodity.classifications] == ["93019000", "4061"]
    assert first.statistical_value is not None
    assert first.statistical_value.value == Decimal(50000)
    assert (first.procedure, first.previous_procedure, first.additional_procedures) == ("10", "40", ("1CG",))
    assert [document.type for document in second.documents] == ["512", "903", "935", "020", "002", "104"]
    written_off = second.documents[4].written_off
    assert written_off is not None
    assert (written_off.value, written_off.unit) == (Decimal("102.00"), "KGM#G")


@needs_wco
def a_sample_amendment_is_read_by_hand(read_xml: ReadXml) -> None:
    (one,) = read_xml(_sample(WCO, "Complex_Multi_Amendment"))
    record = one.record
    assert isinstance(record, Declaration)
    assert (record.function, record.mrn, record.type, record.packages) == ("4", "25GB3POHWIVZSF9AR0", None, 53)
    assert [(one.reason, one.location) for one in record.amendments][:2] == [
        ("28", "42A[1].146"),
        ("29", "42A[1]/57A[2].R031"),
    ]
    assert record.items[0].packaging[0].quantity == 53


@needs_wco
def a_sample_response_is_read_by_hand(read_xml: ReadXml) -> None:
    (one,) = read_xml(_sample(WCO, "TT_IM033b__Example_Notifications__06"))
    record = one.record
    assert isinstance(record, Response)
    assert (record.function, record.mrn) == ("13", "21GB5F2VTXZ3KTZZR2")
    assert record.issued == datetime(2021, 5, 17, 12, 45, 53, tzinfo=UTC)
    (item,) = record.items
    assert [(tax.type, tax.rate, tax.payable and tax.payable.value) for tax in item.duty_taxes] == [
        ("A00", Decimal("2.00"), Decimal("19.96")),
        ("B00", Decimal("20.00"), Decimal("203.59")),
    ]


@needs_ncts
def a_sample_transit_declaration_is_read_by_hand(read_xml: ReadXml) -> None:
    (one,) = read_xml(_sample(NCTS, "cc015c-valid-2"))
    record = one.record
    assert isinstance(record, TransitMovement)
    assert (record.lrn, record.departure_office, record.destination_office) == ("MDTP-18", "XI000081", "GB000120")
    assert record.transit_offices == ("GB000060",)
    assert record.principal is not None
    assert record.principal.id == "XI985524247819"
    (house,) = record.houses
    (item,) = house.items
    assert item.equipment == ("CSQU3054383",)
    assert item.commodity is not None
    assert [one.un_number for one in item.commodity.dangerous_goods] == ["0004"]


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES, reason=f"the samples are not below {DATA}")
def no_sample_raises_when_it_is_cut_off(read_xml: ReadXml) -> None:
    read = 0
    for file in SAMPLES:
        raw = file.read_bytes()
        for end in range(0, len(raw.rstrip()) - 1, 50):
            for one in read_xml(raw[:end]):
                assert one.faults
                read += 1
    assert read > 9_000


@needs_wco
def what_is_written_of_a_sample_is_read_the_same_and_keeps_the_schema(read_xml: ReadXml) -> None:
    schemas = Schemas({"wco": _files(WCO / "xsd" / "schemas")})
    for file in sorted((WCO / "samples").iterdir()):
        (one,) = read_xml(file.read_bytes())
        if isinstance(one.record, Declaration):
            written = write_declaration(one.record)
        elif isinstance(one.record, Response):
            written = write_response(one.record)
        else:
            continue
        (back,) = read_xml(written, schemas)
        assert back.record == one.record, file.name
        assert back.faults == (), file.name
        message = _first(etree.fromstring(written), "Declaration", "Response")
        assert schemas.of(str(message.tag).rpartition("}")[2]), "there is a schema that it was held against"


@needs_ncts
def what_is_written_of_a_valid_sample_keeps_the_schema(read_xml: ReadXml) -> None:
    schemas = Schemas({"ncts": _files(NCTS / "xsd")})
    for name in ("cc015c-valid.xml", "cc015c-valid-2.xml"):
        (one,) = read_xml(_sample(NCTS, name), schemas)
        assert one.faults == ()
        assert isinstance(one.record, TransitMovement)
        (back,) = read_xml(write_movement(one.record, "CC015C", ENVELOPE), schemas)
        assert (back.record, back.faults) == (one.record, ())


@needs_ncts
@pytest.mark.parametrize("code", sorted(MOVEMENTS))
def the_schema_of_every_movement_message_is_there_or_is_of_phase_five_or_between_offices(code: str) -> None:
    assert (NCTS / "xsd" / f"{code.lower()}.xsd").exists() or code in {"CC140C", "CC141C", "CD118C"}


AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ARRIVAL = TransitMovement(
    mrn="24NO00000000000017",
    issued=AT,
    destination_office="SE000002",
    simplified=False,
    authorisations=(Authorisation(type="C522", number="QQ-1"),),
    trader=Party(role="consignee", id="SE555"),
    steps=(MovementStep(type="arrival", office="SE000002", at=AT),),
    consignment=Consignment(level="master", goods_location=Location(type="A", qualifier="V", id="SE000002")),
)
UNLOADED = TransitMovement(
    mrn="24NO00000000000017",
    issued=AT,
    destination_office="SE000002",
    trader=Party(role="consignee", id="SE555"),
    steps=(
        MovementStep(
            type="unloading",
            office="SE000002",
            at=datetime(2026, 3, 4, tzinfo=UTC),
            result="not conform",
            complete=True,
            seals_intact=True,
            remarks="One package short",
            seals=(Seal(id="S-1"),),
        ),
    ),
    consignment=Consignment(
        level="master",
        gross_mass=Measure(value=Decimal(90), unit="KGM"),
        equipment=(TransportEquipment(id="CSQU3054383", seals=(Seal(id="S-1"),)),),
        transport_means=(TransportMeans(stage="departure", id="AB12345", id_type="PLATE", nationality="NO"),),
    ),
    houses=(
        Consignment(
            level="house",
            items=(
                GoodsItem(
                    sequence=1,
                    commodity=Commodity(description="Woollen yarn", gross_mass=Measure(value=Decimal(90), unit="KGM")),
                    packaging=(Packaging(type="CT", quantity=4, marks="YARN"),),
                    documents=(Document(type="N380", number="F-1", category="reference"),),
                ),
            ),
        ),
    ),
)
REJECTED = Response(
    reference="M-9",
    type="CC056C",
    issued=AT,
    sender="NTA.QQ",
    recipient="NTA.NO",
    result="rejected",
    lrn="T-77",
    message="M-1",
    message_type="CC015C",
    office="NO000001",
    statuses=(ResponseStatus(code="12", at=AT),),
    errors=(ResponseError(code="STR-003", reason="13", location="/CC015C/Consignment/grossMass"),),
)
ANSWER = Response(
    type="RES",
    function="03",
    result="rejected",
    reference="A-1",
    issued=AT,
    lrn="LRN-7",
    mrn="24NO00000000000017",
    errors=(ResponseError(code="ARI-001", text="Too heavy", location="42A/67A/68A[2]/23A/65A.126"),),
    statuses=(ResponseStatus(code="39", at=AT),),
    additional_information=(AdditionalInformation(type="AFB", code="A2"),),
)


@needs_ncts
@pytest.mark.parametrize(("record", "code"), [(ARRIVAL, "CC007C"), (UNLOADED, "CC044C")], ids=["CC007C", "CC044C"])
def a_movement_that_is_written_keeps_the_schema(read_xml: ReadXml, record: TransitMovement, code: str) -> None:
    schemas = Schemas({"ncts": _files(NCTS / "xsd")})
    assert schemas.of(code)
    (back,) = read_xml(write_movement(record, code, ENVELOPE), schemas)
    assert (back.record, back.faults) == (record, ())


@needs_ncts
@pytest.mark.parametrize("code", ["CC056C", "CC057C"])
def a_rejection_that_is_written_keeps_the_schema(read_xml: ReadXml, code: str) -> None:
    """A rejection at the destination names the number that customs gave alone, and the trader there."""
    schemas = Schemas({"ncts": _files(NCTS / "xsd")})
    there = {"lrn": None, "trader": Party(role="consignee", id="SE555")} if code == "CC057C" else {}
    record = replace(REJECTED, type=code, mrn="24NO00000000000017", **there)
    (back,) = read_xml(write_answer(record), schemas)
    assert (back.record, back.faults) == (record, ())


@needs_wco
def a_response_that_is_written_keeps_the_schema(read_xml: ReadXml) -> None:
    schemas = Schemas({"wco": _files(WCO / "xsd" / "schemas")})
    (back,) = read_xml(write_response(ANSWER), schemas)
    assert (back.record, back.faults) == (ANSWER, ())
