"""Prove that what senders send is counted alike on every engine, and reported without a value."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.journeys.conftest import HEADER, table_of, table_row

from tidewaiter import journey
from tidewaiter.stages import receive, record
from tidewaiter.stages.record import Change

if TYPE_CHECKING:
    from tidewaiter.node import Node

Send = Callable[..., journey.Arrived]
VAGUE = (
    b'{"kind":"Declaration","lrn":"V1","goodsShipment":{"items":[{"commodity":{"description":"goods"}}],'
    b'"consignment":{"unloading":{"at":"2020-01-01T00:00:00Z"}}},"accepted":"2021-06-01T00:00:00Z",'
    b'"parties":[{"role":"importer","id":"I1","name":"Erika Mustermann","contact":{"email":"e@example.org"}}]}\n'
)


@pytest.fixture
def send(node: Node) -> Send:
    """Give a way to receive bytes from a sender."""

    def receive_bytes(sender: str | None, data: bytes, mapping: str | None = "kcs") -> journey.Arrived:
        chosen = receive.load_mapping(mapping) if mapping else None
        source = journey.Source(stream=io.BytesIO(data), name="sent.csv", mapping=chosen, sender=sender)
        return journey.arrive(node, source)

    return receive_bytes


def _shares(node: Node, **asked: object) -> dict[str | None, dict[str, object]]:
    """Return sender → measure → (not good, of)."""
    with node.database.reading() as connection:
        found = record.quality(connection, **asked)  # type: ignore[arg-type]  # as the tests say
    return {one.sender: {share.name: (share.bad, share.of) for share in one.shares} for one in found}


def what_each_sender_sent_is_counted_for_that_sender(node: Node, send: Send) -> None:
    send("ALPHA", table_of(10))
    send("BETA", (HEADER + table_row(101, origin="ZZ") + table_row(102) + table_row(103, origin="ZY")).encode())
    send(None, VAGUE, mapping=None)
    found = _shares(node)
    assert set(found) == {"ALPHA", "BETA", None}
    assert found["ALPHA"]["without errors"] == (0, 10)
    assert found["BETA"]["right codes"] == (2, 3)
    assert found["BETA"]["without errors"] == (2, 3)
    assert found[None]["clear"] == (1, 1)
    assert found[None]["on time"] == (1, 1)


def the_worst_sender_comes_first(node: Node, send: Send) -> None:
    send("ALPHA", table_of(10))
    send("BETA", (HEADER + table_row(101, origin="ZZ")).encode())
    with node.database.reading() as connection:
        found = record.quality(connection)
    assert [one.sender for one in found] == ["BETA", "ALPHA"]
    assert found[0].score < found[1].score <= 100
    assert found[1].kinds == {"Declaration": 10}


def what_is_sent_again_or_changed_later_is_counted_and_a_correction_is_not(node: Node, send: Send) -> None:
    send("ALPHA", table_of(4))
    send("ALPHA", (HEADER + table_row(1) + table_row(2, price=5) + table_row(9, origin="ZZ")).encode())
    before = _shares(node)["ALPHA"]
    assert before["sent once"] == (1, 7)
    assert before["right at once"] == (1, 6)
    with node.database.reading() as connection:
        version = record.find(connection, node.vault, "40000009")[0]
    journey.correct(node, version, [Change(path="/goodsShipment/items/0/origin", value="CN")], reason="invoice")
    assert _shares(node)["ALPHA"] == before


def a_day_and_a_sender_narrow_what_is_counted(node: Node, send: Send) -> None:
    send("ALPHA", table_of(2))
    send("BETA", (HEADER + table_row(101)).encode())
    send(None, (HEADER + table_row(102)).encode())
    assert set(_shares(node, sender="ALPHA")) == {"ALPHA"}
    assert set(_shares(node, sender="")) == {None}
    assert set(_shares(node, sender="GAMMA")) == set()
    assert set(_shares(node, since=datetime(2021, 7, 1, tzinfo=UTC))) == {"ALPHA", "BETA", None}
    assert set(_shares(node, since=datetime(2021, 7, 2, tzinfo=UTC))) == set()


def the_report_says_where_to_look_and_repeats_no_value(node: Node, send: Send) -> None:
    send("ALPHA", (HEADER + table_row(1) + table_row(2, origin="ZZ") + table_row(3, origin="ZZ")).encode())
    send("ALPHA", VAGUE, mapping=None)
    with node.database.reading() as connection:
        (found,) = record.quality(connection, sender="ALPHA")
        broken = record.broken_rules(connection, node.vault, sender="ALPHA")
    by_rule = {one.rule: one for one in broken}
    assert broken[0].count == max(one.count for one in broken)
    assert by_rule["COD-001"].count == 2
    assert by_rule["COD-001"].example == (
        "sent.csv, record 3, line 4, column Country of Origin, field /goodsShipment/items/0/origin"
    )
    assert by_rule["XFD-004"].example.startswith("sent.csv, record 1, line 1")
    said = record.report_markdown(found, broken, administration="KR", since=None, until=node.clock.now().date())
    assert "COD-001" in said
    assert [one for one in ("ZZ", "Erika", "Mustermann", "example.org", "40000002", "IMP") if one in said] == []
