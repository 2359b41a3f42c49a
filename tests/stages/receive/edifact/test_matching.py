"""Test the matcher: groups that nest, segments missing, too many, astray, unknown; whatever comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.edifact.directory import MESSAGES, MessageTable, Slot, message_table
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Envelope, type_of
from tidewaiter.stages.receive.edifact.matching import FAULTS_MAX, Flaw, Node, match
from tidewaiter.stages.receive.edifact.tables.groups import parse, sections
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.faults import FAULTS

(SMALL,) = parse(
    "SMALL", "[any] \nBGM! DTM*2\n(NAD*3 RFF (CTA*2 COM*9))\nUNS!\n(GID!*9 PAC! (QTY FTX!*2) MEA)\nUNS! CNT\n"
)
(AGAIN,) = parse("AGAIN", "[any]\nBGM!\n(LOC*9 MEA! LOC*2 RFF!)\n")
TABLES = [table for kind in MESSAGES for table in sections(kind)]


class Tagged:
    """A segment as the matcher sees it."""

    def __init__(self, tag: str) -> None:
        self.tag = tag


def matched(tags: str, table: MessageTable = SMALL) -> tuple[str, list[tuple[str, int, str]]]:
    """Return the tree as text, and what is wrong: code, index, tag."""
    root, flaws = match(table, map(Tagged, tags.split()))
    return shown(root), [(code, index, str(params["tag"])) for code, index, params in flaws]


def shown(node: Node) -> str:
    """Write the nodes below one: `GID(PAC MEA)` is a group."""
    return " ".join(one.segment.tag + (f"({shown(one)})" if one.children else "") for one in node.children)


def tags_of(node: Node) -> Iterator[str]:
    """Yield the tags below a node, in their order."""
    for one in node.children:
        yield one.segment.tag
        yield from tags_of(one)


GOOD = "BGM UNS GID PAC UNS"


@pytest.mark.parametrize(
    ("tags", "tree"),
    [
        (GOOD, "BGM UNS GID(PAC) UNS"),
        ("BGM DTM DTM UNS GID PAC UNS CNT", "BGM DTM DTM UNS GID(PAC) UNS CNT"),
        ("BGM NAD NAD UNS GID PAC GID PAC UNS", "BGM NAD NAD UNS GID(PAC) GID(PAC) UNS"),
        ("BGM NAD CTA COM CTA NAD RFF CTA UNS GID PAC UNS", "BGM NAD(CTA(COM) CTA) NAD(RFF CTA) UNS GID(PAC) UNS"),
        (
            "BGM UNS GID PAC QTY FTX FTX MEA GID PAC QTY FTX UNS",
            "BGM UNS GID(PAC QTY(FTX FTX) MEA) GID(PAC QTY(FTX)) UNS",
        ),
    ],
)
def a_message_that_follows_its_table_becomes_its_groups(tags: str, tree: str) -> None:
    assert matched(tags) == (tree, [])


@pytest.mark.parametrize(
    ("tags", "tree", "flaws"),
    [
        ("UNS GID PAC UNS", "UNS GID(PAC) UNS", [("missing-segment", 0, "BGM")]),
        ("BGM UNS GID UNS", "BGM UNS GID UNS", [("missing-segment", 3, "PAC")]),
        ("BGM UNS GID GID PAC UNS", "BGM UNS GID GID(PAC) UNS", [("missing-segment", 3, "PAC")]),
        ("BGM UNS CNT", "BGM UNS CNT", [("missing-group", 2, "GID"), ("missing-segment", 2, "UNS")]),
        ("BGM UNS GID PAC", "BGM UNS GID(PAC)", [("missing-segment", 4, "UNS")]),
        ("BGM UNS GID PAC QTY MEA UNS", "BGM UNS GID(PAC QTY MEA) UNS", [("missing-segment", 5, "FTX")]),
        ("BGM UNS GID PAC UNS DTM", "BGM UNS GID(PAC) UNS DTM", [("segment-order", 5, "DTM")]),
        ("BGM", "BGM", [("missing-segment", 1, "UNS"), ("missing-group", 1, "GID"), ("missing-segment", 1, "UNS")]),
    ],
)
def what_must_be_there_and_is_not_is_said_where_it_is_missing(
    tags: str, tree: str, flaws: list[tuple[str, int, str]]
) -> None:
    assert matched(tags) == (tree, flaws)


@pytest.mark.parametrize(
    ("tags", "tree", "flaws"),
    [
        ("BGM DTM DTM DTM UNS GID PAC UNS", "BGM DTM DTM DTM UNS GID(PAC) UNS", [("too-many", 3, "DTM")]),
        ("BGM BGM UNS GID PAC UNS", "BGM BGM UNS GID(PAC) UNS", [("too-many", 1, "BGM")]),
        (
            "BGM NAD NAD NAD NAD RFF UNS GID PAC UNS",
            "BGM NAD NAD NAD NAD(RFF) UNS GID(PAC) UNS",
            [("too-many", 4, "NAD")],
        ),
        ("BGM UNS GID PAC QTY FTX FTX FTX UNS", "BGM UNS GID(PAC QTY(FTX FTX FTX)) UNS", [("too-many", 7, "FTX")]),
        ("BGM UNS GID PAC UNS UNS", "BGM UNS GID(PAC) UNS UNS", [("too-many", 5, "UNS")]),
    ],
)
def what_is_there_too_often_is_kept_and_said(tags: str, tree: str, flaws: list[tuple[str, int, str]]) -> None:
    assert matched(tags) == (tree, flaws)


def a_group_begun_anew_counts_anew() -> None:
    assert matched("BGM NAD CTA COM CTA NAD CTA CTA NAD CTA CTA UNS GID PAC UNS")[1] == []


def what_no_table_has_is_left_out() -> None:
    assert matched("BGM XXX UNS GID YYY PAC UNS ZZZ") == (
        "BGM UNS GID(PAC) UNS",
        [("unexpected-segment", 1, "XXX"), ("unexpected-segment", 4, "YYY"), ("unexpected-segment", 7, "ZZZ")],
    )


@pytest.mark.parametrize(
    ("tags", "tree", "flaws"),
    [
        # a segment of the header comes late: the group goes on after it
        ("BGM UNS GID PAC DTM MEA UNS", "BGM UNS GID(PAC MEA) DTM UNS", [("segment-order", 4, "DTM")]),
        # a segment of the group comes late within it
        ("BGM UNS GID PAC MEA PAC UNS", "BGM UNS GID(PAC MEA PAC) UNS", [("segment-order", 5, "PAC")]),
        # a group of the header comes late: its own segments follow it there; nothing that was there is missing after
        ("BGM UNS GID PAC NAD CTA COM UNS", "BGM UNS GID(PAC) NAD(CTA(COM)) UNS", [("segment-order", 4, "NAD")]),
        (
            "BGM UNS GID PAC NAD CTA GID PAC UNS",
            "BGM UNS GID(PAC) NAD(CTA) GID(PAC) UNS",
            [("segment-order", 4, "NAD")],
        ),
        # a segment whose group was not begun stays in the nearest group around
        ("BGM NAD COM RFF UNS GID PAC UNS", "BGM NAD(COM RFF) UNS GID(PAC) UNS", [("segment-order", 2, "COM")]),
    ],
)
def what_is_astray_goes_to_the_nearest_group_that_knows_it(
    tags: str, tree: str, flaws: list[tuple[str, int, str]]
) -> None:
    found, wrong = matched(tags)
    assert sorted(found) == sorted(tree)
    assert wrong == flaws


def a_group_that_came_late_hides_nothing_that_is_missing_elsewhere() -> None:
    tree, flaws = matched("BGM UNS GID PAC NAD GID QTY FTX UNS")
    assert tree == "BGM UNS GID(PAC) NAD GID(QTY(FTX)) UNS"
    assert flaws == [("segment-order", 4, "NAD"), ("missing-segment", 6, "PAC")]


def the_way_with_fewer_faults_is_taken() -> None:
    assert matched("BGM LOC MEA RFF LOC MEA LOC LOC RFF", AGAIN) == ("BGM LOC(MEA RFF) LOC(MEA LOC LOC RFF)", [])
    assert matched("BGM LOC MEA LOC LOC LOC RFF", AGAIN) == ("BGM LOC(MEA LOC LOC LOC RFF)", [("too-many", 5, "LOC")])
    assert matched("BGM LOC LOC MEA RFF", AGAIN)[1] == [("missing-segment", 2, "MEA"), ("segment-order", 3, "MEA")]


def an_alternative_tag_takes_the_same_place() -> None:
    table = message_table("CUSCAR", "D", "99B")
    assert table is not None
    goods = "BGM CNI RFF GID"
    for tags in ("BGM GIS CNI RFF GID", "BGM GEI CNI RFF GID", goods):
        assert matched(tags, table)[1] == []
    assert matched("BGM " + "GIS GEI " * 5 + "CNI RFF GID", table)[1] == [("too-many", 10, "GEI")]


def every_fault_says_its_sentence() -> None:
    _, flaws = match(SMALL, [Tagged(tag) for tag in ("XXX", "DTM", "DTM", "DTM", "UNS", "PAC", "CNT", "DTM")])
    codes = {"unexpected-segment", "missing-segment", "too-many", "missing-group", "segment-order"}
    assert {code for code, _, _ in flaws} == codes
    for code, _, params in flaws:
        said = FAULTS[code].sentence.format(**params)
        assert str(params["tag"]) in said


def a_wild_tag_is_shown_tamely() -> None:
    _, flaws = match(SMALL, [Tagged("\x00" * 5000)])
    assert ("unexpected-segment", 0) in {(code, index) for code, index, _ in flaws}
    assert all(len(str(params["tag"])) < 100 and str(params["tag"]).isprintable() for _, _, params in flaws)


@pytest.mark.parametrize("kind", MESSAGES)
def a_message_without_segments_lacks_what_must_be_there(kind: str) -> None:
    for table in sections(kind):
        root, flaws = match(table, [])
        assert root.segment is None
        assert list(root.children) == []
        assert {(code, index) for code, index, _ in flaws} <= {("missing-segment", 0), ("missing-group", 0)}
        assert flaws


def made(slot: Slot, chance: Random, share: float) -> Iterator[str]:
    """Yield the tags of a group's slots as a message might have them: what must be there, and some of the rest."""
    for one in slot.children:
        times = chance.choice((1, 1, 1, 2, 3)) if one.mandatory or chance.random() < share else 0
        if one.most < 20 and chance.random() < 0.05:
            times = one.most
        for _ in range(min(times, one.most)):
            yield chance.choice(one.tags)
            yield from made(one, chance, share * 0.8)


