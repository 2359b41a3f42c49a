"""Test that no bad message of any format raises, or gives one message another's data."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import SPOILS, Spoil, interchange, spoilt
from proofs import READERS, prove_letters, prove_source, prove_writing

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.records import Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.edifact.directory import MESSAGES
from tidewaiter.stages.validate.service import word

CUSCAR = (
    "UNH+{ref}+CUSCAR:D:95B:UN'BGM+785+{word}REPORT+9'DTM+137:20240601:102'"
    "TDT+20+117W+1++ACML:172:20+++9074729:146:11:{word} FERN:PA'LOC+60+NLRTM:139:6'EQD+CN+{word}BOX+22G1:102:5++3+5'"
    "CNI+1'RFF+BM:{word}BILL'NAD+CN+++{word} TRADING+{word} ROAD 1+ROTTERDAM++3011AA+NL'GID+1+10:CT'"
    "FTX+AAA+++{word} SHIRTS?, ?'KNITTED?': 1?+1'MEA+WT+AAB+KGM:110'SGP+{word}BOX+10'UNT+14+{ref}'"
)
PAXLST = (
    "UNH+{ref}+PAXLST:D:05B:UN'BGM+745+{word}'NAD+MS+++{word} DESK'TDT+20+XX123+++XX'LOC+125+NLAMS'LOC+87+GBLHR'"
    "NAD+FL+++{word}SON:{word}A'ATT+2++F'DTM+329:700101'LOC+174+NLD'DOC+P:110:111+{word}DOC'CNT+42:1'UNT+13+{ref}'"
)
CUSREP = (
    "UNH+{ref}+CUSREP:D:05B:UN'BGM+185+{word}+9'DTM+132:202605041530:203'LOC+60+DEHAM:139:6'"
    "NAD+CA+{word}:172:20++{word} LINES'TDT+20+417W+1++{word}:172:20+++9074729:146::{word} STAR:PA'UNT+7+{ref}'"
)
TEMPLATES = {"CUSCAR": CUSCAR, "PAXLST": PAXLST, "CUSREP": CUSREP}
WORDS = ("ALPHA", "BRAVO", "CHARLY")

XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">'
    b"<FunctionCode>9</FunctionCode><FunctionalReferenceID>ALPHA</FunctionalReferenceID><TypeCode>IMA</TypeCode>"
    b"<Declarant><ID>QQ1</ID></Declarant><GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>"
    b"<Commodity><Description>Shirts &amp; ties</Description></Commodity></GovernmentAgencyGoodsItem></GoodsShipment>"
    b"</Declaration>\n"
)
JSON = (
    b'[{"eventID":"3c7d4f0e-0001-4a7a-9b6e-000000000001","eventType":"EQUIPMENT","eventClassifierCode":"ACT",'
    b'"eventDateTime":"2024-06-01T10:00:00Z","equipmentEventTypeCode":"DISC","equipmentReference":"CSQU3054383",'
    b'"eventLocation":{"UNLocationCode":"NLRTM"}}]'
)
LINES = (
    b'{"kind":"Declaration","lrn":"ALPHA","parties":[{"role":"importer","id":"A1"}]}\n{"kind":"Message","type":"X"}\n'
)
SOURCES = {"xml": XML, "json": JSON, "jsonl": LINES}
SIGNS = {"edifact": b":+?'", "xml": b'<>/="&;', "json": b'{}[]:,"\\', "jsonl": b'{}[]:,"\n'}


def message(kind: str, ref: str, name: str) -> str:
    """Return a message of a type with a reference, in which a word stands everywhere."""
    return TEMPLATES[kind].format(ref=ref, word=name)


def enveloped(*parts: str) -> bytes:
    """Return the messages in one interchange."""
    return ("UNA:+.? 'UNB+UNOC:3+A+B+240601:1000+I1'" + "".join(parts) + f"UNZ+{len(parts)}+I1'").encode("latin-1")


SOURCES["edifact"] = enveloped(*(message("CUSCAR", str(at), name) for at, name in enumerate(WORDS, 1)))


def readings_of(raw: bytes) -> list[Reading]:
    """Return the readings of an interchange, all of which must be sound."""
    return prove_source(raw, format="edifact")


def text_of(reading: Reading) -> str:
    """Return a record as the text it is kept as."""
    return msgspec.json.encode(reading.record).decode()


def trade(readings: list[Reading], name: str) -> list[Reading]:
    """Return the readings that hold a word, but for those of kept messages that could not be read."""
    return [one for one in readings if name in text_of(one) and not isinstance(one.record, Message)]


def assert_apart(raw: bytes, kind: str, *, last: bool) -> None:
    """Assert that the neighbours of a bad message are read as they always are, and that nothing is mixed.

    `last` says whether the neighbour after it must be there; where the bad one swallows its beginning, it may be
    missing, but is never read in part.
    """
    sound = readings_of(enveloped(*(message(kind, str(at), name) for at, name in enumerate(WORDS, 1))))
    found = readings_of(raw)
    for name in ("ALPHA", "CHARLY"):
        records = [one.record for one in trade(found, name)]
        assert records in ([], [one.record for one in trade(sound, name)]), name
        assert records or (name == "CHARLY" and not last), name
    for one in found:
        assert sum(name in text_of(one) for name in WORDS) <= 1, text_of(one)


@pytest.mark.parametrize("kind", TEMPLATES)
def a_sound_interchange_gives_each_message_its_own(kind: str) -> None:
    found = readings_of(enveloped(*(message(kind, str(at), name) for at, name in enumerate(WORDS, 1))))
    assert [one.faults for one in found] == [(), (), ()]
    assert [[name in text_of(one) for name in WORDS] for one in found] == [
        [at == to for to in range(3)] for at in range(3)
    ]
    assert_apart(enveloped(*(message(kind, str(at), name) for at, name in enumerate(WORDS, 1))), kind, last=True)


@pytest.mark.parametrize("kind", TEMPLATES)
def a_message_that_breaks_off_anywhere_takes_nothing_of_the_next(kind: str) -> None:
    bad = message(kind, "2", "BRAVO")
    for at in range(0, len(bad), 7):
        raw = enveloped(message(kind, "1", "ALPHA"), bad[:at], message(kind, "3", "CHARLY"))
        assert_apart(raw, kind, last=at == 0 or (bad[at - 1] == "'" and bad[at - 2] != "?"))


@pytest.mark.parametrize("kind", TEMPLATES)
def a_message_with_its_separators_swapped_takes_nothing_of_the_next(kind: str) -> None:
    for one, other in permutations(":+?'*", 2):
        bad = message(kind, "2", "BRAVO").translate(str.maketrans(one + other, other + one))
        raw = enveloped(message(kind, "1", "ALPHA"), bad, message(kind, "3", "CHARLY"))
        assert_apart(raw, kind, last="'" not in {one, other} and "?" not in {one, other})


@pytest.mark.parametrize(
    "text",
    [
        *("'UNA:+.? '", "'UNT+2+3'UNH+9+CUSCAR:D:95B:UN'", "'UNZ+1+I1'UNB+UNOA:1+X'", "UNA|^.\\ ~", "UNA:+.? '"),
        *("?", "??", "???", "'", "?'", "'''", "?'?+?:", "+:'?*", "??'??+??:"),
    ],
)
def a_text_that_looks_like_an_envelope_is_text(text: str) -> None:
    released = re.sub(r"([:+?'])", r"?\1", text)
    bad = message("CUSCAR", "2", "BRAVO").replace("BRAVO SHIRTS", f"BRAVO {released} SHIRTS")
    raw = enveloped(message("CUSCAR", "1", "ALPHA"), bad, message("CUSCAR", "3", "CHARLY"))
    assert_apart(raw, "CUSCAR", last=True)
    (victim,) = trade(readings_of(raw), "BRAVO")
    assert (
        f"BRAVO {text} SHIRTS"
        in msgspec.json.decode(text_of(victim))["consignments"][0]["items"][0]["commodity"]["description"]
    )


@pytest.mark.parametrize("count", ["0", "1", "13", "15", "9" * 5000, "-1", "\xb2", "1e2", "", "14.0", "0014x"])
def a_wrong_count_is_said_and_costs_nothing(count: str) -> None:
    bad = message("CUSCAR", "2", "BRAVO").replace("UNT+14+", f"UNT+{count}+")
    raw = enveloped(message("CUSCAR", "1", "ALPHA"), bad, message("CUSCAR", "3", "CHARLY"))
    assert_apart(raw, "CUSCAR", last=True)
    (victim,) = trade(readings_of(raw), "BRAVO")
    assert [one.code for one in victim.faults] == ["count"]
    assert "BRAVO SHIRTS" in text_of(victim)


@pytest.mark.parametrize("format", SOURCES)
def a_source_cut_at_every_50th_byte_never_raises(format: str) -> None:  # noqa: A002 - the word of every door
    raw = SOURCES[format]
    whole = prove_source(raw, format=format)
    assert whole
    for at in range(0, len(raw), 50):
        found = prove_source(raw[:at], format=format)
        assert len(found) <= len(whole) + 2
        assert prove_source(raw[:at]) == found or not found or format in {"json", "jsonl"}


@pytest.mark.parametrize("format", SOURCES)
def a_source_with_any_two_signs_swapped_never_raises(format: str) -> None:  # noqa: A002 - as above
    raw = SOURCES[format]
    for one, other in permutations(SIGNS[format], 2):
        swapped = raw.translate(bytes.maketrans(bytes((one, other)), bytes((other, one))))
        prove_source(swapped, format=format)
        prove_source(raw.replace(bytes((one,)), bytes((other,))))
        prove_source(raw.replace(bytes((one,)), b""))


@pytest.mark.parametrize("kind", MESSAGES)
def no_spoilt_message_raises_or_overlaps(kind: str) -> None:
    for seed in range(12):
        raw = spoilt(interchange(seed, type=kind, fill=0.1).raw, seed)
        prove_letters(raw)
        readings_of(raw)
        prove_writing(raw)


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda one: one.__name__)
def every_way_to_spoil_changes_something(spoil: Spoil) -> None:
    raw = SOURCES["edifact"]
    assert any(spoil(raw, random.Random(seed)) != raw for seed in range(9))  # noqa: S311 - to spoil, not to hide


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(READERS)))
def no_bytes_make_a_reader_raise(raw: bytes, reader: str) -> None:
    READERS[reader](raw)


def nests() -> Iterator[tuple[str, bytes]]:
    """Yield sources that are nested deeply, or grow when they are read."""
    lol = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    yield "billion laughs", f'<!DOCTYPE a [<!ENTITY l0 "lol">{lol}]><Declaration>&l9;</Declaration>'.encode()
    yield "quadratic blow-up", f'<!DOCTYPE a [<!ENTITY l "{"x" * 9000}">]><a>{"&l;" * 9000}</a>'.encode()
    yield "external entity", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Declaration>&x;</Declaration>'
    yield "external document type", b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><Declaration/>'
    yield "deep XML", b"<a>" * 5000 + b"</a>" * 5000
    yield "many attributes", b"<a " + b" ".join(b'a%d="1"' % at for at in range(3000)) + b"/>"
    yield "deep JSON", b'{"eventType":' + b"[" * 5000 + b"]" * 5000 + b"}"
    yield "deep JSON that is not closed", b"[" * 100_000
    yield "deep JSON line", b'{"kind":"Declaration","lrn":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"}\n{}\n"
    yield "long number", b'{"kind":"Declaration","itemCount":' + b"9" * 9000 + b"}"


@pytest.mark.parametrize(("name", "raw"), list(nests()))
def a_source_that_is_nested_or_grows_is_refused_in_its_findings(name: str, raw: bytes) -> None:
    found = prove_source(raw)
    assert found, name
    codes = {one.code for reading in found for one in reading.faults}
    assert codes & {"xml-dtd", "xml-limit", "too-deep", "malformed-json", "unknown-message", "not-an-integer", "type"}
    assert all("lol" not in text_of(one) and "localhost" not in text_of(one) for one in found)


def a_key_that_stands_twice_is_said_in_every_json_format() -> None:
    for raw in (
        JSON.replace(b'"eventType"', b'"eventType":"SHIPMENT","eventType"'),
        LINES.replace(b'"lrn"', b'"lrn":1,"lrn"'),
    ):
        found = prove_source(raw)
        assert "duplicate-key" in {one.code for one in found[0].faults}


def no_name_of_a_person_is_said_in_a_finding() -> None:
    raw = enveloped(message("PAXLST", "1", "XYZZY"))
    for seed in range(400):
        for reading in readings_of(spoilt(raw, seed)):
            for fault in reading.faults:
                assert "XYZZYSON" not in f"{word(fault).message} {fault.params} {fault.place}", (seed, fault)


def what_stands_in_the_place_of_a_tag_is_not_repeated() -> None:
    raw = enveloped("UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XX123'NAD+FL+++O'BRIENNE:JANE'UNT+6+1'")
    said = [word(fault).message for reading in readings_of(raw) for fault in reading.faults]
    assert any("???" in one for one in said)
    assert not any("BRIENNE" in one for one in said)


def an_interchange_needs_more_than_the_letters_una() -> None:
    table = b"UNABLE,UNIT\n1,2\n"
    with pytest.raises(Refused, match=r"csv"):
        receive.open_source(io.BytesIO(table), name="t.csv", settings=Settings(), format="edifact")
