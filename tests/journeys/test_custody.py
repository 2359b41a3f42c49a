"""Prove that personal data are sealed, read for a purpose and destroyed, and that the log tells it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tidewaiter import answers, custody, journey
from tidewaiter.kernel.errors import Conflict, NotFound, SettingFault, Shredded
from tidewaiter.kernel.log import audit
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.records import Declaration, Journey
from tidewaiter.stages import record
from tidewaiter.stages.record import Change

if TYPE_CHECKING:
    from tidewaiter.node import Node

Take = Callable[..., journey.Arrived]

NAME, STREET, MAIL = "Quillfeather Trading", "7 Marrowbone Quay", "ada@quillfeather.example"
"""Invented, and found nowhere else, so that a search of raw bytes can mean nothing but them."""


def declaration_of(number: int, name: str = NAME) -> dict[str, Any]:
    """Return a declaration with a trader's name, address and contact."""
    party: dict[str, Any] = {"role": "importer", "id": f"GB{number:012d}", "name": name}
    party |= {"address": {"line": STREET, "city": "Wexcombe", "country": "GB"}, "contact": {"email": MAIL}}
    return {"kind": "Declaration", "lrn": f"L{number}", "type": "IM", "parties": [party]}


def booking_of(locator: str, *documents: str) -> dict[str, Any]:
    """Return a booking of several travellers, by the numbers of their documents."""
    travellers = [
        {"familyName": f"Zzyx{number}", "birthDate": "1980-01-02", "documents": [{"type": "P", "number": number}]}
        for number in documents
    ]
    return {"kind": "Journey", "reference": locator, "source": "PNR", "carrier": "ZZ", "travellers": travellers}


def lines(*records: dict[str, Any]) -> bytes:
    """Return records as JSON lines."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


def declared(version: record.Version) -> Declaration:
    """Return a version's declaration."""
    assert isinstance(version.record, Declaration)
    return version.record


def travelled(version: record.Version) -> Journey:
    """Return a version's journey."""
    assert isinstance(version.record, Journey)
    return version.record


def versions(node: Node, reference: str) -> list[record.Version]:
    """Return the versions of a record."""
    with node.database.reading() as connection:
        return record.find(connection, node.vault, reference)


def kinds(node: Node) -> dict[str, int]:
    """Return how many leaves of each kind there are, once all of the log was audited and holds."""
    files = node.ledger.files()
    try:
        found = audit.audit(files, node.ledger.origin, [node.ledger.verifier], check_entry=leaves.parse)
        assert found.sound, found.flaws
    finally:
        files.close()
    with node.database.reading() as connection:
        counts = node.ledger.counts(connection)
    assert sum(counts.values()) == found.size
    return counts


