"""Prove that messages are kept with their bytes, whoever sent them and whatever can be read of them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
import pytest
import sqlalchemy as sa
from tests.journeys.conftest import HEADER, table_row

from tidewaiter import answers, journey
from tidewaiter.kernel.errors import Conflict, Refused
from tidewaiter.kernel.records import Event, Interchange, Message
from tidewaiter.stages import receive, record
from tidewaiter.stages.record import Change

if TYPE_CHECKING:
    from tidewaiter.node import Node

Take = Callable[..., journey.Arrived]


def interchange(sender: str, reference: str, *messages: str) -> bytes:
    """Return an interchange of messages of a type that nobody can read, in Latin 1 and without line ends."""
    inside = "".join(
        f"UNH+{number}+XYZABC:D:95B:UN'BGM+85+{text}+9'UNT+3+{number}'" for number, text in enumerate(messages, start=1)
    )
    return f"UNB+UNOC:3+{sender}+KRCUS+210401:1200+{reference}'{inside}UNZ+{len(messages)}+{reference}'".encode(
        "latin-1"
    )


def _newest(node: Node, reference: str) -> record.Version:
    with node.database.reading() as connection:
        return record.newest(connection, record.find(connection, node.vault, reference)[0].record_key)


def a_message_that_cannot_be_read_waits_for_repair_with_its_own_bytes(node: Node, take: Take) -> None:
    data = interchange("HLCU", "R1", "M\u00dcLLER", "SECOND")
    arrived = take(data, mapping="")
    assert (arrived.counts.read, arrived.counts.repair) == (2, 2)
    assert arrived.kinds == {"Message": 2}
    assert arrived.types == {"XYZABC": 2}
    assert arrived.message.sender == "HLCU"
    with node.database.reading() as connection:
        entries = record.waiting(connection)
        assert [(one.reference, one.kind, one.rules) for one in entries] == [
            ("R1/1", "Message", ("STR-006",)),
            ("R1/2", "Message", ("STR-006",)),
        ]
        version = record.newest(connection, entries[1].record_key)
        assert record.source_of(connection, node.vault, version) == b"UNH+2+XYZABC:D:95B:UN'BGM+85+SECOND+9'UNT+3+2'"
        assert b"".join(record.whole_source(connection, node.vault, arrived.message.id)) == data
        findings = record.findings_of(connection, version)
    assert version.form is not None
    assert version.form.startswith("UNOC 3 ")
    placed = record.placed(
        findings, None, b"UNH+2", offset=version.offset, line=1, row=1, form=version.form, format="edifact"
    )
    assert [one.place.segment for one in placed if one.place] == [1]


def a_message_without_faults_in_its_text_stays_faulty_when_it_is_checked_again(node: Node, take: Take) -> None:
    take(interchange("HLCU", "R1", "ONE"), mapping="")
    assert journey.recheck(node, None) == (1, 0)
    assert _newest(node, "R1/1").version == 1


def a_message_that_was_sent_again_is_closed_with_a_reason(node: Node, take: Take) -> None:
    take(interchange("HLCU", "R1", "ONE"), mapping="")
    before = _newest(node, "R1/1")
    journey.close(node, before, reason="sent again as R2")
    after = _newest(node, "R1/1")
    assert (after.version, after.state, after.reason, after.officer) == (2, "closed", "sent again as R2", "tester")
    with node.database.reading() as connection:
        assert record.waiting(connection) == []
        assert [one.rule for one in record.findings_of(connection, after)] == ["STR-006"]
    with pytest.raises(Conflict, match="is closed"):
        journey.close(node, after, reason="twice")
    with pytest.raises(Conflict, match="changed meanwhile"):
        journey.close(node, before, reason="too late")


def two_senders_in_one_source_are_told_apart(node: Node, take: Take) -> None:
    take(interchange("ALPHA", "R1", "ONE") + interchange("BETA", "R1", "TWO", "THREE"), mapping="")
    with node.database.reading() as connection:
        found = {one.sender: one.records for one in record.quality(connection)}
    assert found == {"ALPHA": 1, "BETA": 2}


def a_sender_that_is_named_stands_above_those_of_the_envelopes(node: Node) -> None:
    data = interchange("ALPHA", "R1", "ONE") + interchange("BETA", "R1", "TWO")
    journey.arrive(node, journey.Source(stream=io.BytesIO(data), name="two.edi", sender="PORT"))
    with node.database.reading() as connection:
        assert {one.sender: one.records for one in record.quality(connection)} == {"PORT": 2}


def a_source_that_is_broken_off_between_messages_goes_on_with_the_next(node: Node) -> None:
    node.settings = msgspec.structs.replace(node.settings, batch_records=2)
    data = interchange("ALPHA", "R1", *map(str, range(5))) + b"\r\n" + interchange("BETA", "R2", *map(str, range(4)))
    source = journey.Source(stream=io.BytesIO(data), name="two.edi")

    def stop(receipt: record.Receipt) -> None:
        if receipt.last >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journey.arrive(node, source, progress=stop)
    arrived = journey.arrive(node, source)
    assert (arrived.resumed_at, arrived.counts.read, arrived.counts.repair) == (4, 5, 5)
    with node.database.reading() as connection:
        assert b"".join(record.whole_source(connection, node.vault, arrived.message.id)) == data
        assert len(record.waiting(connection)) == 9


class _Fake:
    """A source whose one message gave many events, between two others."""

    def __init__(self, stream: BinaryIO, sizes: tuple[int, ...]) -> None:
        self.stream = stream
        self.sizes = sizes
        self.head = receive.Head(format="edifact", message=Message(interchange=Interchange(sender="ALPHA")))

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[receive.Reading]:
        """Yield ten bytes for every message, however many records it gave."""
        number = 0
        for place, size in enumerate(self.sizes):
            for row in range(1, size + 1):
                number += 1
                if number > after_number:
                    assert from_offset is None or from_offset <= place * 10, "the offset points into a message"
                    event = Event(id=f"E{number}", type="transport", classifier="actual")
                    yield receive.Reading(number=number, record=event, offset=place * 10, length=10, row=row)


def the_records_of_one_message_stay_in_one_batch(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    node.settings = msgspec.structs.replace(node.settings, batch_records=3)
    stream = io.BytesIO(b"0123456789" * 4 + b"end")
    monkeypatch.setattr(receive, "open_source", lambda stream, **_: _Fake(stream, (2, 7, 1, 1)))
    source = journey.Source(stream=stream, name="many.edi")
    receipts: list[record.Receipt] = []

    def stop(receipt: record.Receipt) -> None:
        receipts.append(receipt)
        if len(receipts) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journey.arrive(node, source, progress=stop)
    arrived = journey.arrive(node, source, progress=stop)
    assert [(one.first, one.last) for one in receipts] == [(1, 9), (10, 11)]
    with node.database.reading() as connection:
        assert b"".join(record.whole_source(connection, node.vault, arrived.message.id)) == stream.getvalue()
        versions = record.find(connection, node.vault, "E5")
    assert [(one.offset, one.length, one.row) for one in versions] == [(10, 10, 3)]


@pytest.mark.parametrize(
    ("kept", "path", "value"),
    [
        ({"kind": "CargoReport", "lrn": "C1", "consignments": [{"departureCountry": "ZZ"}]}, "departure", "KR"),
        ({"kind": "TransitMovement", "lrn": "T1", "consignment": {"departureCountry": "ZZ"}}, "departure", "KR"),
        ({"kind": "Event", "id": "E1", "type": "gate", "place": {"country": "ZZ"}}, "country", "KR"),
    ],
)
def a_record_of_every_kind_can_be_corrected(
    node: Node, take: Take, kept: dict[str, Any], path: str, value: str
) -> None:
    take(json.dumps(kept).encode() + b"\n", mapping="", name="one.jsonl")
    (reference,) = (kept[name] for name in ("lrn", "id") if name in kept)
    before = _newest(node, reference)
    assert before.state == "repair"
    with node.database.reading() as connection:
        wrong = [one for one in record.findings_of(connection, before) if one.severity == "error" and one.path]
    (pointer,) = {one.path for one in wrong if path in (one.path or "")}
    assert pointer is not None
    journey.correct(node, before, [Change(path=pointer, value=value)], reason="the paper says so")
    after = _newest(node, reference)
    with node.database.reading() as connection:
        left = {one.path for one in record.findings_of(connection, after)}
    assert after.version == 2
    assert pointer not in left


def a_kept_message_is_answered_from_its_bytes_and_findings(node: Node, take: Take) -> None:
    arrived = take(interchange("ALPHA", "R77", "ONE"), mapping="")
    answer = answers.reply_to_message(node, arrived.message.id, "contrl")
    assert answer.format == "contrl"
    assert b"UCI+R77+ALPHA+KRCUS" in answer.body
    assert b"UCM+1+XYZABC:D:95B:UN+4" in answer.body
    told = json.loads(answers.reply_to_message(node, arrived.message.id, "problem").body)
    assert "STR-006" in json.dumps(told)


def a_table_that_was_kept_is_answered_with_its_findings_and_their_places(node: Node, take: Take) -> None:
    data = (HEADER + table_row(1) + table_row(2, origin="ZZ")).encode()
    arrived = take(data)
    take((HEADER + table_row(2, origin="ZZ") + table_row(1)).encode(), name="again.csv")
    for number in (arrived.message.id, arrived.message.id + 1):
        told = json.loads(answers.reply_to_message(node, number, None).body)
        assert "COD-001" in json.dumps(told)
        assert "Country of Origin" in json.dumps(told)


def what_was_refused_or_broken_off_is_not_answered(node: Node, take: Take) -> None:
    with pytest.raises(Refused):
        take(b"%PDF-1.7\n", mapping="", name="a.pdf")
    with node.database.reading() as connection:
        number = connection.execute(sa.text("SELECT max(id) FROM record_message")).scalar_one()
    with pytest.raises(Conflict, match="was refused"):
        answers.reply_to_message(node, number, None)


def a_message_too_long_to_be_looked_at_again_keeps_the_places_that_reading_told(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (
        b"UNB+UNOC:3+A+B+210401:1200+R1'UNH+1+CUSCAR:D:95B:UN'BGM+785+C1+9'TDT+20+1+1'"
        b"LOC+60+QQQQQ:139:6'UNT+5+1'UNZ+1+R1'"
    )
    stream = io.BytesIO(data)
    head, checked = journey.check(node, journey.Source(stream=stream, name="source"))
    (one,) = checked
    assert any(finding.place for finding in answers.placed(stream, head, one))
    monkeypatch.setattr(answers, "_PLACED_OCTETS_MAX", 10)
    assert answers.placed(stream, head, one) == tuple(one.findings)
    assert not any(finding.place for finding in one.findings)
