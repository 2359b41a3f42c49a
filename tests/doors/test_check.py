"""Prove that findings are shown on the segment, element or value they speak of, and answered in kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Say = Callable[..., tuple[int, str, str]]

SEGMENTS = (
    "UNA:+.? ",
    "UNB+UNOA:1+HLCU+KRCUS+210401:1200+REF1",
    "UNH+1+CUSCAR:D:95B:UN",
    "BGM+85+MAN1+9",
    "DTM+137:202104011200:203",
    "TDT+20+V1+1++HLCU:172+++9074729:146::SHIP",
    "LOC+60+KRPUS",
    "CNI+1+HLCU1234567",
    "RFF+BM:HLCU1234567",
    "GID+1+10:CT",
    "FTX+AAA+++MEN?'S COTTON SHIRTS, KNITTED",
    "MEA+AAE+G+KGM:110",
    "SGP+MSKU0000012+10",
    "UNT+12+1",
    "UNZ+1+REF1",
)
DECLARATION = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">\n'
    "  <FunctionCode>9</FunctionCode>\n  <FunctionalReferenceID>L1</FunctionalReferenceID>\n"
    "  <GoodsShipment>\n    <GovernmentAgencyGoodsItem><Origin><CountryCode>ZZ</CountryCode></Origin>"
    "</GovernmentAgencyGoodsItem>\n  </GoodsShipment>\n</Declaration>\n"
)


def interchange(newline: str = "", **changes: str) -> str:
    """Return a cargo report; `changes` are by the tag of the segment to put something else in the place of."""
    advice, *segments = (changes.get(one.split("+")[0], one) for one in SEGMENTS)
    return f"{advice}'{newline}" + "".join(f"{one}'{newline}" for one in segments)


def _after(out: str, start: str) -> list[str]:
    """Return the first line that begins so, and the two after it."""
    lines = out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(start))
    return lines[at : at + 3]


@pytest.mark.parametrize("newline", ["", "\n", "\r\n"])
def a_fault_in_a_segment_has_carets_under_the_element(say: Say, tmp_path: Path, newline: str) -> None:
    (tmp_path / "manifest.edi").write_text(interchange(newline), encoding="ascii", newline="")
    code, out, _ = say("check", "manifest.edi")
    said = _after(out, "FMT-001")
    assert code == 2
    assert said[0].startswith("FMT-001 error record 1, message 1, segment 11, SGP, element 1.1: ")
    assert said[1:] == ["    SGP+MSKU0000012+10", "        ^^^^^^^^^^^"]


def a_wrong_count_has_carets_in_the_segment_that_says_it(say: Say, tmp_path: Path) -> None:
    (tmp_path / "manifest.edi").write_text(interchange(UNT="UNT+9+1"), encoding="ascii")
    said = _after(say("check", "manifest.edi")[1], "SYN-004")
    assert "UNT" in said[0]
    assert said[1] == "    UNT+9+1"
    assert "^" in said[2]


def a_message_of_an_unknown_type_is_shown_by_its_header(say: Say, tmp_path: Path) -> None:
    (tmp_path / "other.edi").write_text(interchange(UNH="UNH+1+XYZABC:D:95B:UN"), encoding="ascii")
    said = _after(say("check", "other.edi")[1], "STR-006")
    assert said[0].startswith("STR-006 error record 1, message 1, segment 1, UNH, element 2.1: ")
    assert said[1] == "    UNH+1+XYZABC:D:95B:UN"


def a_fault_in_an_element_of_xml_has_carets_under_its_text(say: Say, tmp_path: Path) -> None:
    (tmp_path / "dec.xml").write_text(DECLARATION, encoding="utf-8")
    said = _after(say("check", "dec.xml")[1], "COD-001")
    assert "line 6, /Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Origin/CountryCode: " in said[0]
    assert said[2].index("^^") == said[1].index("ZZ")
    assert said[2].strip() == "^^"


def a_fault_in_a_json_line_has_carets_under_the_value(say: Say, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"kind":"Event","id":"E1","place":{"country":"ZZ"}}\n', encoding="utf-8")
    said = _after(say("check", "one.jsonl")[1], "COD-001")
    assert said[2].index("^^^^") == said[1].index('"ZZ"')


def a_kept_record_is_shown_on_its_own_segment(say: Say, tmp_path: Path) -> None:
    (tmp_path / "manifest.edi").write_text(interchange(), encoding="ascii")
    say("init")
    out = say("receive", "manifest.edi")[1]
    assert "  1 message: 1 CUSCAR\n  1 record: 1 CargoReport\n" in out
    (waiting,) = json.loads(say("repair", "list", "--json")[1])
    said = _after(say("repair", "show", waiting["reference"])[1], "FMT-001")
    assert said[1:] == ["    SGP+MSKU0000012+10", "        ^^^^^^^^^^^"]
    found = json.loads(say("check", "manifest.edi", "--json")[1].splitlines()[0])
    assert found["place"]["segment"] == 11


def a_message_is_answered_by_its_number_and_a_file_by_its_name(say: Say, tmp_path: Path) -> None:
    (tmp_path / "manifest.edi").write_text(interchange(UNT="UNT+9+1"), encoding="ascii")
    say("init", "--administration", "KR")
    say("receive", "manifest.edi", "--later")
    code, _, err = say("reply", "1", "--out", "answer.edi")
    assert (code, "Wrote answer.edi (contrl," in err) == (0, True)
    assert b"UCI+REF1+HLCU+KRCUS" in (tmp_path / "answer.edi").read_bytes()
    code, out, _ = say("reply", "manifest.edi", "--format", "contrl")
    assert (code, "UCI+REF1+HLCU+KRCUS" in out) == (0, True)
    code, out, _ = say("reply", "manifest.edi", "--format", "problem")
    assert "SYN-004" in json.dumps(json.loads(out))


def what_cannot_be_answered_is_said(say: Say, tmp_path: Path) -> None:
    (tmp_path / "manifest.edi").write_text(interchange(), encoding="ascii")
    say("init")
    assert say("reply", "7")[0] == 7
    assert say("reply", "nowhere.edi")[0] == 7
    assert say("reply", "manifest.edi", "--format", "letter")[0] == 3


def a_closed_record_leaves_the_queue_with_its_reason(say: Say, tmp_path: Path) -> None:
    (tmp_path / "other.edi").write_text(interchange(UNH="UNH+1+XYZABC:D:95B:UN"), encoding="ascii")
    say("init")
    say("receive", "other.edi")
    code, out, _ = say("repair", "close", "REF1/1", "--reason", "sent again as REF2")
    assert (code, "closed" in out) == (0, True)
    assert json.loads(say("repair", "list", "--json")[1]) == []
    assert "sent again as REF2" in say("show", "REF1/1")[1]
