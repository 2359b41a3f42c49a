"""Write the manual of the messages from their tables: which there are, where directories differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tidewaiter.stages.receive.edifact.tables.groups import MessageTable, Slot, sections, types

_NOTHING = "not there"


class Difference(NamedTuple):
    """What may stand at a place of a message in two runs of directories, one after the other."""

    type: str
    before: str
    after: str
    path: str
    was: str
    has_become: str


def differences(kind: str) -> Iterator[Difference]:
    """Yield where the tables of a type differ, run of directories by run of directories."""
    for older, newer in pairwise(sections(kind)):
        was, has_become = _places(older), _places(newer)
        for path in (*was, *(one for one in has_become if one not in was)):
            before, after = was.get(path, _NOTHING), has_become.get(path, _NOTHING)
            below = _around(path)
            inside_new = below and (below not in was or below not in has_become)
            if before != after and not inside_new:
                yield Difference(kind, older.named, newer.named, path, before, after)


def _around(path: str) -> str:
    """Return the path of the group that a place is in."""
    return path.rpartition("/")[0]


def _places(table: MessageTable) -> dict[str, str]:
    """Return path → what may stand there of every slot, in the table's order."""
    return dict(_below("", table.root))


def _below(above: str, slot: Slot) -> Iterator[tuple[str, str]]:
    """Yield (path, what may stand there) of the slots in a group; the second of one tag is numbered."""
    met: Counter[str] = Counter()
    for one in slot.children:
        met[one.tag] += 1
        path = f"{above}{one.tag}" + (f"#{met[one.tag]}" if met[one.tag] > 1 else "")
        yield path, _said(one)
        yield from _below(f"{path}/", one)


def _said(slot: Slot) -> str:
    """Say what may stand at a slot."""
    times = "once" if slot.most == 1 else f"up to {slot.most:,}"
    kind = "group" if slot.children else "segment"
    instead = f", or {' or '.join(slot.tags[1:])}" if len(slot.tags) > 1 else ""
    return f"{kind}, {'must be there, ' if slot.mandatory else ''}{times}{instead}"


def page() -> str:
    """Return the reference page of the messages, in Markdown."""
    return "\n".join(
        [
            "# UN/EDIFACT messages",
            "",
            "Generated from `src/tidewaiter/stages/receive/edifact/tables` by `make docs`; do not edit.",
            "",
            "Each type of message has a table for each run of directories. The tables were compared with D.95B, D.99B,",
            "D.05B, D.11A and D.16B; a directory between two of them is read by the table of the nearer one, one",
            "before or after all of them by the nearest, which is said in a finding.",
            "",
            "| message | directories | segments and groups |",
            "|---|---|---|",
            *(
                f"| {kind} | {', '.join(one.named for one in sections(kind))} | {len(_places(sections(kind)[-1]))} |"
                for kind in types()
            ),
            "",
            "## Where directories differ",
            "",
            "A group that one of the two does not have is named once, without what is in it.",
            "",
            "| message | from | to | place | was | has become |",
            "|---|---|---|---|---|---|",
            *(f"| {' | '.join(one)} |" for kind in types() for one in differences(kind)),
            "",
        ]
    )
