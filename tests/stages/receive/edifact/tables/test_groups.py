"""Test the tables of messages: their notation, their runs, and that they say what directories say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tidewaiter.stages.receive.edifact.tables import groups
from tidewaiter.stages.receive.edifact.tables.groups import Slot, parse, sections, types
from tidewaiter.stages.receive.edifact.tables.manual import differences, page

DIRECTORIES = Path(__file__).parents[6] / "shared" / "data" / "edifact-directories"
needs_directories = pytest.mark.skipif(not DIRECTORIES.exists(), reason=f"the directories are not at {DIRECTORIES}")
DIRECTORY_TYPES = tuple(sorted(set(types()) - {"CONTRL", "PNRGOV"}))
COMPARED = ("95B", "99B", "05B", "11A", "16B")


def written(slot: Slot) -> str:
    """Write the slots of a group in the notation of the tables."""
    return " ".join(map(_written, slot.children))


def _written(slot: Slot) -> str:
    """Write one slot in the notation of the tables."""
    own = "|".join(slot.tags) + ("!" if slot.mandatory else "") + (f"*{slot.most}" if slot.most > 1 else "")
    return f"({own} {written(slot)})" if slot.children else own


def the_sections_of_a_message_follow_each_other_without_a_gap() -> None:
    for kind in types():
        runs = [table.editions for table in sections(kind)]
        known = [one for one in runs if one is not None]
        assert known == sorted(known), kind
        assert len(known) in {0, len(runs)}, kind
        names = [name for table in sections(kind) if table.editions for name in table.named.split("-")]
        for last, first in zip(names[1::2], names[2::2], strict=False):
            year, letter = last[1:3], last[3]
            after = {f"D{year}{chr(ord(letter) + 1)}", f"D{(int(year) + 1) % 100:02}A"}
            assert first in after, f"{kind}: {last}, then {first}"


def a_table_is_a_tree_of_slots_that_know_where_they_are() -> None:
    (table,) = parse("TEST", "# a remark\n[any]\nAAA! BBB*9\n(CCC!*99 DDD (EEE|FFF*2 GGG!))\nHHH\n")
    assert written(table.root) == "AAA! BBB*9 (CCC!*99 DDD (EEE|FFF*2 GGG!)) HHH"
    assert [(slot.tag, slot.depth, slot.at) for slot in groups.every_slot(table.root)] == [
        ("AAA", 0, 0),
        ("BBB", 0, 1),
        ("CCC", 0, 2),
        ("DDD", 1, 0),
        ("EEE", 1, 1),
        ("GGG", 2, 0),
        ("HHH", 0, 3),
    ]
    assert table.tags == {"AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"}


@pytest.mark.parametrize(
    "text",
    [
        "AAA",
        "[D95B]\nAAA",
        *(
            f"[any]\n{one}"
            for one in ("(AAA", "AAA)", "(AAA))", "((AAA))", "()", "aaa", "AAA*", "AA", "AAA!!", "AAA*9!")
        ),
    ],
)
def a_table_that_is_not_in_the_notation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="TEST"):
        parse("TEST", text)


def the_manual_names_where_directories_differ() -> None:
    rows = {(one.before, one.after, one.path): (one.was, one.has_become) for one in differences("CUSCAR")}
    run = ("D94B-D97A", "D97B-D01C")
    assert rows[(*run, "RFF")] == ("segment, up to 9", "group, up to 99")
    assert rows[(*run, "CNI/RFF/GID/LOC")] == ("not there", "segment, up to 9")
    assert rows[("D97B-D01C", "D02A-D24A", "GEI")] == ("not there", "segment, up to 9")
    assert (*run, "BGM") not in rows
    assert list(differences("PNRGOV")) == []
    assert "| CUSCAR | D94B-D97A, D97B-D01C, D02A-D24A |" in page()


def slots_of(node: ET.Element) -> Iterator[str]:
    """Yield the slots of a message or group of the shared directories, in the notation of the tables."""
    for one in node:
        if one.tag == "segment" and one.get("id") not in {"UNH", "UNT"}:
            yield str(one.get("id")) + _marks(one)
        elif one.tag == "group":
            trigger, *rest = slots_of(one)
            yield (
                f"({trigger.rstrip('!')}{_marks(one)} {' '.join(rest)})" if rest else trigger.rstrip("!") + _marks(one)
            )


def _marks(node: ET.Element) -> str:
    """Return the marks of a slot: mandatory, most."""
    most = node.get("maxrepeat") or "1"
    return ("!" if node.get("required") == "true" else "") + (f"*{most}" if most != "1" else "")


WIDER = {
    ("PAXLST", " DTM "): " DTM! ",
    ("PAXLST", " RFF*9 (DOC*5 DTM*5 GEI*9 RFF*9 LOC*2"): " RFF (DOC*5 DTM*5 GEI*9 RFF*9 LOC*2",
}
"""Where a table is wider than a directory on purpose (the remark at its head says why) → what the directory says."""


@needs_directories
@pytest.mark.parametrize("release", COMPARED)
@pytest.mark.parametrize("kind", DIRECTORY_TYPES)
def a_table_says_what_the_directory_says(kind: str, release: str) -> None:
    root = ET.parse(DIRECTORIES / f"D{release}" / "messages" / f"{kind.lower()}.xml").getroot()  # noqa: S314 - our own data
    (table,) = (one for one in sections(kind) if one.covers(release))
    ours = written(table.root).replace("GIS|GEI", "GIS").replace("PAT|PYT", "PAT")
    theirs = " ".join(slots_of(root))
    for (one, wide), narrow in WIDER.items():
        if one == kind and ours != theirs:
            ours = ours.replace(wide, narrow)
    assert ours == theirs
