"""Match a message with its table: which segment is in which group, missing, too many or astray."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from tidewaiter.stages.receive.edifact.tables.groups import MessageTable, Slot, every_slot
from tidewaiter.stages.receive.edifact.tags import named

FAULTS_MAX = 10_000
"""How many faults of one message are noted at most."""

Flaw = tuple[str, int, dict[str, str | int]]
"""What is wrong: code, index of the segment (that before which one is missing; their count at the end), parameters."""


class Node(msgspec.Struct, gc=False):
    """A segment with those of the group that it begins; the message itself has no segment."""

    segment: Any
    children: Sequence[Node]


class Place:
    """A slot to go on from; `steps` holds the step to try first for each tag that was met here."""

    __slots__ = ("slot", "steps")

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        self.steps: dict[str, Step] = {}


class Step(NamedTuple):
    """Where a tag leads: to a slot at a depth.

    `again` says that the slot is repeated, `opens` that it begins a group, `most` how often it may be; `missing` are
    the mandatory slots that are passed over.
    """

    after: Place
    depth: int
    again: bool
    opens: bool
    most: int
    missing: tuple[Slot, ...]


class _Ways:
    """The places of a table and the steps between them, worked out when they are first needed."""

    def __init__(self, table: MessageTable) -> None:
        self.table = table
        self.start = Place(table.root)
        slots = list(every_slot(table.root))
        self.depth = max(slot.depth for slot in slots) + 1
        self._places = {slot: Place(slot) for slot in slots}
        self._options: dict[tuple[Slot, str], tuple[Step, ...]] = {}
        self._below: dict[Slot, frozenset[str]] = {}
        for slot in (*reversed(slots), table.root):
            self._below[slot] = frozenset().union(*(self._below[one].union(one.tags) for one in slot.children))

    def options(self, place: Place, tag: str) -> tuple[Step, ...]:
        """Return every way on from a place with a tag, the one that the table names first before the others."""
        key = place.slot, tag
        found = self._options.get(key)
        if found is None:
            found = tuple(self._work_out(place.slot, tag))
            if tag in self.table.tags:
                self._options[key] = found
                if found:
                    place.steps[tag] = found[0]
        return found

    def _work_out(self, slot: Slot, tag: str) -> Iterator[Step]:
        """Yield the steps from a slot: into its group, again, on in its group, then the same from the group around."""
        passed: list[Slot] = []
        ahead: Sequence[Slot] = slot.children
        while True:
            for one in ahead:
                if tag in one.tags:
                    yield self._step(one, passed, again=False)
                if one.mandatory:
                    passed.append(one)
            if slot.above is None:
                return
            if tag in slot.tags:
                yield self._step(slot, passed, again=True)
            ahead = slot.above.children[slot.at + 1 :]
            slot = slot.above

    def left(self, place: Place) -> tuple[Slot, ...]:
        """Return the mandatory slots that are passed over where the message ends at a place."""
        passed: list[Slot] = []
        ahead: Sequence[Slot] = place.slot.children
        slot: Slot | None = place.slot
        while slot is not None:
            passed.extend(one for one in ahead if one.mandatory)
            ahead = slot.above.children[slot.at + 1 :] if slot.above is not None else ()
            slot = slot.above
        return tuple(passed)

    def astray(self, place: Place, tag: str) -> tuple[int, Step | None] | None:
        """Return where a tag goes that has no step here: the depth of the nearest group around that knows it.

        With the step, where it begins a group of that one. None for a tag that the message does not have.
        """
        slot: Slot | None = place.slot
        while slot is not None:
            if tag in self._below[slot]:
                group = next((one for one in slot.children if tag in one.tags and one.children), None)
                return slot.depth + 1, None if group is None else self._step(group, [], again=False)
            slot = slot.above
        return None

    def _step(self, slot: Slot, passed: list[Slot], *, again: bool) -> Step:
        """Return the step to a slot."""
        return Step(self._places[slot], slot.depth, again, bool(slot.children), slot.most, tuple(passed))


@cache
def _ways(table: MessageTable) -> _Ways:
    """Return a table's places and steps, kept for every message of its kind."""
    return _Ways(table)


