"""Test what is recognised of a document, how its records are placed, and that nothing raises."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest

from tidewaiter.kernel.records import Declaration, Message, TransitMovement
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.model import head_of
from tidewaiter.stages.receive.xml.reader import XmlMessage, locate_xml

ReadXml = Callable[..., list[receive.Reading]]
SETTINGS = Settings()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<order><item/></order>", "order"),
        ('<q:order xmlns:q="urn:q"/>', "order in urn:q"),
        ("<Declaration><Title/></Declaration>", "Declaration"),
        ('<Response xmlns="urn:other"><FunctionCode>1</FunctionCode></Response>', "Response in urn:other"),
        ("<MetaData><Note/></MetaData>", "MetaData"),
        ("<ASYCUDA><Note/></ASYCUDA>", "ASYCUDA"),
    ],
)
def a_document_that_is_not_known_is_kept_unread(read_xml: ReadXml, text: str, name: str) -> None:
    (one,) = read_xml(text)
    assert isinstance(one.record, Message)
    (fault,) = one.faults
    assert (fault.rule, fault.code, fault.params) == ("STR-006", "unknown-message", {"found": name})
    assert fault.place is not None
    assert (fault.place.offset, fault.place.length) == (0, len(text))


def a_declaration_in_a_wrapper_is_found(read_xml: ReadXml, declaration: str) -> None:
    inside = declaration[declaration.index("<md:MetaData") :]
    request = f"<q:submit xmlns:q='urn:q'>{inside}</q:submit>"
    wrapped = f"<s:Envelope xmlns:s='urn:s'><s:Header/><s:Body>{request}</s:Body></s:Envelope>"
    (one,), (bare,) = read_xml(wrapped), read_xml(declaration)
    assert one.record == bare.record
    assert one.faults == ()


def a_report_that_quotes_a_declaration_is_not_one(read_xml: ReadXml) -> None:
    quoted = '<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"><FunctionCode>9</FunctionCode></Declaration>'
    (one,) = read_xml(f"<Report><Detail>{quoted}</Detail></Report>")
    assert isinstance(one.record, Message)


def a_document_is_read_from_where_reading_stopped(opened: Callable[..., XmlMessage], transit: str) -> None:
    message = opened(transit)
    assert [one.number for one in message.readings()] == [1]
    assert list(message.readings(after_number=1, from_offset=len(transit))) == []
    assert list(message.readings()) == list(message.readings())


def what_has_no_field_is_said_in_a_note(opened: Callable[..., XmlMessage], declaration: str) -> None:
    assert opened(declaration).head.notes == ()
    more = declaration.replace("<TypeCode>IMA</TypeCode>", "<TypeCode>IMA</TypeCode><Novelty>1</Novelty>")
    (note,) = opened(more).head.notes
    assert note == "Elements without a field, kept in the bytes alone: Novelty."


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/lrn", "LRN-7"),
        ("/goodsShipment/items/0/commodity/description", "Woollen yarn, undyed"),
        ("/goodsShipment/items/1/commodity/description", "Knitting needles"),
        ("/goodsShipment/items/0/commodity/netMass/unit", "KGM"),
        ("/invoiceAmount/currency", "EUR"),
        ("/parties/0/name", "Invented Yarns &amp; Sons"),
        ("/goodsShipment/consignment/equipment/0/seals/0/id", "S-1"),
        ("/goodsShipment/items/0/equipment/0", None),
        ("/goodsShipment/items/1/origin", "2"),
    ],
)
def a_path_leads_to_its_bytes(declaration: str, path: str, text: str | None) -> None:
    raw = declaration.encode()
    place = locate_xml(raw, path, row=1, settings=SETTINGS)
    assert place is not None
    assert place.offset is not None
    assert place.length is not None
    found = raw[place.offset : place.offset + place.length].decode()
    assert found == text if text is not None else found.startswith("<Commodity>")
    assert place.line == raw[: place.offset].count(b"\n") + 1
    assert place.xpath is not None
    assert place.xpath.startswith("/MetaData/Declaration")


def an_empty_path_leads_to_the_record(declaration: str) -> None:
    raw = declaration.encode()
    place = locate_xml(raw, "", row=1, settings=SETTINGS)
    assert place is not None
    assert place.offset == raw.index(b"<Declaration>")


@pytest.mark.parametrize(("data", "path"), [(b"<a/>", "/lrn"), (b"<", "/lrn"), (b"", "/x")])
def a_path_in_a_document_that_is_no_record_leads_nowhere(data: bytes, path: str) -> None:
    assert locate_xml(data, path, row=1, settings=SETTINGS) is None


def every_leaf_leads_to_bytes_that_hold_it(transit: str, opened: Callable[..., XmlMessage]) -> None:
    raw = transit.encode()
    (one,) = opened(transit).readings()
    assert isinstance(one.record, TransitMovement)
    for path, text in (
        ("/transitOffices/1", "DK000004"),
        ("/guarantees/1/reference", "26NO00000000000002"),
        ("/houses/1/items/0/commodity/description", "Needles"),
        ("/consignment/documents/0/number", "BL-2"),
        ("/steps", None),
    ):
        place = locate_xml(raw, path, row=1, settings=SETTINGS)
        assert place is not None
        assert place.offset is not None
        assert place.length is not None
        if text is not None:
            assert raw[place.offset : place.offset + place.length] == text.encode()


def no_more_faults_are_said_than_may_be(read_xml: ReadXml, declaration: str) -> None:
    item = "<GovernmentAgencyGoodsItem><SequenceNumeric>x</SequenceNumeric></GovernmentAgencyGoodsItem>"
    many = declaration.replace("<Importer>", item * 20 + "<Importer>")
    (one,) = read_xml(many, faults_per_record_max=5)
    assert [fault.code for fault in one.faults] == ["not-an-integer"] * 5 + ["too-many-faults"]


def a_person_is_never_named_in_a_fault(read_xml: ReadXml, declaration: str) -> None:
    person = "Jane Q. Invented"
    for element in ("Name", "Line", "CityName", "PostcodeID"):
        start = declaration.index(f"<{element}>", declaration.index("<Exporter>")) + len(element) + 2
        end = declaration.index("</", start)
        for broken in (f"{person}</Wrong>", f"{person}&nothing;", f"<b>{person}</b>", f"{person}\x01"):
            (one,) = read_xml(declaration[:start] + broken + declaration[end:])
            assert person not in repr(one.faults)


@pytest.mark.parametrize("seed", range(40))
def nothing_raises_on_damaged_documents(declaration: str, transit: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - damage, not secrets
    raw = bytearray((declaration if seed % 2 else transit).encode())
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(raw))
        choice = chance.randrange(4)
        if choice == 0:
            raw[at] = chance.randrange(256)
        elif choice == 1:
            del raw[at : at + chance.randint(1, 30)]
        elif choice == 2:
            raw[at:at] = raw[chance.randrange(len(raw)) :][: chance.randint(1, 60)]
        else:
            raw[at:at] = chance.choice([b"<", b"&", b"]]>", b"<!--", b"<![CDATA[", b"<?", b"\x00", b"\xff", b"&#0;"])
    data = bytes(raw)
    message = XmlMessage(io.BytesIO(data), head_of("xml", len(data), None, kind="xml"), SETTINGS)
    for one in message.readings():
        assert isinstance(one.record, Declaration | TransitMovement | Message)
        for fault in one.faults:
            assert fault.code in receive.FAULTS
            assert receive.FAULTS[fault.code].sentence.format(**fault.params)
        locate_xml(data, "/goodsShipment/items/0", row=one.row, settings=SETTINGS)
