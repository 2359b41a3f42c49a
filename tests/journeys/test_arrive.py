"""Prove that what arrives is kept once, whole, and goes on through the stages."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
import sqlalchemy as sa
from tests.journeys.conftest import HEADER, table_of, table_row

from tidewaiter import answers, journey
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.codes import load_csv
from tidewaiter.kernel.errors import Conflict, NotFound, Refused
from tidewaiter.kernel.records import Classification, Commodity, Declaration, GoodsItem, GoodsShipment, Outcome, encode
from tidewaiter.stages import receive, record
from tidewaiter.stages.record import BadCorrection, Change

if TYPE_CHECKING:
    from tidewaiter.node import Node

Take = Callable[..., journey.Arrived]


def _count(node: Node, table: str) -> int:
    """Count the rows of a table."""
    with node.database.reading() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def _newest(node: Node, reference: str) -> record.Version:
    """Return the newest version of the record with the reference."""
    with node.database.reading() as connection:
        return record.newest(connection, record.find(connection, node.vault, reference)[0].record_key)


def a_table_is_kept_whole_and_its_bytes_can_be_had_back(node: Node, take: Take) -> None:
    data = table_of(25) + b"\n\n"
    arrived = take(data)
    assert (arrived.counts.read, arrived.counts.kept) == (25, 25)
    assert arrived.message.state == "complete"
    with node.database.reading() as connection:
        assert b"".join(record.whole_source(connection, node.vault, arrived.message.id)) == data


def a_record_remembers_the_bytes_it_was_read_from(node: Node, take: Take) -> None:
    take(table_of(5))
    version = _newest(node, "40000003")
    with node.database.reading() as connection:
        assert record.source_of(connection, node.vault, version).strip() == table_row(3).strip().encode()
    assert (version.line, version.row, version.version) == (4, 3, 1)


def the_same_file_again_is_said_and_kept_once(node: Node, take: Take) -> None:
    first = take(table_of(10))
    again = take(table_of(10), name="other-name.csv")
    assert (first.again, again.again) == (False, True)
    assert again.message.id == first.message.id
    assert _count(node, "record_version") == 10


def a_repeated_declaration_is_kept_once(node: Node, take: Take) -> None:
    take(table_of(10))
    arrived = take(table_of(12), name="longer.csv")
    assert (arrived.counts.duplicates, arrived.counts.kept) == (10, 2)
    assert _count(node, "record_version") == 12
    assert _count(node, "record_duplicate") == 10


def a_second_original_with_other_content_waits_for_repair(node: Node, take: Take) -> None:
    take(table_of(3))
    arrived = take((HEADER + table_row(2, price=5)).encode(), name="second.csv")
    assert (arrived.counts.amendments, arrived.counts.repair) == (1, 1)
    version = _newest(node, "40000002")
    assert version.version == 2
    with node.database.reading() as connection:
        assert any(finding.rule.startswith("XDO") for finding in record.findings_of(connection, version))


def a_record_with_an_error_is_kept_for_repair_and_the_others_flow(node: Node, take: Take) -> None:
    data = HEADER + table_row(1) + table_row(2, origin="ZZ") + table_row(3)
    arrived = take(data.encode())
    assert (arrived.counts.kept, arrived.counts.repair) == (2, 1)
    with node.database.reading() as connection:
        (entry,) = record.waiting(connection)
    assert (entry.reference, entry.line, entry.rules) == ("40000002", 3, ("COD-001",))


def a_finding_is_placed_on_the_cell_it_speaks_of(node: Node, take: Take) -> None:
    data = (HEADER + table_row(1) + table_row(2, origin="ZZ")).encode()
    arrived = take(data)
    version = _newest(node, "40000002")
    with node.database.reading() as connection:
        findings = record.findings_of(connection, version)
        raw = record.source_of(connection, node.vault, version)
    placed = record.placed(
        findings, arrived.message.layout, raw, offset=version.offset, line=version.line, row=version.row
    )
    place = next(finding.place for finding in placed if finding.rule == "COD-001")
    assert place is not None
    assert place.offset is not None
    assert place.length is not None
    assert data[place.offset : place.offset + place.length] == b"ZZ"
    assert place.column == "Country of Origin"


def a_correction_is_a_new_version_and_the_original_stays(node: Node, take: Take) -> None:
    take((HEADER + table_row(2, origin="ZZ")).encode())
    before = _newest(node, "40000002")
    change = Change(path="/goodsShipment/items/0/origin", value="CN")
    journey.correct(node, before, [change], reason="the invoice says so")
    after = _newest(node, "40000002")
    assert (after.version, after.state, after.reason) == (2, "kept", "the invoice says so")
    with node.database.reading() as connection:
        versions = record.versions_of(connection, before.record_key)
        assert record.waiting(connection) == []
    assert [one.state for one in versions] == ["settled", "kept"]
    assert versions[0].record == before.record
    with pytest.raises(Conflict):
        journey.correct(node, before, [change], reason="twice")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/goodsShipment/items/7/origin", "CN"),
        ("/noSuchField", "CN"),
        ("origin", "CN"),
        ("/itemCount", "many"),
        ("/lrn/deeper", "x"),
    ],
)
def a_correction_that_does_not_fit_is_refused_with_its_place(node: Node, take: Take, path: str, value: str) -> None:
    take((HEADER + table_row(2, origin="ZZ")).encode())
    before = _newest(node, "40000002")
    with pytest.raises(BadCorrection):
        journey.correct(node, before, [Change(path=path, value=value)], reason="try")
    assert _newest(node, "40000002").version == 1


def a_waiting_record_is_cleared_when_a_new_code_list_knows_its_code(node: Node, take: Take) -> None:
    node.load_codes(load_csv(io.BytesIO(b"code,name\nKR,Korea\n"), "country", "own 1"))
    arrived = take((HEADER + table_row(1)).encode())
    assert arrived.counts.repair == 1
    assert journey.recheck(node, None) == (1, 0)
    node.load_codes(load_csv(io.BytesIO(b"code,name\nKR,Korea\nCN,China\n"), "country", "own 2"))
    assert journey.recheck(node, None) == (1, 1)
    assert _newest(node, "40000001").state == "kept"


def a_file_that_is_no_table_is_refused_and_noted(node: Node, take: Take) -> None:
    with pytest.raises(Refused, match="PDF"):
        take(b"%PDF-1.7\nnothing", name="table.csv")
    with node.database.reading() as connection:
        (message,) = record.messages(connection, limit=10)
    assert (message.state, message.readings) == ("refused", 0)
    assert "PDF" in (message.reason or "")


def a_broken_off_message_goes_on_where_it_stopped(node: Node) -> None:
    node.settings = msgspec.structs.replace(node.settings, batch_records=10)
    data = table_of(55)
    source = journey.Source(stream=io.BytesIO(data), name="table.csv", mapping=receive.load_mapping("kcs"))

    def stop(receipt: record.Receipt) -> None:
        if receipt.last >= 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journey.arrive(node, source, progress=stop)
    assert _count(node, "record_version") == 30
    arrived = journey.arrive(node, source)
    assert (arrived.resumed_at, arrived.counts.read, arrived.message.counts.read) == (30, 25, 55)
    assert _count(node, "record_version") == 55
    assert _count(node, "record_duplicate") == 0
    with node.database.reading() as connection:
        assert b"".join(record.whole_source(connection, node.vault, arrived.message.id)) == data


def an_unknown_reference_is_said(node: Node) -> None:
    with node.database.reading() as connection, pytest.raises(NotFound, match="No record"):
        record.find(connection, node.vault, "nowhere")


def what_arrives_is_screened_decided_and_queued(node: Node, take: Take) -> None:
    take(table_of(60))
    assert node.outbox.waiting() == 2
    assert journey.follow_up(node) == 2
    counts = answers.queue_counts(node, since=None, until=None)
    assert sum(counts.values()) == 60
    assert counts["inspect"] >= 28
    (first, *_) = answers.queue(node, actions=("inspect",), since=None, until=None, limit=5)
    assert first.screening.log_odds == pytest.approx(
        first.screening.base + sum(reason.contribution for reason in first.screening.reasons)
    )


def a_step_that_runs_twice_gives_the_same(node: Node, take: Take) -> None:
    arrived = take(table_of(40))
    journey.follow_up(node)
    before = [answers.queue_counts(node, since=None, until=None), _count(node, "kernel_lake_file")]
    with node.database.reading() as connection:
        batch = connection.execute(sa.text("SELECT max(id) FROM record_batch")).scalar_one()
    with node.work() as work:
        work.later("archive", {"batch": batch})
        work.later("assess", {"batch": batch})
    journey.follow_up(node)
    assert arrived.counts.read == 40
    assert [answers.queue_counts(node, since=None, until=None), _count(node, "kernel_lake_file")] == before


def an_outcome_finds_its_declaration_before_or_after_it_comes(node: Node, take: Take) -> None:
    rows = table_of(6, fraud=1)
    take(rows, mapping="kcs-outcome", name="outcomes.csv")
    journey.follow_up(node)
    with node.database.reading() as connection:
        states = connection.execute(sa.text("SELECT DISTINCT state FROM investigate_outcome")).scalars().all()
    assert states == ["unmatched"]
    take(rows)
    journey.follow_up(node)
    version = _newest_declaration(node, "40000004")
    story = answers.story(node, version)
    assert [one.result for one in story.outcomes] == ["irregular"]
    assert story.decision is not None
    assert story.decision["state"] == "done"


def a_declaration_amended_on_a_later_day_stays_as_it_was_decided_once_controlled(node: Node, take: Take) -> None:
    item = GoodsItem(sequence=1, commodity=Commodity(classifications=(Classification(id="610910"),)), origin="CN")
    original = Declaration(
        function="9",
        lrn="L-1",
        mrn="M-1",
        type="IM",
        accepted=datetime(2021, 4, 1, 9, tzinfo=UTC),
        goods_shipment=GoodsShipment(items=(item,)),
    )
    amended = msgspec.structs.replace(original, function="4", accepted=datetime(2021, 4, 2, 9, tzinfo=UTC))
    found = Outcome(declaration="M-1", result="conform", controlled=datetime(2021, 4, 1, 15, tzinfo=UTC))
    take(encode(original) + b"\n", mapping="", name="first.jsonl")
    journey.follow_up(node)
    take(encode(found) + b"\n", mapping="", name="outcome.jsonl")
    journey.follow_up(node)
    take(encode(amended) + b"\n", mapping="", name="second.jsonl")
    journey.follow_up(node)
    version = _newest_declaration(node, "M-1")
    assert version.version == 2
    decision = answers.story(node, version).decision
    assert decision is not None
    assert (decision["day"], decision["state"]) == ("2021-04-01", "done")


def what_a_node_that_has_run_for_months_receives_lies_in_no_future(node: Node, take: Take, set_clock: SetClock) -> None:
    take(table_of(3), name="before.csv")
    set_clock.move(timedelta(days=60))
    accepted = set_clock.now() - timedelta(days=1)
    item = GoodsItem(sequence=1, commodity=Commodity(classifications=(Classification(id="610910"),)), origin="CN")
    new = Declaration(
        function="9", mrn="M-60", type="IM", accepted=accepted, goods_shipment=GoodsShipment(items=(item,))
    )
    take(encode(new) + b"\n", mapping="", name="after.jsonl")
    with node.database.reading() as connection:
        found = record.findings_of(connection, _newest_declaration(node, "M-60"))
    assert "future" not in {one.code for one in found}


def _newest_declaration(node: Node, reference: str) -> record.Version:
    """Return the newest version of the declaration with the reference."""
    with node.database.reading() as connection:
        return record.newest(connection, record.find(connection, node.vault, reference, "Declaration")[0].record_key)


def the_history_is_merged_when_it_has_many_small_files(node: Node, take: Take) -> None:
    node.settings = msgspec.structs.replace(node.settings, batch_records=5, lake_small_files_max=3)
    take(table_of(40))
    journey.follow_up(node)
    (file,) = node.lake.files("declaration_item")
    assert file.rows == 40
    assert sum(answers.queue_counts(node, since=None, until=None).values()) == 40