class _Walk:
    """One message on its way through the table: where it stands, and what was noted."""

    def __init__(self, ways: _Ways, faults_max: int) -> None:
        self.ways = ways
        self.root: list[Node] = []
        self.into: list[list[Node]] = [self.root, *([] for _ in range(ways.depth))]
        """The segments of the open group at each depth."""
        self.counts = [0] * (ways.depth + 1)
        """How often the slot last taken at each depth was taken."""
        self.reached: dict[int, tuple[list[Node], int]] = {}
        """Depth → the group there and its furthest slot, where a step led back from it."""
        self.flaws: list[Flaw] = []
        self.faults_max = faults_max

    def note(self, code: str, index: int, tag: str, **params: str | int) -> None:
        """Note what is wrong."""
        if len(self.flaws) < self.faults_max:
            self.flaws.append((code, index, {"tag": named(tag), "type": self.ways.table.type, **params}))

    def look(self, place: Place, segment: Any, index: int) -> Step | None:
        """Choose the step for a segment where more than one way or a fault is possible; None where it makes none."""
        tag: str = segment.tag
        options = self.ways.options(place, tag)
        if not options:
            return self._stray(place, segment, index)
        step = min(options, key=self._cost)
        self.missing(step.missing, index)
        if self._spent(step):
            self.note("too-many", index, tag, expected=step.most)
        return step

    def missing(self, slots: Iterable[Slot], index: int) -> None:
        """Note the mandatory slots that were passed over."""
        for slot in slots:
            if not self._taken(slot):
                self.note("missing-group" if slot.children else "missing-segment", index, slot.tag)

    def _cost(self, step: Step) -> int:
        """Return how many faults a step makes."""
        return self._spent(step) + sum(not self._taken(slot) for slot in step.missing)

    def _spent(self, step: Step) -> bool:
        """Say whether a step repeats what was there as often as it may be."""
        if step.again:
            return self.counts[step.depth] >= step.most
        return step.most == 1 and self._taken(step.after.slot)

    def _taken(self, slot: Slot) -> bool:
        """Say whether a slot was passed in its group before a step led back."""
        group, furthest = self.reached.get(slot.depth, (None, 0))
        return group is self.into[slot.depth] and slot.at <= furthest

    def _stray(self, place: Place, segment: Any, index: int) -> Step | None:
        """Put a segment that does not belong here where it does the least harm, and go on there or stay."""
        found = self.ways.astray(place, segment.tag)
        if found is None:
            self.note("unexpected-segment", index, segment.tag)
            return None
        depth, step = found
        self.note("segment-order", index, segment.tag)
        if step is None:
            self.into[depth].append(Node(segment, ()))
            return None
        here: Slot | None = place.slot
        while here is not None and here.depth > depth:
            here = here.above
        group, furthest = self.reached.get(depth, (None, 0))
        at = here.at if here is not None else 0
        self.reached[depth] = self.into[depth], max(at, furthest if group is self.into[depth] else 0)
        return step


def match(table: MessageTable, segments: Iterable[Any], *, faults_max: int = FAULTS_MAX) -> tuple[Node, list[Flaw]]:
    """Return the segments between UNH and UNT (anything with a `tag`) as a tree, and what is wrong with their order.

    Codes: unexpected-segment (left out), segment-order (put into the nearest group around that knows it), too-many
    (kept), missing-segment and missing-group (with the index of the segment before which they are missing).
    """
    ways = _ways(table)
    walk = _Walk(ways, faults_max)
    into, counts, led_back = walk.into, walk.counts, walk.reached
    place = ways.start
    steps, index = place.steps, -1
    for index, segment in enumerate(segments):
        step = steps.get(segment.tag)
        if step is None or step.missing or led_back or (step.again and counts[step.depth] >= step.most):
            step = walk.look(place, segment, index)
            if step is None:
                continue
        place, depth, again, opens, _, _ = step
        counts[depth] = counts[depth] + 1 if again else 1
        if opens:
            below: list[Node] = []
            into[depth].append(Node(segment, below))
            into[depth + 1] = below
        else:
            into[depth].append(Node(segment, ()))
        steps = place.steps
    walk.missing(ways.left(place), index + 1)
    return Node(None, walk.root), walk.flaws
