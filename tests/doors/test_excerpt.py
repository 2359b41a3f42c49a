"""Prove that carets stand under the place that is meant, whatever the source is written in."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tidewaiter.doors.cli.excerpt import AROUND_OCTETS, Excerpt, Written, excerpt, written
from tidewaiter.stages.receive import Place

EDI = b"UNA:+.? 'UNB+UNOA:1+A+B+210101:1200+1'UNH+1+CUSCAR:D:95B:UN'NAD+CN+++IT?'S ?+ CO??'LOC+9+XXXXX'UNT+4+1'UNZ+1+1'"


def _cut(source: bytes, part: bytes, how: Written, **place: Any) -> Excerpt:
    offset = source.index(part)
    found = excerpt(io.BytesIO(source), Place(offset=offset, length=len(part), **place), how)
    assert found is not None
    return found


def _under(found: Excerpt) -> str:
    return found.text[found.start : found.start + found.length]


@pytest.mark.parametrize("newline", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("form", [None, "UNOA 1 :+.? '"])
def a_segment_stands_on_a_line_of_its_own_whatever_lines_the_source_has(newline: bytes, form: str | None) -> None:
    source = EDI.replace(b"'LOC", b"'" + newline + b"LOC").replace(b"'UNT", b"'" + newline + b"UNT")
    how = written(io.BytesIO(source), "edifact", None, form)
    found = _cut(source, b"XXXXX", how)
    assert (found.text, found.carets) == ("LOC+9+XXXXX", "      ^^^^^")


def a_released_terminator_does_not_end_a_segment_and_a_released_release_does() -> None:
    how = written(io.BytesIO(EDI), "edifact")
    found = _cut(EDI, b"IT?'S", how)
    assert (found.text, _under(found)) == ("NAD+CN+++IT?'S ?+ CO??", "IT?'S")
    assert _cut(EDI, b"LOC", how).text == "LOC+9+XXXXX"


def a_place_of_a_whole_message_shows_its_first_segment() -> None:
    found = _cut(EDI, EDI[EDI.index(b"UNH") :], written(io.BytesIO(EDI), "edifact"))
    assert (found.text, _under(found)) == ("UNH+1+CUSCAR:D:95B:UN", "UNH+1+CUSCAR:D:95B:UN")


def the_service_characters_are_those_of_the_form_before_those_of_the_source() -> None:
    source = b"UNA:+.? 'UNH|1|CUSCAR~LOC|9|XXXXX~"
    found = _cut(source, b"XXXXX", written(io.BytesIO(source), "edifact", None, "UNOC 3 :|.  ~"))
    assert (found.text, found.start) == ("LOC|9|XXXXX", 6)
    source = b"UNA:*.? ~UNH*1*CUSCAR~LOC*9*XXXXX~"
    assert _cut(source, b"XXXXX", written(io.BytesIO(source), "edifact")).text == "LOC*9*XXXXX"


def the_character_set_is_that_of_the_form() -> None:
    source = "UNH+1'FTX+AAA+++\N{CYRILLIC CAPITAL LETTER ZHE}Q'".encode("iso8859-5")
    found = _cut(source, b"Q", written(io.BytesIO(source), "edifact", None, "UNOE 3 :+.? '"))
    assert (found.text, found.start) == ("FTX+AAA+++\N{CYRILLIC CAPITAL LETTER ZHE}Q", 11)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso8859-1"])
def a_line_of_xml_is_shown_in_its_own_encoding(encoding: str) -> None:
    declared = "iso8859-1" if encoding == "iso8859-1" else "utf-8"
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<a>\n  <b>\u00c9t\u00e9</b><c>XX</c>\r\n</a>\n'
    source = text.encode(encoding)
    part = "XX".encode("utf-16-le" if encoding == "utf-16" else "ascii")
    found = _cut(source, part, written(io.BytesIO(source), "xml"))
    assert (found.text, _under(found)) == ("  <b>\u00c9t\u00e9</b><c>XX</c>", "XX")


def a_long_line_is_cut_around_the_place_and_says_so() -> None:
    source = b"<a>" + b"b" * 1_000 + b"XX" + b"c" * 1_000 + b"</a>"
    found = _cut(source, b"XX", Written())
    assert len(found.text) == 2 * AROUND_OCTETS + 4
    assert (found.text[0], found.text[-1], _under(found)) == ("…", "…", "XX")
    source = b"UNH+1'FTX+" + b"b" * 1_000 + b"XX" + b"c" * 1_000 + b"'UNT"
    found = _cut(source, b"XX", written(io.BytesIO(source), "edifact"))
    assert (found.text[0], found.text[-1], _under(found)) == ("…", "…", "XX")


def a_wide_character_takes_two_columns() -> None:
    source = "\ud55c\uad6d,ZZ\n".encode()
    found = _cut(source, b"ZZ", Written())
    assert (found.text, found.carets) == ("\ud55c\uad6d,ZZ", "     ^^")


def what_stands_over_several_lines_is_shown_on_its_first() -> None:
    source = b"one\ntwo XX\nthree\nfour"
    found = _cut(source, b"XX\nthree", Written())
    assert (found.text, found.carets) == ("two XX", "    ^^")


def a_place_of_nothing_but_its_line_shows_the_line_without_carets() -> None:
    source = b"<a>\n  <b/>\n</a>"
    found = excerpt(io.BytesIO(source), Place(line=2), Written())
    assert found is not None
    assert (found.text, found.length) == ("<b/>", 0)
    assert excerpt(io.BytesIO(source), Place(line=9), Written()) is None
    assert excerpt(io.BytesIO(source), Place(row=2), Written()) is None
    assert excerpt(io.BytesIO(EDI), Place(line=1), written(io.BytesIO(EDI), "edifact")) is None


def no_byte_however_strange_is_written_as_it_is() -> None:
    source = b"a\x1b[31mred\x00\xff,XX\n"
    found = _cut(source, b"XX", Written())
    assert (found.text, _under(found)) == ("a·[31mred·\u00ff,XX", "XX")


def the_stream_stays_where_it_was() -> None:
    stream = io.BytesIO(EDI)
    stream.seek(7)
    excerpt(stream, Place(offset=20, length=3), written(stream, "edifact"))
    excerpt(stream, Place(line=1), Written())
    assert stream.tell() == 7
