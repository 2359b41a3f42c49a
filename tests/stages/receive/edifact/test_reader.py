"""Test that interchanges are read into records, and that what once broke the reader no longer does."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from messages import STANDARD, interchange
from proofs import SETTINGS, content, letters_of, prove_letters, prove_source

from tidewaiter.kernel.records import CargoReport, Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.edifact import tokens as tokens_module
from tidewaiter.stages.receive.edifact.directory import (
    MESSAGES,
    check_segment,
    message_table,
    segment_shape,
)
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Envelope, Form, directory_of, type_of
from tidewaiter.stages.receive.edifact.matching import match
from tidewaiter.stages.receive.edifact.segments import ServiceCharacters
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.edifact.tree import Source, place_in

REPORT = "UNH+{0}+CUSCAR:D:95B:UN'BGM+785+C{0}+9'DTM+137:20240601:102'UNT+4+{0}'"


def _read(text: str | bytes, settings: Settings = SETTINGS) -> list[Reading]:
    """Return the readings of a source."""
    raw = text if isinstance(text, bytes) else text.encode("latin-1")
    return list(receive.open_source(io.BytesIO(raw), name="source", settings=settings).readings())


def _enveloped(*messages: str, count: int | None = None) -> str:
    """Return messages in one interchange."""
    return f"UNB+UNOC:3+A+B+240601:1000+I1'{''.join(messages)}UNZ+{len(messages) if count is None else count}+I1'"


@pytest.mark.parametrize("kind", MESSAGES)
def every_message_that_the_tables_allow_is_read_without_a_fault_of_structure(kind: str) -> None:
    for seed in range(25):
        found = interchange(seed, type=kind)
        letters = letters_of(found.raw)
        assert [type_of(one.header) for one in letters] == [kind] * len(found.messages)
        for letter, (_, release) in zip(letters, found.messages, strict=True):
            assert letter.faults == ()
            table = message_table(kind, "D", release)
            assert table is not None
            assert match(table, letter.segments)[1] == []
            for segment in letter.segments:
                shape = segment_shape(segment.tag)
                assert shape is not None
                assert check_segment(shape, segment.elements) == [], segment
        for reading in prove_source(found.raw, format="edifact"):
            assert {one.rule for one in reading.faults} <= {"STR-005", "STR-006"}, reading.faults


def what_is_invented_covers_the_ways_to_write() -> None:
    found = [interchange(seed) for seed in range(300)]
    assert {one.style.version for one in found} == {"1", "2", "3", "4"}
    assert {one.style.advice for one in found} == {True, False}
    assert {one.style.characters.release == "" for one in found} == {True, False}
    assert {kind for one in found for kind, _ in one.messages} == set(MESSAGES)
    assert any(segment.more for one in found for letter in letters_of(one.raw) for segment in letter.segments)
    assert any(letter.group for one in found for letter in letters_of(one.raw))


def a_source_is_opened_by_what_its_first_interchange_says() -> None:
    raw = _enveloped(REPORT.format(1)).encode()
    head = receive.open_source(io.BytesIO(raw), name="source", settings=SETTINGS, sender="TOLD").head
    said = head.message
    assert (head.format, said.type, said.directory, said.byte_length) == ("edifact", "CUSCAR", "D.95B.UN", len(raw))
    assert said.interchange is not None
    assert (said.interchange.sender, said.interchange.recipient) == ("TOLD", "B")


def a_reading_names_its_bytes_its_envelope_and_its_number() -> None:
    text = _enveloped(REPORT.format(1), REPORT.format(2))
    first, second = _read(text)
    assert (first.number, first.row, second.number, second.row) == (1, 1, 2, 1)
    for one, number in ((first, 1), (second, 2)):
        assert one.offset is not None
        assert one.length is not None
        assert text[one.offset : one.offset + one.length] == REPORT.format(number)
        assert isinstance(one.record, CargoReport)
        assert one.record.lrn == f"C{number}"
        assert one.message is not None
        assert (one.message.reference, one.message.type) == (str(number), "CUSCAR")


def a_reader_that_goes_on_gives_the_rest() -> None:
    raw = "".join(_enveloped(REPORT.format(at), REPORT.format(at + 1)) for at in (1, 3)).encode()
    opened = receive.open_source(io.BytesIO(raw), name="source", settings=SETTINGS)
    whole = list(opened.readings())
    for number in range(len(whole) + 1):
        assert list(opened.readings(after_number=number)) == whole[number:]


def a_type_without_a_table_is_kept_as_a_message() -> None:
    (one,) = _read(_enveloped("UNH+1+ORDERS:D:96A:UN'BGM+220+X+9'UNT+3+1'"))
    assert isinstance(one.record, Message)
    assert (one.record.type, one.record.directory) == ("ORDERS", "D.96A.UN")
    assert [(fault.rule, fault.code) for fault in one.faults] == [("STR-006", "unknown-message")]


def a_message_with_too_many_segments_is_kept_unread_and_its_neighbours_are_read() -> None:
    long = "UNH+2+CUSCAR:D:95B:UN'BGM+785+C2+9'" + "DTM+137:20240601:102'" * 50 + "UNT+53+2'"
    settings = Settings(home="nowhere", edifact_segments_max=20)
    found = _read(_enveloped(REPORT.format(1), long, REPORT.format(3)), settings)
    assert [type(one.record) for one in found] == [CargoReport, Message, CargoReport]
    assert [fault.code for one in found for fault in one.faults] == ["too-many-segments"]


@pytest.mark.parametrize("chunk", [97, 262_144])
@pytest.mark.parametrize("between", [b"", b"\r\n", b" \n \n"])
def two_interchanges_one_after_the_other_are_each_read_in_their_own_form(
    between: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "CHUNK_BYTES", chunk)
    single = [interchange(seed, fill=0.1).raw for seed in range(60)]
    alone = [letter for raw in single for letter in letters_of(raw)]
    whole = between.join(single)
    together = letters_of(whole)
    assert [content([one.header, *one.segments]) for one in together] == [
        content([one.header, *one.segments]) for one in alone
    ]
    assert [one.form for one in together] == [one.form for one in alone]
    for one in together:
        assert whole[one.header.offset :].startswith(b"UNH")
        assert one.line == whole.count(b"\n", 0, one.offset) + 1
    assert not [one for letter in together for one in letter.faults if one.code != "repeated-reference"]


# --- found by the generator, by mutation and by fuzzing -------------------------------------------------------------


def a_segment_of_many_empty_elements_is_checked_without_trying_every_way() -> None:
    shape = segment_shape("IFT")
    assert shape is not None
    full = len(shape.elements)
    sound = [["3"], *([[""], ["TEXT"]] * full)][:full]
    assert check_segment(shape, sound) == []
    for elements in ([*sound, ["ONE TOO MANY"]], [["3"], *[[""]] * full, ["X"]]):
        assert [one[0] for one in check_segment(shape, elements)] == ["too-many-elements"]


@pytest.mark.parametrize("said", ["\xb2", "\xb2\xb9", "9" * 5000, "٣".encode().decode("latin-1")])
def a_count_that_is_no_number_is_a_wrong_count(said: str) -> None:
    for text in (
        _enveloped(REPORT.format(1).replace("UNT+4", f"UNT+{said}")),
        _enveloped(REPORT.format(1)).replace("UNZ+1", f"UNZ+{said}"),
        _enveloped("UNG+CUSCAR+A+B+240601:1000+G1+UN+D:95B'" + REPORT.format(1) + f"UNE+{said}+G1'"),
    ):
        assert "count" in {fault.code for one in _read(text) for fault in one.faults}


@pytest.mark.parametrize("version", ["\xb2", "9" * 5000, "", "x y", "4 4"])
def a_syntax_version_that_is_none_is_read_as_the_third(version: str) -> None:
    one, *_ = _read(_enveloped(REPORT.format(1)).replace("UNOC:3", f"UNOC:{version}"))
    assert Form.parse(one.form).version == "3"
    assert isinstance(one.record, CargoReport)


@pytest.mark.parametrize("identifier", ["UN OA", "UNOQ", "", "x" * 300, "U\x00"])
def a_form_can_be_kept_whatever_the_identifier_says(identifier: str) -> None:
    found = _read(_enveloped(REPORT.format(1)).replace("UNOC:3", f"{identifier}:3"))
    form = found[0].form
    assert form is not None
    assert form.isprintable()
    assert Form.parse(form).text() == form
    assert "charset" in {fault.code for one in found for fault in one.faults}


def the_separators_of_level_b_structure_an_interchange() -> None:
    plain = _enveloped(REPORT.format(1)).replace("UNOC", "UNOB")
    coded = plain.translate(str.maketrans("'+:", "\x1c\x1d\x1f"))
    for text in (coded, "UNA\x1f\x1d. \x20\x1c" + coded):
        (one,) = _read(text)
        assert one.faults == ()
        assert one.record == _read(plain)[0].record


def a_service_character_is_no_character_outside_the_repertoire() -> None:
    text = _enveloped(REPORT.format(1)).replace("UNOC", "UNOA").translate(str.maketrans("'+:", "~^|"))
    (one,) = _read("UNA|^.? ~" + text)
    assert one.faults == ()


def a_decimal_sign_that_is_a_control_is_the_usual_one() -> None:
    assert ServiceCharacters.of("UNA:+\x00? '").decimal == "."
    assert ServiceCharacters.of("UNA:+\n? '").decimal == "."


@pytest.mark.parametrize("chunk", [3, 64, 262_144])
def a_run_of_released_terminators_is_one_segment_however_it_arrives(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "CHUNK_BYTES", chunk)
    raw = b"FTX+" + b"?'" * 900 + b"'BGM+1'"
    found = list(Tokens(io.BytesIO(raw), segment_bytes_max=10_000))
    assert [one.tag for one in found] == ["FTX", "BGM"]
    assert found[0].text(0) == "'" * 900


@pytest.mark.parametrize("inside", [b"X" * 900, b"?'" * 450, b"?" * 900, b"?X" * 450, b"\r\n" * 450, b"X?'\n" * 225])
def a_segment_that_is_too_long_is_shortened_the_same_way_however_it_arrives(
    inside: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"UNH+1+X'\r\n FTX+A" + inside + b"'\nBGM+1'UNT+3+1'"
    seen = set()
    for chunk in (3, 7, 50, 262_144):
        monkeypatch.setattr(tokens_module, "CHUNK_BYTES", chunk)
        found = list(Tokens(io.BytesIO(raw), segment_bytes_max=200))
        assert [one.tag for one in found] == ["UNH", "FTX", "BGM", "UNT"]
        assert "segment-too-long" in found[1].flaws
        for one in found:
            assert raw[one.offset : one.offset + 3].decode() == one.tag
            assert raw[one.offset + one.length : one.offset + one.length + 1] == b"'"
            assert one.line == raw.count(b"\n", 0, one.offset) + 1
        seen.add(str(content(found)))
    assert len(seen) == 1


def a_place_in_a_segment_that_is_too_long_is_told_without_reading_it() -> None:
    def never(offset: int, length: int) -> bytes:
        raise AssertionError((offset, length))

    (segment,) = Tokens(io.BytesIO(b"FTX+A+" + b"X" * 900 + b"'"), segment_bytes_max=200)
    source = Source(STANDARD, never, 0, {})
    assert place_in(segment, source, 1, 1).length == segment.length


def no_source_has_more_faults_than_may_be_said() -> None:
    settings = Settings(home="nowhere", faults_per_record_max=10)
    stray, wrapped, groups = "QTY+1'" * 5000, "DTM+137:2024\n0601:102'" * 400, "UNG+X+A+B+1:1+G'" * 400
    for text in (
        _enveloped(stray, REPORT.format(1)),
        _enveloped(REPORT.format(1).replace("UNT+4", wrapped + "UNT+404")),
        _enveloped(groups, REPORT.format(1)),
    ):
        for one in _read(text, settings):
            codes = [fault.code for fault in one.faults]
            assert all(codes.count(code) <= 10 for code in codes)
            assert len(codes) <= 60


def a_tag_in_small_letters_is_read_with_a_warning() -> None:
    (one,) = _read(_enveloped(REPORT.format(1).replace("BGM", "bgm")))
    assert isinstance(one.record, CargoReport)
    assert one.record.lrn == "C1"
    assert [fault.code for fault in one.faults] == ["tag-case"]


def a_message_in_another_is_left_out_and_said() -> None:
    broken = "UNH+1+CUSCAR:D:95B:UN'BGM+785+C1+9'RFF+AB"
    found = _read(_enveloped(broken, REPORT.format(2), REPORT.format(3), count=2))
    assert [one.record.lrn for one in found if isinstance(one.record, CargoReport)] == ["C1", "C3"]
    assert "mixed" in {fault.code for fault in found[0].faults}
    assert not any(isinstance(one.record, CargoReport) and one.record.issued for one in found[:1])


def a_wrong_reference_alone_costs_a_message_nothing() -> None:
    (one,) = _read(_enveloped(REPORT.format(1).replace("UNT+4+1", "UNT+3+7")))
    assert isinstance(one.record, CargoReport)
    assert one.record.issued is not None
    assert {fault.code for fault in one.faults} == {"count", "reference"}


def a_return_by_itself_is_left_out_of_a_text_as_a_line_end_is() -> None:
    for raw in (b"UNH+1+X\r:Y'", b"\nUNH+1+X\r:Y'", b"UNH+1+X\r\n:Y'"):
        (segment,) = Tokens(io.BytesIO(raw), segment_bytes_max=1000)
        assert (segment.text(0), segment.text(1), segment.text(1, 1)) == ("1", "X", "Y")
        assert segment.flaws == ("wrapped",)


@pytest.mark.parametrize(
    "raw",
    [
        b"UNH+9+\xef\xbb\xbf99999999:.",
        b"UNA:*.\x80\x81'\nUNH*M1*COARRI:D:22B:UN'\nT*HTM**ID'\nDTM*O'\xff\xfeTM*FK\xb6'\nNAD*QA******MISa 5KBS'\nEQD*",
        b"UNB+UNOF:ST$D$96B$UN~BGM|6H|\xe4\xb8\xad~TDT|NGW~UNT|4|M2~UNH|M3|IFTMIN$D$11A$UN~X'UNH+9+CUSCAR:D~UNZ|3|I152~",
        b"UNB+UNOY:4+A+B+1:1+1'UNH+M2+PAX\xb2n\x8c\rP\xaaW\x15A:UN'\nBGM++P7H6H 3U\xd0\x964*::84 c7'\nUNT+3+M2'",
        b"UNA:+.\\*\xe2\x80\x99UNB+IATA:1+1A+KRC+130527:0649+0003'\nUNH+1+PNRGOV:11:1:IA'UNT+2+1'UNZ+1+0003'",
    ],
)
def what_the_fuzzer_broke_holds_now(raw: bytes) -> None:
    prove_letters(raw)
    prove_source(raw, format="edifact")


def every_message_stands_after_the_one_before_it() -> None:
    raw = interchange(3, messages=3).raw
    for one, other in pairwise(letters_of(raw)):
        assert one.offset + one.length <= other.offset
        assert directory_of(one.header)


def an_envelope_at_fault_is_a_reading_of_its_own() -> None:
    found = list(Envelopes(Tokens(io.BytesIO(b"UNB+UNOA:3+A+B+1:1+1'UNZ+0+1'"), segment_bytes_max=99), segments_max=9))
    assert [type(one) for one in found] == [Envelope]
