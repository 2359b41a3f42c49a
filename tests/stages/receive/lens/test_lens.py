"""Prove that one table of lines reads a document and writes it, and tells where everything came from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tidewaiter.kernel.records import (
    CargoReport,
    Consignment,
    Document,
    Journey,
    Leg,
    Location,
    Measure,
    Message,
    Party,
    TransitMovement,
    TransportEquipment,
    TransportMeans,
    Traveller,
)
from tidewaiter.stages.receive.json.tree import JsonNode, json_node
from tidewaiter.stages.receive.lens import (
    DAY,
    DECIMAL,
    INTEGER,
    MOMENT,
    TEXT,
    BadValue,
    Codes,
    Flag,
    const,
    each,
    joined,
    key,
    leaf,
    lens,
    part,
    texts,
)
from tidewaiter.stages.receive.lens.address import parse, with_key, without_key

REPORT = lens(
    CargoReport,
    leaf("lrn", "head/number"),
    leaf("issued", "head/at", MOMENT),
    leaf("office", "places[kind=office]/code"),
    part(
        "transport_means",
        "ship",
        TransportMeans,
        const("stage", "border"),
        leaf("id", "imo"),
        leaf("id", "callSign"),
    ),
    each(
        "consignments",
        "bills",
        Consignment,
        part("transport_document", "", Document, const("type", "705"), leaf("number", "number")),
        leaf("packages", "count", INTEGER),
        leaf("to_order", "order", Flag("Y", "N")),
        part("gross_mass", "mass", Measure, leaf("value", "amount", DECIMAL), leaf("unit", "unit")),
        each("parties", "who[is=CN]", Party, const("role", "consignee"), leaf("name", "name")),
        each(
            "parties",
            "who[is=CZ|FW]",
            Party,
            leaf("role", "is", Codes({"CZ": "consignor", "FW": "forwarder"})),
            leaf("name", "name"),
        ),
        each("itinerary", "/places[kind=call]", Location, leaf("code", "code")),
        joined(
            "equipment",
            "boxes",
            TransportEquipment,
            "equipment[number=$]",
            key("id"),
            leaf("size_type", "size"),
            part("tare", "", Measure, const("unit", "KGM"), leaf("value", "tare", DECIMAL)),
        ),
    ),
)
DOCUMENT: dict[str, Any] = {
    "head": {"number": "LRN1", "at": "2026-05-06T07:08:09+02:00"},
    "places": [{"kind": "office", "code": "DE004851"}, {"kind": "call", "code": "DEHAM"}],
    "ship": {"imo": "9074729"},
    "bills": [
        {
            "number": "BL1",
            "count": "12",
            "order": "Y",
            "mass": {"amount": "12.50", "unit": "KGM"},
            "who": [{"is": "CN", "name": "Orchard"}, {"is": "CZ", "name": "Castor"}, {"is": "XX", "name": "Nobody"}],
            "boxes": ["MSKU1", "UNKNOWN2"],
        },
        {"number": "BL2"},
        {"remark": "nothing that the lens reads"},
    ],
    "equipment": [{"number": "MSKU1", "size": "22G1", "tare": "2200"}],
}


def a_document_is_read_into_a_record() -> None:
    record, faults = REPORT.read(JsonNode(DOCUMENT))
    assert faults == ()
    assert record.lrn == "LRN1"
    assert record.office == "DE004851"
    assert record.issued is not None
    assert record.issued.astimezone(UTC) == datetime(2026, 5, 6, 5, 8, 9, tzinfo=UTC)
    assert record.transport_means == TransportMeans(stage="border", id="9074729")
    first, second, _third = record.consignments
    assert first.transport_document == Document(type="705", number="BL1")
    assert (first.packages, first.to_order) == (12, True)
    assert first.gross_mass == Measure(value=Decimal("12.50"), unit="KGM")
    assert first.parties == (Party(role="consignee", name="Orchard"), Party(role="consignor", name="Castor"))
    assert first.equipment[0] == TransportEquipment(
        id="MSKU1", size_type="22G1", tare=Measure(value=Decimal(2200), unit="KGM")
    )
    assert first.equipment[1] == TransportEquipment(id="UNKNOWN2")
    assert second.transport_document == Document(type="705", number="BL2")
    assert second.itinerary == (Location(code="DEHAM"),)


def what_was_read_is_written_and_read_again() -> None:
    record, _ = REPORT.read(JsonNode(DOCUMENT))
    root = JsonNode({})
    REPORT.write(record, root)
    assert root.data["places"][0] == {"kind": "office", "code": "DE004851"}
    assert root.data["bills"][0]["boxes"] == ["MSKU1", "UNKNOWN2"]
    again, faults = REPORT.read(root)
    assert faults == ()
    assert again.consignments[0].parties == record.consignments[0].parties
    assert again.consignments[0].equipment == record.consignments[0].equipment
    assert again.transport_means == record.transport_means


def a_struct_with_nothing_but_constants_is_left_out() -> None:
    record, _ = REPORT.read(JsonNode({"ship": {"flag": "PA"}, "bills": []}))
    assert record == CargoReport()


def a_value_that_cannot_be_read_is_said_with_its_pointer_and_left_out() -> None:
    bills = [{"number": "BL1", "count": "twelve", "order": "perhaps", "mass": {"amount": "1,5"}}]
    record, faults = REPORT.read(JsonNode({"bills": bills}))
    assert [(one.code, one.path, one.params["found"]) for one in faults] == [
        ("not-an-integer", "/consignments/0/packages", "twelve"),
        ("not-a-bool", "/consignments/0/toOrder", "perhaps"),
        ("decimal-comma", "/consignments/0/grossMass/value", "1,5"),
    ]
    assert record.consignments[0].packages is None


def the_value_of_a_personal_field_is_never_repeated() -> None:
    journey = lens(
        Journey,
        each("travellers", "people", Traveller, leaf("birth_date", "born", DAY), leaf("family_name", "name")),
        each("itinerary", "legs", Leg, leaf("departure", "at", MOMENT)),
    )
    _, faults = journey.read(JsonNode({"people": [{"born": "9 May 1971"}], "legs": [{"at": "soon"}]}))
    assert [one.path for one in faults] == ["/travellers/0/birthDate", "/itinerary/0/departure"]
    assert "1971" not in str(faults[0])
    assert faults[1].params["found"] == "soon"


def every_leaf_is_traced_to_its_node() -> None:
    found = REPORT.trace(JsonNode(DOCUMENT))
    assert {"/lrn", "/consignments/0/parties/1/name", "/consignments/0/equipment/0/tare/value"} <= set(found)
    assert "/consignments/2/packages" not in found


def a_line_for_a_field_that_the_struct_lacks_is_a_mistake_at_once() -> None:
    with pytest.raises(TypeError, match="has no field flavour"):
        lens(Message, leaf("flavour", "x"))


def a_joined_line_names_exactly_one_key() -> None:
    with pytest.raises(TypeError, match="one key"):
        joined("equipment", "boxes", TransportEquipment, "equipment[number=$]", leaf("id", "number"))


@pytest.mark.parametrize("text", ["a//b", "a[b=c", "a b", "a/[b=c]", "#2", "a#0"])
def an_address_of_another_grammar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|condition"):
        parse(text)


def a_condition_may_name_values_absence_or_existence() -> None:
    def found(address: str) -> list[Any]:
        return [json_node(one).data for one in node.select(address)]

    node = JsonNode({"a": [{"k": "1"}, {"k": "2"}, {"k": "3"}, {"x": "4"}]})
    assert found("a[k=1|3]") == [{"k": "1"}, {"k": "3"}]
    assert found("a[!k=1]") == [{"k": "2"}, {"k": "3"}, {"x": "4"}]
    assert found("a[k][!k=2]") == [{"k": "1"}, {"k": "3"}]
    assert found("a#2/k") == ["2"]
    assert found("") == [node.data]


def a_key_takes_the_place_of_its_sign() -> None:
    assert with_key(parse("a/b[c/d=$]"), "K") == parse("a/b[c/d=K]")
    assert without_key(parse("a/b[x=1][c/d=$]")) == (parse("a/b[x=1]"), ("c", "d"))
    for text in ("a/b", "a[k=$]/b", "a[k=$][l=$]"):
        with pytest.raises(ValueError, match="one condition"):
            without_key(parse(text))


def a_list_of_texts_is_read_and_written_in_order() -> None:
    movement = lens(TransitMovement, texts("transit_offices", "offices/code"))
    document = {"offices": [{"code": "FR002"}, {"code": " "}, {"code": "CH001"}]}
    record, faults = movement.read(JsonNode(document))
    assert (record.transit_offices, faults) == (("FR002", "CH001"), ())
    assert list(movement.trace(JsonNode(document))) == ["/transitOffices/0", "/transitOffices/1"]
    root = JsonNode({})
    movement.write(record, root)
    assert root.data == {"offices": [{"code": "FR002"}, {"code": "CH001"}]}


def a_pointer_to_what_was_not_read_has_no_place() -> None:
    route = lens(Message, leaf("reference", "number"))
    assert route.find(JsonNode({"number": "1"}), "/absent/part") is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999999", "1_000", "--1", "9" * 61])
def no_text_becomes_a_number_that_is_none(text: str) -> None:
    for codec in (DECIMAL, INTEGER):
        with pytest.raises(BadValue):
            codec.read(JsonNode(text))


@pytest.mark.parametrize("text", ["2026-02-30", "12345678", "1699999999", "tomorrow"])
def no_text_becomes_a_day_that_is_none(text: str) -> None:
    for codec in (DAY, MOMENT):
        with pytest.raises(BadValue):
            codec.read(JsonNode(text))


def a_code_of_no_table_is_kept_or_dropped_as_the_table_says() -> None:
    kept, dropped = Codes({"CN": "consignee"}), Codes({"CN": "consignee"}, other="drop")
    assert kept.read(JsonNode("ZZ")) == "ZZ"
    assert dropped.read(JsonNode("ZZ")) is None
    node = JsonNode(None)
    kept.write(node, "consignee")
    assert node.data == "CN"
    assert DAY.read(JsonNode("2026-05-06")) == date(2026, 5, 6)
    assert TEXT.read(JsonNode("  ")) is None
