"""Say what must hold of reading any bytes at all; fuzzer, table of samples and tests ask it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any

import msgspec

from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import standing
from tidewaiter.stages import receive, validate
from tidewaiter.stages.receive import Fault, Reading
from tidewaiter.stages.receive.edifact.charsets import charset_of
from tidewaiter.stages.receive.edifact.correspondences import CORRESPONDENCES
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Letter, type_of
from tidewaiter.stages.receive.edifact.reader import read_letter
from tidewaiter.stages.receive.edifact.segments import Elements, Segment
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.edifact.writer import write_interchange, write_message
from tidewaiter.stages.validate.rule import FAILED
from tidewaiter.stages.validate.service import word

AT = datetime(2024, 1, 1, 12, tzinfo=UTC)
SETTINGS = Settings(home="nowhere")
SMALL = Settings(home="nowhere", edifact_segment_bytes_max=512, edifact_segments_max=60, faults_per_record_max=12)
"""Limits that small inputs reach."""
LEAVES_ASKED = 3
"""For how many fields of a source it is asked where they stand."""


@cache
def checker() -> validate.Checker:
    """Return a checker of every rule, as of a day."""
    node = standing(SETTINGS)
    return validate.Checker(node.codes, today=AT.date(), settings=SETTINGS)


def prove_source(raw: bytes, *, format: str | None = None, settings: Settings = SETTINGS) -> list[Reading]:  # noqa: A002 - the word of every door
    """Read a source whole and assert what must hold of it; no readings where it is refused."""
    try:
        opened = receive.open_source(io.BytesIO(raw), name="source", settings=settings, format=format)
    except TidewaiterError:
        return []
    found = list(opened.readings())
    assert [one.number for one in found] == list(range(1, len(found) + 1)), "numbers"
    for one in found:
        prove_reading(one, len(raw))
    if len(found) > 1:
        assert list(opened.readings(after_number=1)) == found[1:], "going on gives the same"
    _prove_places(raw, opened, found)
    return found


def prove_reading(reading: Reading, length: int) -> None:
    """Assert that a reading can be kept and judged, and that its faults can be said and stand in the source."""
    record: Any = reading.record
    kept = msgspec.json.encode(record)
    assert msgspec.json.decode(kept, type=type(record)) == record, "what is kept is what was read"
    start, size = reading.offset, reading.length
    assert start is None or size is None or 0 <= start <= start + size <= length, (start, size, length)
    prove_faults(reading.faults, length)
    for finding in checker().check(record, reading.faults):
        assert finding.code != FAILED, (finding.rule, finding.params)


def prove_faults(faults: Iterable[Fault], length: int) -> None:
    """Assert that faults are known ones that can be said, at places inside the source."""
    for one in faults:
        assert one.code in receive.FAULTS, one.code
        assert word(one).message, one.code
        msgspec.json.encode(one)
        place = one.place
        if place is not None and place.offset is not None:
            assert 0 <= place.offset <= place.offset + (place.length or 0) <= length, (one.code, place, length)


def _prove_places(raw: bytes, opened: receive.Opened, found: Sequence[Reading]) -> None:
    """Assert that it can be said where fields stand, inside the bytes of their record."""
    chance = random.Random(len(raw))
    for reading in chance.sample(found, min(len(found), LEAVES_ASKED)):
        if reading.offset is None or reading.length is None:
            continue
        own = raw[reading.offset : reading.offset + reading.length]
        leaves = list(leaves_of(msgspec.to_builtins(reading.record)))
        for path in ("", *chance.sample(leaves, min(len(leaves), LEAVES_ASKED)), "/nothing/7/such"):
            place = receive.locate(
                None,
                own,
                path,
                offset=reading.offset,
                line=reading.line or 1,
                row=reading.row,
                form=reading.form,
                format=opened.head.format,
            )
            if place is not None and place.offset is not None:
                end = reading.offset + reading.length
                assert reading.offset <= place.offset <= place.offset + (place.length or 0) <= end, (path, place)


def leaves_of(value: Any, pointer: str = "") -> Iterable[str]:
    """Yield the pointer of every leaf of a plain value."""
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    else:
        yield pointer
    for name, one in items:
        yield from leaves_of(one, f"{pointer}/{name}")


# --- UN/EDIFACT ---------------------------------------------------------------------------------------------------


def letters_of(raw: bytes, settings: Settings = SETTINGS) -> list[Letter]:
    """Return the messages of an interchange."""
    tokens = Tokens(io.BytesIO(raw), segment_bytes_max=settings.edifact_segment_bytes_max)
    return [one for one in Envelopes(tokens, segments_max=settings.edifact_segments_max) if isinstance(one, Letter)]


def content(segments: Sequence[Segment]) -> list[tuple[str, Elements, Any]]:
    """Return what segments say, wherever they stand."""
    return [(one.tag, one.elements, one.more) for one in segments]


def prove_letters(raw: bytes, settings: Settings = SMALL) -> None:
    """Assert that segments and messages stand one after the other, and that a message's own bytes say the same."""
    tokens = list(Tokens(io.BytesIO(raw), segment_bytes_max=settings.edifact_segment_bytes_max))
    for before, after in pairwise(tokens):
        assert before.offset + before.length <= after.offset, "segments overlap"
        assert before.line <= after.line, "lines go back"
    end = 0
    letters = letters_of(raw, settings)
    for letter in letters:
        assert end <= letter.offset <= letter.offset + letter.length <= len(raw), "messages overlap"
        end = letter.offset + letter.length
        prove_faults(letter.faults, len(raw))
        for segment in letter.segments:
            assert letter.offset <= segment.offset <= segment.offset + segment.length <= end, "segments outside"
            assert raw[segment.offset : segment.offset + 1].strip(b" \t\r\n\x00"), "a segment begins with a blank"
        prove_alone(raw, letter, settings)


