"""Prove that of two documents of one consignment the second is held against the first."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sqlalchemy as sa

from tidewaiter import journey
from tidewaiter.stages import record
from tidewaiter.stages.record import Change
from tidewaiter.stages.record.mentions import MENTIONS_MAX

if TYPE_CHECKING:
    from tidewaiter.node import Node

Take = Callable[..., journey.Arrived]


def _declaration(lrn: str, number: str = "HLCU 1234567", packages: int = 10, **more: Any) -> dict[str, Any]:
    consignment = {"transportDocument": {"type": "705", "number": number}}
    shipment = {"consignment": consignment, "items": [{"sequence": 1, "origin": "CN"}]}
    return {"kind": "Declaration", "lrn": lrn, "packages": packages, "goodsShipment": shipment, **more}


def _report(lrn: str, number: str = "HLCU1234567", packages: int = 10, **more: Any) -> dict[str, Any]:
    consignment = {"transportDocument": {"type": "705", "number": number}, "packages": packages}
    return {"kind": "CargoReport", "lrn": lrn, "consignments": [consignment], **more}


def _lines(*records: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


def _found(node: Node, reference: str) -> list[tuple[str, str | None]]:
    """Return (code, path) of what XDO-001 found in the newest version of a record."""
    with node.database.reading() as connection:
        version = record.newest(connection, record.find(connection, node.vault, reference)[0].record_key)
        findings = record.findings_of(connection, version)
    return [(one.code, one.path) for one in findings if one.rule == "XDO-001"]


@pytest.fixture
def lines(take: Take) -> Callable[..., journey.Arrived]:
    """Give a way to receive records as JSON lines."""
    return lambda *records: take(_lines(*records), mapping="", name="lines.jsonl")


def the_document_that_comes_second_has_the_finding(node: Node, lines: Take) -> None:
    lines(_declaration("D1"))
    lines(_report("R1", packages=12))
    assert _found(node, "D1") == []
    assert _found(node, "R1") == [("packages", "/consignments/0/packages")]
    lines(_report("R2", number="OTHER 7654321", packages=3))
    lines(_declaration("D2", number="other-765.4321"))
    assert _found(node, "D2") == [("packages", "/packages")]


def two_documents_in_one_batch_are_held_against_each_other(node: Node, lines: Take) -> None:
    lines(_declaration("D1"), _declaration("D2", number="NOBODY 12345"), _report("R1", packages=12))
    assert [_found(node, one) for one in ("D1", "D2", "R1")] == [[], [], [("packages", "/consignments/0/packages")]]


def only_the_newest_version_of_the_other_document_counts(node: Node, lines: Take) -> None:
    lines(_report("R1", packages=12))
    lines(_report("R1", packages=10, function="5"))
    lines(_declaration("D1"))
    assert _found(node, "D1") == []
    lines(_report("R1", function="1"))
    lines(_declaration("D1", packages=99, function="5"))
    assert _found(node, "D1") == []


def a_correction_is_held_against_the_other_document_too(node: Node, lines: Take) -> None:
    lines(_report("R1"))
    lines(_declaration("D1", packages=7, number="HLCU1234567"))
    assert _found(node, "D1") == [("packages", "/packages")]
    with node.database.reading() as connection:
        version = record.find(connection, node.vault, "D1")[0]
    journey.correct(node, version, [Change(path="/packages", value=10)], reason="counted again")
    assert _found(node, "D1") == []


def a_transport_document_that_a_correction_names_is_found_from_then_on(node: Node, lines: Take) -> None:
    lines(_declaration("D1", number="WRONG 99999"))
    with node.database.reading() as connection:
        version = record.find(connection, node.vault, "D1")[0]
    path = "/goodsShipment/consignment/transportDocument/number"
    journey.correct(node, version, [Change(path=path, value="HLCU1234567")], reason="the bill says so")
    lines(_report("R1", packages=12))
    assert _found(node, "R1") == [("packages", "/consignments/0/packages")]


def a_record_that_is_checked_again_keeps_what_was_found_when_it_came(node: Node, lines: Take) -> None:
    lines(_declaration("D1"))
    lines(_declaration("D1", packages=11))
    with node.database.reading() as connection:
        key = record.find(connection, node.vault, "D1")[0].record_key
    assert journey.recheck(node, [key]) == (1, 0)
    with node.database.reading() as connection:
        version = record.newest(connection, key)
        assert version.version == 2
        assert "XDO-003" in {one.rule for one in record.findings_of(connection, version)}


def a_number_that_far_too_many_records_name_tells_nothing(node: Node, lines: Take) -> None:
    lines(*(_declaration(f"D{number}", number="SEA WAYBILL 1") for number in range(MENTIONS_MAX + 1)))
    lines(_report("R1", number="SEA WAYBILL 1", packages=1))
    assert _found(node, "R1") == []


def a_mention_is_kept_once_however_often_the_record_changes(node: Node, lines: Take) -> None:
    lines(_declaration("D1"))
    lines(_declaration("D1", packages=11, function="5"))
    with node.database.reading() as connection:
        rows = connection.execute(sa.text("SELECT scope, value FROM record_mention")).all()
    assert [tuple(row) for row in rows] == [("transport-document", "HLCU1234567")]


def a_batch_that_is_broken_off_leaves_no_mention(node: Node) -> None:
    node.settings = msgspec.structs.replace(node.settings, batch_records=2)
    source = journey.Source(
        stream=io.BytesIO(_lines(*(_declaration(f"D{number}", number=f"BILL {number}0000") for number in range(6)))),
        name="lines.jsonl",
    )

    def stop(receipt: record.Receipt) -> None:
        if receipt.last >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journey.arrive(node, source, progress=stop)
    with node.database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM record_mention")).scalar_one() == 4
