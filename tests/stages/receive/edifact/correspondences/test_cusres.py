"""Prove that answers of customs are read and written, with the words and the place of each error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.records import AnyRecord, Response, ResponseError
from tidewaiter.stages.receive import Reading

Read = Callable[[bytes], list[Reading]]
Write = Callable[[str, Sequence[AnyRecord]], bytes]
Where = Callable[[bytes, Reading, str], bytes]

BEGIN = b"UNB+UNOC:3+BORDER+NORDAIR+260501:1545+R1'UNH+1+CUSRES:D:%s:UN'"


def answered(*segments: bytes, directory: bytes = b"05B") -> bytes:
    """Return an interchange with one CUSRES of these segments."""
    body = b"".join(one + b"'" for one in segments)
    return BEGIN % directory + body + b"UNT+%d+1'UNZ+1+R1'" % (len(segments) + 2)


REJECTED = answered(
    b"BGM+963+A-7+27",
    b"DTM+137:202605011545:203",
    b"NAD+MS+BORDER",
    b"NAD+MR+NORDAIR",
    b"RFF+ACW:M1",
    b"RFF+ABE:LRN-1",
    b"ERP+2:LOC:12",
    b"ERC+COD-007:E",
    b"FTX+AAO+++A place is in the list?: XXYYY is not.:/consignments/0/loading/code:3.1",
)


def an_answer_says_what_is_wrong_and_where(read: Read, where: Where) -> None:
    (one,) = read(REJECTED)
    assert one.faults == ()
    assert one.record == Response(
        type="CUSRES",
        result="rejected",
        reference="A-7",
        issued=datetime(2026, 5, 1, 15, 45, tzinfo=UTC),
        sender="BORDER",
        recipient="NORDAIR",
        message="M1",
        lrn="LRN-1",
        errors=(
            ResponseError(
                code="COD-007",
                severity="error",
                text="A place is in the list: XXYYY is not.",
                pointer="/consignments/0/loading/code",
                segment=12,
                tag="LOC",
                element=3,
                component=1,
            ),
        ),
    )
    assert where(REJECTED, one, "/lrn") == b"LRN-1"


@pytest.mark.parametrize(
    ("segments", "errors"),
    [
        ((b"ERP+1", b"ERC+52", b"ERC+53"), [("52", None), ("53", None)]),
        ((b"ERP+1", b"ERC+52", b"FTX+AAO+++LINE ONE:LINE TWO"), [("52", "LINE ONE LINE TWO")]),
        ((b"ERP+1", b"ERC+52", b"ERC+53", b"FTX+AAO+++A", b"FTX+AAO+++B"), [("52", "A"), ("53", "B")]),
        ((b"ERP+1", b"ERC+52", b"FTX+AAO+++A", b"FTX+AAO+++B"), [("52", "A B")]),
        ((b"ERP+1", b"FTX+AAO+++A"), [(None, "A")]),
        ((b"ERP+99", b"ERC+52", b"FTX+AAO+++A:/ AND:B"), [("52", "A / AND B")]),
        ((b"DOC+1", b"ERP+2:7", b"ERC+52"), [("52", None)]),
    ],
)
def an_answer_that_others_wrote_is_read_as_it_is_meant(
    segments: Sequence[bytes], errors: list[tuple[str | None, str | None]], read: Read
) -> None:
    (one,) = read(answered(b"BGM+962+A-7+27", *segments))
    assert isinstance(one.record, Response)
    assert [(error.code, error.text) for error in one.record.errors] == errors


@pytest.mark.parametrize(
    ("bgm", "result"),
    [
        (b"BGM+962+A+44", "accepted"),
        (b"BGM+962+A+29", "accepted"),
        (b"BGM+962+A+45", "warned"),
        (b"BGM+962+A+11", "acknowledged"),
        (b"BGM+963+A", "rejected"),
        (b"BGM+963+A+9", "rejected"),
        (b"BGM+962+A+9", None),
    ],
)
def the_result_is_what_the_beginning_says(bgm: bytes, result: str | None, read: Read) -> None:
    for directory in (b"95B", b"99B", b"16B"):
        (one,) = read(answered(bgm, directory=directory))
        assert isinstance(one.record, Response)
        assert one.record.result == result


TEXTS = st.text("ABCxyz 019.,:+?'-/é", min_size=1, max_size=60).map(str.strip).filter(bool)
NUMBERS = st.integers(1, 999)
REFERENCES = st.text("ABCXYZ0189-/", min_size=1, max_size=14)


@st.composite
def errors(draw: st.DrawFn) -> ResponseError:
    """Return an error as CUSRES can carry it."""
    code = draw(st.none() | st.sampled_from(["COD-007", "STR-003"]))
    severity = draw(st.none() | st.sampled_from(["error", "warning"])) if code else None
    element = draw(st.none() | NUMBERS)
    component = draw(st.none() | NUMBERS) if element is not None else None
    return ResponseError(
        code=code,
        severity=severity,
        text=draw(TEXTS),
        pointer=draw(st.none() | st.sampled_from(["/lrn", "/consignments/0/items/12/packaging"])),
        tag=draw(st.none() | st.sampled_from(["BGM", "LOC"])),
        segment=draw(st.none() | NUMBERS),
        element=element,
        component=component,
    )


RESPONSES = st.builds(
    Response,
    type=st.just("CUSRES"),
    result=st.sampled_from(["accepted", "warned", "rejected", "acknowledged"]),
    reference=REFERENCES,
    issued=st.datetimes(datetime(1999, 1, 1), datetime(2060, 1, 1)).map(  # noqa: DTZ001 - made aware at once
        lambda one: one.replace(microsecond=0, tzinfo=UTC)
    ),
    sender=st.none() | REFERENCES,
    recipient=st.none() | REFERENCES,
    message=st.none() | REFERENCES,
    interchange=st.none() | REFERENCES,
    lrn=st.none() | REFERENCES,
    mrn=st.none() | REFERENCES,
    errors=st.lists(errors(), max_size=4).map(tuple),
)


@given(response=RESPONSES)
def what_is_written_is_read_again_as_it_was(response: Response, read: Read, write: Write) -> None:
    (one,) = read(write("CUSRES", [response]))
    assert one.faults == ()
    assert one.record == response