def prove_alone(raw: bytes, letter: Letter, settings: Settings) -> None:
    """Assert that a message's bytes, read by themselves in its form, are the same message."""
    own = raw[letter.offset : letter.offset + letter.length]
    tokens = Tokens(io.BytesIO(own), segment_bytes_max=settings.edifact_segment_bytes_max)
    form = type(letter.form).parse(letter.form.text())
    assert form == letter.form, "the form can be kept"
    tokens.use(form.characters, charset_of(form.identifier))
    again = [
        one
        for one in Envelopes(tokens, segments_max=settings.edifact_segments_max, form=form)
        if isinstance(one, Letter)
    ]
    assert len(again) == 1, f"{len(again)} messages in the bytes of one"
    assert content([again[0].header, *again[0].segments]) == content([letter.header, *letter.segments]), "alone"


def prove_writing(raw: bytes, settings: Settings = SETTINGS) -> None:
    """Assert that records written as a message are read as the same again.

    The records of any message at all are written twice, so that what the message cannot carry is gone and what it must
    say is there; what is then read is written and read once more, and must be the same.
    """
    for letter in letters_of(raw, settings):
        kind = type_of(letter.header)
        if kind in CORRESPONDENCES:
            records = records_of(letter, raw, settings)
            if records:
                carried = written_and_read(kind, written_and_read(kind, records, settings), settings)
                assert written_and_read(kind, carried, settings) == carried, "written and read is the same"


def records_of(letter: Letter, raw: bytes, settings: Settings = SETTINGS) -> list[AnyRecord]:
    """Return the records of a message."""
    found, _ = read_letter(letter, lambda offset, length: raw[offset : offset + length], settings)
    return [record for record, _ in found]


def written_and_read(kind: str, records: Sequence[AnyRecord], settings: Settings = SETTINGS) -> list[AnyRecord]:
    """Write records as one message of a type, and read it."""
    message = write_message(CORRESPONDENCES[kind], records)
    raw = write_interchange([message], sender="A", recipient="B", reference="1", at=AT)
    (letter,) = letters_of(raw, settings)
    assert not [one for one in letter.faults if one.code != "charset-character"], letter.faults
    assert type_of(letter.header) == kind
    return records_of(letter, raw, settings)


def by_message(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Return readings grouped by the message that they came in."""
    return [list(group) for _, group in groupby(readings, key=lambda one: one.offset)]


READERS: Mapping[str, Callable[[bytes], object]] = MappingProxyType(
    {
        "tokens": prove_letters,
        "edifact": lambda raw: prove_source(raw, format="edifact"),
        "writing": prove_writing,
        "xml": lambda raw: prove_source(raw, format="xml"),
        "json": lambda raw: prove_source(raw, format="json"),
        "jsonl": lambda raw: prove_source(raw, format="jsonl"),
        "anything": prove_source,
    }
)
"""Name of a reader → what runs it on bytes and asserts what must hold."""
