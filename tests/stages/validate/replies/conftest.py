"""Give tests of replies a way to check a source, and to read what was replied."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
import pytest

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.validate import Checker, Finding, Reply, reply
from tidewaiter.stages.validate.cases import mapping_text, source_of

AT = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


TRANSIT = b"""<?xml version="1.0" encoding="UTF-8"?>
<ncts:CC015C PhaseID="NCTS5.1" xmlns:ncts="http://ncts.dgtaxud.ec">
<messageSender>TRADER1</messageSender><messageRecipient>NTA.NL</messageRecipient>
<preparationDateAndTime>2021-06-01T10:00:00</preparationDateAndTime>
<messageIdentification>MID1</messageIdentification><messageType>CC015C</messageType>
<TransitOperation><LRN>LRN-7</LRN><declarationType>T1</declarationType></TransitOperation>
<CustomsOfficeOfDeparture><referenceNumber>NL000396</referenceNumber></CustomsOfficeOfDeparture>
<CustomsOfficeOfDestinationDeclared><referenceNumber>DE999999</referenceNumber></CustomsOfficeOfDestinationDeclared>
</ncts:CC015C>
"""


@pytest.fixture(scope="session")
def transit() -> bytes:
    """A transit declaration whose office of destination is in no list."""
    return TRANSIT


@pytest.fixture(scope="session")
def opened() -> Callable[[str, bytes], receive.Opened]:
    """A function that opens a source."""

    def open_bytes(name: str, raw: bytes) -> receive.Opened:
        mapping = receive.read_mapping(mapping_text(), "rows.toml") if name.endswith(".csv") else None
        return receive.open_source(io.BytesIO(raw), name=name, settings=Settings(), mapping=mapping)

    return open_bytes


@pytest.fixture(scope="session")
def reply_to(
    checker: Checker, opened: Callable[[str, bytes], receive.Opened]
) -> Callable[[str, bytes, str | None], Reply]:
    """A function that replies to a source's bytes, in a format or the one that fits."""

    def reply_bytes(name: str, raw: bytes, wanted: str | None) -> Reply:
        source = opened(name, raw)
        checked = [(one, _placed(raw, source, one, checker)) for one in source.readings()]
        return reply(wanted, source.head, checked, sender="NODE", at=AT, reference="R1")

    return reply_bytes


@pytest.fixture(scope="session")
def replied(reply_to: Callable[[str, bytes, str | None], Reply]) -> Callable[..., Reply]:
    """A function that replies to a clean source of the cases with edits made."""

    def reply_edited(name: str, edits: Mapping[str, str] | None = None, wanted: str | None = None) -> Reply:
        return reply_to(name, source_of(name, edits or {}), wanted)

    return reply_edited


def _placed(raw: bytes, source: receive.Opened, reading: receive.Reading, checker: Checker) -> tuple[Finding, ...]:
    """Return what is wrong with a reading, each finding with its place in the source as the doors give it."""
    found = checker.check(reading.record, reading.faults)
    if reading.offset is None or reading.length is None:
        return found
    own = raw[reading.offset : reading.offset + reading.length]
    return tuple(one if one.place else _at(one, own, source, reading) for one in found)


def _at(finding: Finding, own: bytes, source: receive.Opened, reading: receive.Reading) -> Finding:
    place = receive.locate(
        source.head.layout,
        own,
        finding.path or "",
        offset=reading.offset or 0,
        line=reading.line or 1,
        row=reading.row,
        form=reading.form,
        format=source.head.format,
    )
    return msgspec.structs.replace(finding, place=place)


@pytest.fixture(scope="session")
def read(opened: Callable[[str, bytes], receive.Opened]) -> Callable[[bytes], list[receive.Reading]]:
    """A function that reads a reply as a partner would."""

    def read_bytes(body: bytes) -> list[receive.Reading]:
        return list(opened("reply", body).readings())

    return read_bytes
