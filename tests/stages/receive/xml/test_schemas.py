"""Test that documents are held against loaded schemas, and that schemas reach nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tidewaiter.kernel.errors import SchemaFault
from tidewaiter.kernel.records import Declaration
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.schemas import Schemas, checked, compiled, packed, unpacked

ReadXml = Callable[..., list[receive.Reading]]

MAIN = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"
 targetNamespace="urn:wco:datamodel:WCO:DEC-DMS:2" elementFormDefault="qualified">
 <xs:include schemaLocation="../types/types.xsd"/>
 <xs:element name="Declaration"><xs:complexType><xs:sequence>
  <xs:element name="FunctionCode" type="Short"/>
  <xs:element name="FunctionalReferenceID" type="Short"/>
  <xs:element name="TypeCode" type="Kind" minOccurs="0"/>
  <xs:element name="GoodsItemQuantity" type="xs:integer" minOccurs="0"/>
  <xs:element name="Exporter" minOccurs="0"><xs:complexType><xs:sequence>
   <xs:element name="Name" type="Short"/></xs:sequence></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element></xs:schema>"""
TYPES = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
 <xs:simpleType name="Short"><xs:restriction base="xs:string"><xs:maxLength value="8"/></xs:restriction>
 </xs:simpleType>
 <xs:simpleType name="Kind"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{3}"/></xs:restriction>
 </xs:simpleType>
</xs:schema>"""
FILES = {"main/declaration.xsd": MAIN, "types/types.xsd": TYPES}
NAMESPACE = "urn:wco:datamodel:WCO:DEC-DMS:2"


def _declaration(inside: str) -> str:
    """Return a declaration."""
    return f'<d:Declaration xmlns:d="{NAMESPACE}">\n{inside}</d:Declaration>'.replace("<!", "</d:").replace("<+", "<d:")


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """A small schema, in two files."""
    return Schemas({"small": FILES})


GOOD = "<+FunctionCode>9<!FunctionCode>\n<+FunctionalReferenceID>L<!FunctionalReferenceID>\n"


def a_document_that_keeps_its_schema_has_no_fault(read_xml: ReadXml, schemas: Schemas) -> None:
    (one,) = read_xml(_declaration(GOOD), schemas)
    assert one.faults == ()
    assert isinstance(one.record, Declaration)


@pytest.mark.parametrize(
    ("inside", "what", "at"),
    [
        ("<+FunctionCode>9<!FunctionCode>", "the element FunctionalReferenceID", ("/Declaration", 1)),
        (GOOD + "<+Novelty/>", "the element TypeCode or GoodsItemQuantity or Exporter", ("/Declaration/Novelty", 4)),
        (GOOD + "<+TypeCode>imA<!TypeCode>", "a value of the pattern [A-Z]{3}", ("/Declaration/TypeCode", 4)),
        (
            GOOD + "<+GoodsItemQuantity>x<!GoodsItemQuantity>",
            "a value of the type xs:integer",
            ("/Declaration/GoodsItemQuantity", 4),
        ),
        (
            GOOD + "<+Exporter><+Name>Jane Invented<!Name><!Exporter>",
            "at most 8 characters",
            ("/Declaration/Exporter/Name", 4),
        ),
        (GOOD + "<+TypeCode>IMA<!TypeCode>text", "no text between the elements", ("/Declaration", 1)),
        (GOOD + "<+Exporter a='1'><+Name>J<!Name><!Exporter>", "no such attribute", ("/Declaration/Exporter", 4)),
    ],
)
def a_document_that_breaks_its_schema_is_told_where(
    read_xml: ReadXml, schemas: Schemas, inside: str, what: str, at: tuple[str, int]
) -> None:
    found = [one for one in read_xml(_declaration(inside), schemas)[0].faults if one.code == "schema"]
    (fault,) = found
    assert (fault.rule, fault.params) == ("STR-004", {"what": what, "where": at[0]})
    assert fault.place is not None
    assert (fault.place.xpath, fault.place.line) == at
    assert fault.place.offset is not None
    assert "Jane" not in repr(fault)


def a_document_without_a_schema_is_not_held_against_one(read_xml: ReadXml, schemas: Schemas, transit: str) -> None:
    (one,) = read_xml(transit, schemas)
    assert one.faults == ()


def a_document_that_breaks_off_is_not_held_against_its_schema(read_xml: ReadXml, schemas: Schemas) -> None:
    (one,) = read_xml(_declaration("<+FunctionCode>9<!FunctionCode><+Func")[:-20], schemas)
    assert [fault.code for fault in one.faults] == ["cut-off"]


def a_schema_of_which_a_part_is_missing_is_said(read_xml: ReadXml) -> None:
    (one,) = read_xml(_declaration(GOOD), Schemas({"half": {"main/declaration.xsd": MAIN}}))
    (fault,) = one.faults
    assert (fault.code, fault.params["what"]) == ("schema", "a schema that can be compiled")


def the_schema_that_is_broken_least_counts(read_xml: ReadXml, schemas: Schemas) -> None:
    other = {"declaration.xsd": MAIN.replace(b"FunctionCode", b"Other").replace(b'../types/types.xsd"', b'types.xsd"')}
    both = Schemas({"small": FILES, "other": {**other, "types.xsd": TYPES}})
    assert read_xml(_declaration(GOOD), both)[0].faults == ()


def two_files_of_a_set_find_each_other() -> None:
    assert checked(FILES) == ("Declaration",)
    assert unpacked(packed(FILES)) == FILES
    assert all("/" not in name for name in packed(FILES))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.xsd": b"<xs"}, "not well-formed"),
        ({"a.xsd": b"<a/>"}, "no XML schema"),
        ({"main.xsd": MAIN}, "cannot be compiled"),
    ],
)
def a_set_that_cannot_be_used_is_refused(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(SchemaFault, match=said):
        checked(files)


@pytest.mark.parametrize("form", ["{path}", "file://{path}", "../../../../../../../../../../{path}"])
def a_schema_reaches_nothing_outside_its_set(tmp_path: Path, form: str) -> None:
    """The file that it points to is there, and would do."""
    outside = tmp_path / "types.xsd"
    outside.write_bytes(TYPES)
    main = MAIN.replace(b"../types/types.xsd", form.format(path=outside).encode())
    with pytest.raises(SchemaFault, match="cannot be compiled"):
        compiled({"main/a.xsd": main}, "main/a.xsd")