@given(table=st.sampled_from(TABLES), seed=st.integers(0, 2**32), share=st.sampled_from((0.1, 0.3, 0.6)))
def a_message_made_by_its_table_matches_without_a_fault(table: MessageTable, seed: int, share: float) -> None:
    tags = list(made(table.root, Random(seed), share))  # noqa: S311 - hypothesis seeds it
    root, flaws = match(table, map(Tagged, tags))
    assert flaws == []
    assert list(tags_of(root)) == tags


@given(table=st.sampled_from(TABLES), data=st.data())
def every_known_segment_is_kept_once_whatever_comes(table: MessageTable, data: st.DataObject) -> None:
    tags = data.draw(st.lists(st.sampled_from([*sorted(table.tags), "XXX", ""]), max_size=60))
    segments = [Tagged(tag) for tag in tags]
    root, flaws = match(table, segments)
    kept: list[Tagged] = []
    waiting = [root]
    for node in waiting:
        waiting.extend(node.children)
        if node.segment is not None:
            kept.append(node.segment)
    assert {id(one) for one in kept} == {id(one) for one in segments if one.tag in table.tags}
    assert len(kept) == len({id(one) for one in kept})
    assert [index for _, index, _ in flaws] == sorted(index for _, index, _ in flaws)
    assert match(table, segments)[1] == flaws


