"""Test that correspondences of cargo and containers read whatever segments come, in whatever order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.records import decode, encode
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Envelope = Callable[[str, str, str], bytes]

TYPES = ("CUSCAR", "BAPLIE", "CODECO", "COARRI", "COPARN", "IFTMIN", "IFTMCS")
SEGMENTS = (
    "BGM+785+1+9",
    "BGM",
    "DTM+137:2026:203",
    "DTM+7::",
    "TDT+20",
    "TDT+1++3+++++:::",
    "NAD+CA",
    "NAD+CN++:::TO ORDER",
    "NAD+ZZZ+X",
    "CTA",
    "COM+:TE",
    "LOC+147+1",
    "LOC+9",
    "LOC+11+:::NOWHERE+:::",
    "EQD+CN",
    "EQD+CN+TIDU1000017",
    "EQD+ZZ+TIDU1000017",
    "MEA+AAE+G+KGM",
    "MEA+AAE+G+KGM:HEAVY",
    "MEA+WT++KGM:1,5",
    "CNI",
    "CNI+1+X",
    "RFF",
    "RFF+BM",
    "RFF+UCN:1",
    "RFF+BM:B1",
    "RFF+MB:B1",
    "CNT+7:X:KGM",
    "CNT+11:-1.5",
    "GID",
    "GID+1+A:CT+:PX",
    "PCI+24+",
    "FTX+AAA",
    "FTX+AAA+++:::LAST",
    "SGP+TIDU1000017",
    "SGP",
    "DGS",
    "DGS+IMD+:+:+X:CEL+9",
    "TMP+2+COLD:CEL",
    "SEL",
    "MOA+64",
    "CST++:",
    "PIA+5+:HS",
    "GEI",
    "CPI",
    "UNS+D",
    "ZZZ+1",
)


@pytest.mark.parametrize("kind", TYPES)
@settings(max_examples=60, deadline=None)
@given(
    directory=st.sampled_from(["D.95B.UN", "D.99B.UN", "D.05B.UN", "D.13B.UN.SMDG31", "X"]),
    segments=st.lists(st.sampled_from(SEGMENTS), max_size=40),
)
def no_order_of_segments_is_too_much(
    read: Read, envelope: Envelope, kind: str, directory: str, segments: list[str]
) -> None:
    for reading in read(envelope(kind, directory, "\n".join(segments))):
        assert decode(encode(reading.record)) == reading.record
