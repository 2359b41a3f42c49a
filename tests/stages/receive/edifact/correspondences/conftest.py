"""Give tests of correspondences a way to read messages, write records and look where a leaf stands."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.edifact.correspondences import CORRESPONDENCES
from tidewaiter.stages.receive.edifact.reader import EdifactSource, locate
from tidewaiter.stages.receive.edifact.writer import write_interchange, write_message

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

SAMPLES = Path(__file__).parents[6] / "shared" / "data" / "edifact-samples"


@pytest.fixture(scope="session")
def read() -> Read:
    """A function that reads the records of an interchange."""

    def read_bytes(data: bytes) -> list[Reading]:
        return list(EdifactSource(io.BytesIO(data), length=len(data), sender=None, settings=Settings()).readings())

    return read_bytes


@pytest.fixture(scope="session")
def write() -> Write:
    """A function that writes records as one message of a type, in an interchange."""

    def write_records(kind: str, records: Sequence[AnyRecord]) -> bytes:
        message = write_message(CORRESPONDENCES[kind], records)
        at = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
        return write_interchange([message], sender="SENDER", recipient="RECIPIENT", reference="REF1", at=at)

    return write_records


@pytest.fixture(scope="session")
def where() -> Where:
    """A function that gives the bytes at which a leaf of a reading stands."""

    def bytes_of(data: bytes, reading: Reading, path: str) -> bytes:
        assert reading.offset is not None
        assert reading.length is not None
        place = locate(
            data[reading.offset : reading.offset + reading.length],
            path,
            form=reading.form,
            offset=reading.offset,
            line=reading.line or 1,
            row=reading.row,
        )
        assert place is not None
        assert place.offset is not None
        assert place.length is not None
        return data[place.offset : place.offset + place.length]

    return bytes_of


@pytest.fixture(scope="session")
def sample() -> Callable[[str], bytes]:
    """A function that gives the bytes of a sample by the end of its path; the test is skipped where it is not there."""

    def bytes_of(name: str) -> bytes:
        found = sorted(SAMPLES.glob(f"**/{name}"))
        if not found:
            pytest.skip(f"the sample {name} is not below {SAMPLES}")
        return found[0].read_bytes()

    return bytes_of


@pytest.fixture(scope="session")
def envelope() -> Callable[[str, str, str], bytes]:
    """A function that gives an interchange of one message, of its type, its directory and its segments, one a line."""

    def enveloped(kind: str, directory: str, text: str) -> bytes:
        segments = text.strip().splitlines()
        head = ["UNB+UNOC:3+TIDELINE+CUSTOMS+260506:0708+1", f"UNH+1+{kind}:{directory.replace('.', ':')}"]
        return "'".join((*head, *segments, f"UNT+{len(segments) + 2}+1", "UNZ+1+1", "")).encode("latin-1")

    return enveloped