@given(table=st.sampled_from(TABLES), seed=st.integers(0, 2**32))
def a_message_that_lost_one_segment_loses_no_other(table: MessageTable, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - hypothesis seeds it
    tags = list(made(table.root, chance, 0.3))
    at = chance.randrange(len(tags))
    root, flaws = match(table, map(Tagged, tags[:at] + tags[at + 1 :]))
    assert sorted(tags_of(root)) == sorted(tags[:at] + tags[at + 1 :])
    assert "unexpected-segment" not in {code for code, _, _ in flaws}


def the_faults_of_a_message_have_a_limit() -> None:
    flaws: list[Flaw] = match(SMALL, (Tagged("XXX") for _ in range(FAULTS_MAX + 5)))[1]
    assert len(flaws) == FAULTS_MAX
    assert len(match(SMALL, [Tagged("XXX")] * 9, faults_max=3)[1]) == 3


def a_message_of_many_segments_needs_no_deep_stack() -> None:
    root, flaws = match(SMALL, map(Tagged, ("BGM UNS" + " GID PAC QTY FTX" * 100_000 + " UNS").split()))
    assert len(root.children) == 100_003
    assert flaws[0] == ("too-many", 2 + 4 * 9, {"tag": "GID", "type": "SMALL", "expected": 9})


SAMPLES = Path(__file__).parents[5] / "shared" / "data" / "edifact-samples"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason=f"the samples are not at {SAMPLES}")
DAMAGED = {"pnrMessagePg75.txt": 7}
"""A sample in which terminators were lost → the faults that it has for it."""


@needs_samples
def every_published_sample_matches_its_table() -> None:
    faults: dict[str, int] = {}
    messages = 0
    for path in sorted(one for one in SAMPLES.rglob("*") if one.suffix in {".edi", ".txt"}):
        with path.open("rb") as stream:
            for letter in Envelopes(Tokens(stream, segment_bytes_max=1 << 20), segments_max=10_000):
                if isinstance(letter, Envelope):
                    continue
                table = message_table(type_of(letter.header), letter.header.text(1, 1), letter.header.text(1, 2))
                if table is not None:
                    messages += 1
                    faults[path.name] = faults.get(path.name, 0) + len(match(table, letter.segments)[1])
    assert messages > 20
    assert {name: count for name, count in faults.items() if count} == DAMAGED
