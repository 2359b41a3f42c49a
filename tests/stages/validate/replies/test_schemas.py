"""Hold replies in XML against the published schemas, where those are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from tidewaiter.stages.validate import Reply

ReplyTo = Callable[[str, bytes, str | None], Reply]
Replied = Callable[..., Reply]

SHARED = Path(__file__).parents[5] / "shared" / "data"
NCTS = SHARED / "ncts-p6" / "xsd"
WCO = SHARED / "wco-dms" / "xsd" / "schemas" / "wco" / "notification" / "WCO_RES_2_DMS.xsd"

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the published schemas are not part of the repository and do not stand beside it"
)


def errors_of(document: etree._Element, schema: Path) -> list[str]:
    """Return what a document breaks of a schema."""
    judge = etree.XMLSchema(etree.parse(schema))
    judge.validate(document)
    return str(judge.error_log).splitlines()


@pytest.mark.parametrize(
    ("edits", "schema"),
    [
        ({}, "cc056c.xsd"),
        ({b"DE999999": b"DE004851"}, "cc928c.xsd"),
        (
            {
                b"CC015C": b"CC007C",
                b"<LRN>LRN-7</LRN>": b"<MRN>21NL00039612345670</MRN>",
                b"Declared>": b"Actual>",
                b"</CustomsOfficeOfDestinationActual>": b"</CustomsOfficeOfDestinationActual><TraderAtDestination>"
                b"<identificationNumber>NL1</identificationNumber></TraderAtDestination>",
            },
            "cc057c.xsd",
        ),
    ],
)
def an_answer_in_transit_keeps_its_schema(
    edits: dict[bytes, bytes], schema: str, transit: bytes, reply_to: ReplyTo
) -> None:
    for old, new in edits.items():
        transit = transit.replace(old, new)
    body = reply_to("transit.xml", transit, "ncts").body
    document = etree.fromstring(body)
    assert document.tag.endswith(schema.removesuffix(".xsd").upper())
    assert errors_of(document, NCTS / schema) == []


def a_response_of_the_wco_data_model_keeps_its_schema(replied: Replied) -> None:
    for edits in ({}, {"<ID>610510</ID>": "<ID>770510</ID>"}):
        (*_, response) = etree.fromstring(replied("declaration.xml", edits).body)
        assert response.tag == "{urn:wco:datamodel:WCO:RES-DMS:2}Response"
        assert errors_of(response, WCO) == []


def the_answers_to_an_interchange_keep_it_too(replied: Replied) -> None:
    body = replied("cargo.edi", {"LOC+11+NLRTM": "LOC+11+NLQQQ"}, "wco").body
    responses = [one for one in etree.fromstring(body) if one.tag.endswith("Response")]
    assert len(responses) == 2
    for response in responses:
        assert errors_of(response, WCO) == []
