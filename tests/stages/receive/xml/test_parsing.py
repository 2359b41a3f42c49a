"""Test that bytes become a tree only within the limits, and never without a word on what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from tidewaiter.kernel.records import Declaration, Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.parsing import parse

ReadXml = Callable[..., list[receive.Reading]]
Codes = Callable[..., list[str]]
SETTINGS = Settings()

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<Declaration>&d;</Declaration>"""
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Declaration><ID>&x;</ID></Declaration>'


@pytest.mark.parametrize(
    "data", [LAUGHS, OUTSIDE, b'<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>', b"<!DOCTYPE a><a/>"]
)
def a_document_type_is_refused(read_xml: ReadXml, data: bytes) -> None:
    (one,) = read_xml(data)
    assert isinstance(one.record, Message)
    (fault,) = one.faults
    assert (fault.rule, fault.code) == ("SYN-008", "xml-dtd")
    assert fault.place is not None
    assert fault.place.offset == data.index(b"<!DOCTYPE")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    parsed = parse(OUTSIDE.decode().encode(encoding), SETTINGS)
    assert parsed.root is None
    assert [fault.code for fault in parsed.faults] == ["xml-dtd"]


def an_entity_that_is_not_declared_is_no_text(codes: Codes) -> None:
    assert codes("<Declaration><FunctionCode>9</FunctionCode><ID>&secret;</ID></Declaration>") == ["xml-malformed"]


@pytest.mark.parametrize(
    ("data", "what", "settings"),
    [
        ("<a>" * 70 + "</a>" * 70, "levels", {}),
        ("<a>" + "<b/>" * 60 + "</a>", "elements", {"xml_elements_max": 60}),
        ("<a " + " ".join(f'b{n}="1"' for n in range(300)) + "/>", "attributes of one element", {}),
        ("<a>" + "x" * 2_000_000 + "</a>", "bytes between two tags", {}),
        (f'<a b="{"x" * 2_000_000}"><c/></a>', "bytes between two tags", {}),
    ],
)
def a_document_beyond_a_limit_is_not_read(read_xml: ReadXml, data: str, what: str, settings: dict[str, int]) -> None:
    (one,) = read_xml(data, **settings)
    assert isinstance(one.record, Message)
    (fault,) = one.faults
    assert (fault.rule, fault.code, fault.params["what"]) == ("SYN-009", "xml-limit", what)


def a_million_elements_are_refused_before_a_tree_is_built() -> None:
    parsed = parse(b"<a>" + b"<b>1</b>" * 1_000_000 + b"</a>", SETTINGS)
    assert parsed.root is None
    assert parsed.faults[0].params == {"what": "elements", "expected": SETTINGS.xml_elements_max}


def a_document_that_is_too_long_is_not_read(codes: Codes, declaration: str) -> None:
    assert codes(declaration, xml_bytes_max=1000) == ["document-too-long"]


def an_attribute_that_stands_twice_is_malformed(codes: Codes) -> None:
    assert codes('<a b="1" b="2"/>') == ["xml-malformed"]


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"no markup", b"\x00\x01", b"<", b"<?xml version='1.0'?>", b"\xef\xbb\xbf"]
)
def nothing_that_is_no_document_raises(read_xml: ReadXml, data: bytes) -> None:
    (one,) = read_xml(data)
    assert isinstance(one.record, Message)
    assert one.faults[0].rule in {"SYN-003", "SYN-008"}


def a_document_cut_off_anywhere_gives_what_stands_before(read_xml: ReadXml, declaration: str) -> None:
    (whole,) = read_xml(declaration)
    assert isinstance(whole.record, Declaration)
    known = _texts(whole.record)
    raw = declaration.encode()
    read = 0
    for end in range(0, len(raw.rstrip()) - 1, 7):
        (one,) = read_xml(raw[:end])
        assert {fault.code for fault in one.faults} & {"cut-off", "xml-malformed", "unknown-message"}
        if isinstance(one.record, Declaration):
            read += 1
            assert _texts(one.record) <= known  # never half a value
    assert read > 300


def _texts(record: Declaration) -> set[str]:
    """Return every text of a record."""
    found: set[str] = set()
    todo = [msgspec.to_builtins(record)]
    for one in todo:
        if isinstance(one, dict):
            todo.extend(one.values())
        elif isinstance(one, list | tuple):
            todo.extend(one)
        else:
            found.add(str(one))
    return found


def a_document_is_read_up_to_where_it_goes_wrong(read_xml: ReadXml, declaration: str) -> None:
    broken = declaration.replace("<TypeCode>IMA</TypeCode>", "<TypeCode>IMA</Type>")
    (one,) = read_xml(broken)
    assert isinstance(one.record, Declaration)
    assert (one.record.lrn, one.record.type) == ("LRN-7", None)
    (fault,) = one.faults
    assert (fault.code, fault.params) == ("xml-malformed", {"found": "mismatched tag"})
    assert fault.place is not None
    assert fault.place.line == broken[: broken.index("</Type>")].count("\n") + 1


def a_document_with_something_after_it_is_read_with_a_fault(read_xml: ReadXml, declaration: str) -> None:
    (one,) = read_xml(declaration + "<another/>")
    assert isinstance(one.record, Declaration)
    assert len(one.record.items) == 2
    assert [fault.params["found"] for fault in one.faults] == ["junk after document element"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "iso-8859-15", "windows-1252"]
)
def a_document_is_read_in_its_encoding(read_xml: ReadXml, declaration: str, encoding: str) -> None:
    named = declaration.replace("UTF-8", encoding.removesuffix("-sig").removesuffix("-le")).replace("Nowhere", "Ytterö")
    (one,) = read_xml(named.encode(encoding))
    assert one.faults == ()
    assert isinstance(one.record, Declaration)
    exporter = one.record.party("exporter")
    assert exporter is not None
    assert exporter.address is not None
    assert exporter.address.city == "Ytterö"


def a_document_in_another_encoding_than_it_says_is_read_with_gaps(read_xml: ReadXml, declaration: str) -> None:
    raw = declaration.replace("Nowhere", "Ytterö").encode("latin-1")
    (one,) = read_xml(raw)
    assert isinstance(one.record, Declaration)
    exporter = one.record.party("exporter")
    assert exporter is not None
    assert exporter.address is not None
    assert exporter.address.city == "Ytter?"
    (fault,) = one.faults
    assert (fault.rule, fault.code) == ("SYN-002", "encoding")
    assert fault.place is not None
    assert fault.place.offset == raw.index(b"\xf6")
    assert one.record.items[0].commodity is not None


def an_encoding_that_is_not_known_is_said(codes: Codes) -> None:
    assert codes(b'<?xml version="1.0" encoding="EBCDIC-X"?><Declaration/>') == ["xml-malformed"]


def a_prefix_that_is_not_declared_is_said_and_read_over(read_xml: ReadXml, declaration: str) -> None:
    (one,) = read_xml(declaration.replace("<Declaration>", '<Declaration xsi:nil="false">'))
    assert isinstance(one.record, Declaration)
    assert one.record.lrn == "LRN-7"
    assert [fault.code for fault in one.faults] == ["xml-malformed"]
