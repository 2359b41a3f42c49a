"""Search every byte that is left of people who were shredded: store, logs, history, old backups."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tidewaiter import backup, custody, journey
from tidewaiter.kernel.errors import KeyFault, NotFound
from tidewaiter.kernel.log import audit
from tidewaiter.kernel.log import leaf as leaves
from tidewaiter.kernel.records import Journey
from tidewaiter.kernel.seal import _store as key_store
from tidewaiter.kernel.seal import open_vault
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import record

if TYPE_CHECKING:
    from tidewaiter.kernel.clock import SetClock
    from tidewaiter.node import Node

Take = Callable[..., journey.Arrived]
PEOPLE = int(os.environ.get("TIDEWAITER_SHREDDED_PEOPLE", "60"))
"""How many are shredded; as many again stay."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of a node whose files are all at home, so that all of them can be searched."""
    return Settings(home=str(tmp_path / "node"), administration="KR", currency="KRW", officer="tester")


def word_of(source: random.Random) -> str:
    """Return a word that stands nowhere by chance."""
    return "".join(source.choices("bcdfghjklmnpqrstvwxz", k=14))


def people(count: int) -> list[dict[str, Any]]:
    """Return people with words for names, streets and mail that are nobody else's."""
    source = random.Random(20_261_125)  # noqa: S311 - invented people, the same every time
    return [
        {
            "family": word_of(source),
            "given": word_of(source),
            "street": word_of(source),
            "document": f"D{number:07d}",
            "mail": f"{word_of(source)}@{word_of(source)}.example",
        }
        for number in range(count)
    ]


def documents(everyone: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield journeys of three people each, and a declaration for every fifth."""
    for start in range(0, len(everyone), 3):
        travellers = [
            {
                "familyName": one["family"],
                "givenNames": one["given"],
                "documents": [{"type": "P", "number": one["document"]}],
                "contact": {"email": one["mail"]},
                "address": {"line": one["street"], "country": "GB"},
            }
            for one in everyone[start : start + 3]
        ]
        yield {"kind": "Journey", "reference": f"PN{start:05d}", "source": "PNR", "travellers": travellers}
    for number, one in enumerate(everyone[::5]):
        party: dict[str, Any] = {"role": "importer", "id": f"GB{number:09d}", "name": f"{one['given']} {one['family']}"}
        party |= {"address": {"line": one["street"], "country": "GB"}, "contact": {"email": one["mail"]}}
        yield {"kind": "Declaration", "lrn": f"L{number}", "type": "IM", "parties": [party]}


def words(one: dict[str, Any]) -> list[bytes]:
    """Return what must be found nowhere of a person."""
    return [str(one[name]).encode() for name in ("family", "given", "street", "document", "mail")]


def hits(folder: Path, wanted: list[bytes]) -> list[str]:
    """Return the files under a folder that hold any of the words."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [path.name for word in wanted if word in data]
    return found


def sound(node: Node) -> audit.Audit:
    """Audit the whole log."""
    files = node.ledger.files()
    try:
        found = audit.audit(files, node.ledger.origin, [node.ledger.verifier], check_entry=leaves.parse)
    finally:
        files.close()
    assert found.sound, found.flaws
    return found


def wrapped(node: Node, ids: set[int]) -> list[bytes]:
    """Return the wrapped bytes of data keys as they stand in the key store."""
    with node.vault._store.reading() as connection:
        return [row[4] for row in key_store.read_keys(connection, ids)]


def keys_of(node: Node, some: list[dict[str, Any]]) -> set[int]:
    """Return the numbers of the keys of what some people are kept in, as the blind index finds them."""
    numbers: set[int] = set()
    with node.work() as work:
        for one in some:
            for key, version, part in record.found_by(work, {"document": one["document"], "email": one["mail"]}):
                rows = record._store.read_sealed(work.connection, key, version)
                numbers |= {number for at, number, _, _ in rows if at == part}
    return numbers


def nothing_of_those_who_were_shredded_is_left_and_nothing_of_the_others_is_lost(
    node: Node, take: Take, tmp_path: Path, set_clock: SetClock
) -> None:
    everyone = people(2 * PEOPLE)
    source = random.Random(7)  # noqa: S311 - who is shredded, the same every time
    gone = sorted(source.sample(range(len(everyone)), PEOPLE))
    leaving, staying = [everyone[at] for at in gone], [one for at, one in enumerate(everyone) if at not in set(gone)]
    take(b"".join(json.dumps(one).encode() + b"\n" for one in documents(everyone)), mapping="", name="people.jsonl")
    journey.follow_up(node)
    before = sound(node)
    doomed = keys_of(node, leaving)
    old_wrappings = wrapped(node, doomed)
    assert len(doomed) >= PEOPLE
    backup.back_up(node, tmp_path / "old", keys=tmp_path / "old-keys")

    for one in leaving:
        custody.shred(node, [], {"document": one["document"], "email": one["mail"]}, reason="asked for")
    custody.begin_epoch(node, reason="after shredding")
    after = sound(node)
    assert after.size > before.size

    wanted = [word for one in leaving for word in words(one)]
    assert hits(node.folder, wanted) == []
    assert hits(tmp_path / "old", wanted) == []
    assert hits(tmp_path / "old-keys", wanted) == []
    assert hits(node.folder, old_wrappings) == []  # the wrapped keys themselves are in no file, nor in its free pages
    assert node.vault.keys(doomed) == {}

    # The old key store's copy, with the root as it is now: nothing of it can be unwrapped, whoever it was of.
    copied = msgspec.structs.replace(
        node.settings,
        key_store_url=f"sqlite:///{tmp_path / 'old-keys' / 'keys.sqlite3'}",
        root_file=str(node.folder / "root.keys"),
    )
    old = open_vault(copied, set_clock)
    opened = 0
    for number in doomed:
        try:
            opened += len(old.keys([number]))
        except KeyFault:
            continue
    assert opened == 0
    old.close()

    survivors = 0
    for one in staying:
        with node.work() as work:
            found = record.found_by(work, {"document": one["document"]})
            versions = [record.newest(work.connection, key) for key, _, _ in found]
        for whole in custody.read_personal(node, versions, purpose="audit"):
            assert isinstance(whole.record, Journey)
            survivors += any(one["family"] == person.family_name for person in whole.record.travellers)
    assert survivors == len(staying)
    for one in leaving:
        with pytest.raises(NotFound):
            custody.shred(node, [], {"document": one["document"]}, reason="again")