def raw_bytes(node: Node) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a node with its bytes: database, write-ahead log, key store, log, history, artefacts."""
    for path in sorted(node.folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    if node.database.is_sqlite:
        place = node.database.engine.url.database or ""
        for end in ("", "-wal", "-shm"):
            try:
                with open(place + end, "rb") as file:  # noqa: PTH123 - a name with an end
                    yield place + end, file.read()
            except FileNotFoundError:
                continue


@pytest.fixture
def kept(node: Node, take: Take) -> Node:
    """Give a node that has two declarations and a booking."""
    take(lines(declaration_of(1), declaration_of(2)), mapping="", name="declarations.jsonl")
    take(lines(booking_of("QX7ZPL", "D100", "D200")), mapping="", name="bookings.jsonl")
    return node


def what_is_personal_is_nowhere_in_the_open(kept: Node) -> None:
    kept.database.forget_deleted()
    words = [NAME, STREET, MAIL, "QX7ZPL", "ZzyxD100", "D200"]
    for name, data in raw_bytes(kept):
        for word in words:
            assert word.encode() not in data, f"in {name}"


def a_record_shows_everything_but_what_is_personal_until_a_purpose_is_given(kept: Node) -> None:
    [version] = versions(kept, "L1")
    assert version.personal == "sealed"
    assert declared(version).parties[0].name is None
    assert declared(version).parties[0].id == "GB000000000001"
    assert set(version.hidden) >= {"/parties/0/name", "/parties/0/address/line", "/parties/0/contact/email"}
    before = kinds(kept).get("data.read", 0)
    assert answers.story(kept, version).versions[0].personal == "sealed"
    assert kinds(kept).get("data.read", 0) == before
    whole = answers.story(kept, version, purpose="investigation").versions[0]
    assert whole.personal == "open"
    assert declared(whole).parties[0].name == NAME
    assert kinds(kept)["data.read"] == before + 1
    with kept.database.reading() as connection:
        entry = kept.ledger.entry(connection, sum(kinds(kept).values()) - 1)
    assert json.loads(entry.statement) == {
        "purpose": "investigation",
        "records": [f"{version.record_key.hex()}/1"],
    }


def what_was_read_from_a_record_is_the_record_that_came(kept: Node) -> None:
    [version] = versions(kept, "QX7ZPL")
    [whole] = custody.read_personal(kept, [version], purpose="targeting")
    assert [one.documents[0].number for one in travelled(whole).travellers] == ["D100", "D200"]
    assert travelled(whole).reference == "QX7ZPL"


def a_booking_is_found_by_its_locator_though_it_is_kept_under_another_name(kept: Node) -> None:
    [version] = versions(kept, "QX7ZPL")
    assert version.reference != "QX7ZPL"
    assert versions(kept, version.reference) == [version]


def a_booking_that_comes_again_changed_is_a_version_of_the_same_record(kept: Node, take: Take) -> None:
    take(lines(booking_of("QX7ZPL", "D100")), mapping="", name="again.jsonl")
    assert [one.version for one in versions(kept, "QX7ZPL")] == [1, 2]
    arrived = take(lines(booking_of("QX7ZPL", "D100")) + b"\n", mapping="", name="same.jsonl")
    assert arrived.counts.duplicates == 1


def every_change_leaves_a_leaf(kept: Node) -> None:
    found = kinds(kept)
    assert found["node.made"] == 1
    assert found["message.received"] == found["message.completed"] == 2
    assert found["record.kept"] == 3
    assert found["record.found"] == 2  # the declarations lack what rules ask for
    [version] = versions(kept, "L1")
    journey.correct(kept, version, [Change(path="/parties/0/name", value="Other")], reason="as the paper says")
    assert kinds(kept)["record.corrected"] == 1
    [_, corrected] = versions(kept, "L1")
    [whole] = custody.read_personal(kept, [corrected], purpose="repair")
    assert declared(whole).parties[0].name == "Other"
    contact = declared(whole).parties[0].contact
    assert contact is not None
    assert contact.email == MAIL


def a_record_that_is_shredded_cannot_be_read_and_the_log_still_holds(kept: Node) -> None:
    [version] = versions(kept, "L1")
    done = custody.shred(kept, [version.record_key], {}, reason="asked for by the person")
    assert done.records == (version.record_key.hex(),)
    [after] = versions(kept, "L1")
    assert after.personal == "destroyed"
    assert after.record == version.record
    [same] = custody.read_personal(kept, [after], purpose="investigation")
    assert declared(same).parties[0].name is None
    [other] = custody.read_personal(kept, versions(kept, "L2"), purpose="investigation")
    assert declared(other).parties[0].name == NAME
    assert kinds(kept)["data.shredded"] == 1


def the_source_of_a_shredded_record_is_blotted_out_and_that_of_others_is_not(kept: Node) -> None:
    [one], [other] = versions(kept, "L1"), versions(kept, "L2")
    custody.shred(kept, [one.record_key], {}, reason="asked for")
    with kept.database.reading() as connection:
        assert set(record.source_of(connection, kept.vault, one)) <= set(b"#\n")
        assert json.loads(record.source_of(connection, kept.vault, other)) == declaration_of(2)


def the_keys_of_what_is_shredded_are_gone_and_no_older_copy_of_a_row_opens(kept: Node) -> None:
    [version] = versions(kept, "L1")
    with kept.database.reading() as connection:
        parts = list(record._store.read_sealed(connection, version.record_key, 1))
        rows = record._store.raw_rows(connection, version.message or 0, version.offset or 0, (version.offset or 0) + 1)
    numbers = [number for _, number, _, _ in parts] + [row["key"] for row in rows]
    assert kept.vault.keys(numbers).keys() == set(numbers)
    custody.shred(kept, [version.record_key], {}, reason="asked for")
    assert not kept.vault.keys(numbers).keys()


def a_traveller_is_destroyed_and_the_others_stay(kept: Node) -> None:
    [version] = versions(kept, "QX7ZPL")
    done = custody.shred(kept, [], {"document": "d 100"}, reason="asked for")
    assert (done.records, done.people) == ((), 1)
    [whole] = custody.read_personal(kept, [version], purpose="targeting")
    assert whole.personal == "partly destroyed"
    assert [one.family_name for one in travelled(whole).travellers] == [None, "ZzyxD200"]
    with pytest.raises(NotFound):
        custody.shred(kept, [], {"document": "D100"}, reason="again")


def a_person_is_found_by_any_identifier_in_every_record(kept: Node) -> None:
    done = custody.shred(kept, [], {"email": MAIL.upper()}, reason="asked for")
    assert len(done.records) == 2
    assert {one.personal for one in [*versions(kept, "L1"), *versions(kept, "L2")]} == {"destroyed"}


def a_kind_of_identifier_that_there_is_not_is_refused(kept: Node) -> None:
    with pytest.raises(SettingFault, match="no kind"):
        custody.shred(kept, [], {"sex": "F"}, reason="never")


def a_hold_forbids_to_destroy_until_it_is_lifted(kept: Node) -> None:
    [version] = versions(kept, "L1")
    with kept.work() as work:
        number = record.place_hold(work, version.record_key, reason="court order")
    with pytest.raises(Conflict, match="forbids"):
        custody.shred(kept, [version.record_key], {}, reason="asked for")
    with pytest.raises(Conflict, match="forbids"):
        custody.shred(kept, [], {"email": MAIL}, reason="asked for")
    [other] = custody.read_personal(kept, versions(kept, "L2"), purpose="audit")
    assert other.personal == "open"  # nothing was destroyed where something is held
    with kept.work() as work:
        record.lift_hold(work, number, reason="settled")
    custody.shred(kept, [version.record_key], {}, reason="asked for")
    assert versions(kept, "L1")[0].personal == "destroyed"
    with pytest.raises(NotFound), kept.work() as work:
        record.lift_hold(work, number, reason="twice")


def a_new_epoch_keeps_what_survives_readable_and_findable(kept: Node) -> None:
    custody.shred(kept, [], {"document": "D100"}, reason="asked for")
    epoch = kept.vault.epoch
    done = custody.begin_epoch(kept, reason="yearly")
    assert done.epoch == kept.vault.epoch == epoch + 1
    [one] = custody.read_personal(kept, versions(kept, "L1"), purpose="audit")
    assert declared(one).parties[0].name == NAME
    assert custody.shred(kept, [], {"document": "D200"}, reason="asked for").people == 1
    assert kinds(kept)["keys.rotated"] == 1


def a_message_whose_source_is_gone_says_so(kept: Node, take: Take) -> None:
    [version] = versions(kept, "L1")
    with kept.database.reading() as connection:
        numbers = record._store.raw_keys(connection, version.message or 0)
    kept.vault.shred(numbers)
    with kept.database.reading() as connection, pytest.raises(Shredded, match="destroyed"):
        record.source_of(connection, kept.vault, version)
    assert custody.source_of(kept, version, purpose="investigation") == b""
