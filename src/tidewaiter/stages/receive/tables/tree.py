"""Plant the tree of structs that a mapping's fields make up: which struct holds which slot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tidewaiter.kernel.records import ROLES, Part, Party, TransportMeans
from tidewaiter.stages.receive.pointers import ROW
from tidewaiter.stages.receive.tables.paths import SELECTORS, FieldPath, PathFault

STAGES = ("departure", "border", "arrival")
"""The stages of a means of transport."""


class Node:
    """One struct of the record to be made.

    `leaves` maps an attribute to the slot of its value; those in `several` hold a list of values from one cell. `items`
    maps an attribute to the places of a list of values and their slots, `constants` to a fixed value, `parts` to a
    single struct, `lists` to the structs of a list in order; `row` is the attribute and struct that each row of a
    group gives. Attributes in `implied` are constants that a word in brackets stands for.
    """

    def __init__(self, owner: type[Part], pointer: str, inside_row: bool) -> None:  # noqa: FBT001 - positional in one place
        self.owner = owner
        self.pointer = pointer
        self.inside_row = inside_row
        self.leaves: dict[str, int] = {}
        self.several: set[str] = set()
        self.items: dict[str, dict[int, int]] = {}
        self.constants: dict[str, Any] = {}
        self.implied: set[str] = set()
        self.parts: dict[str, Node] = {}
        self.lists: dict[str, dict[str, Node]] = {}
        self.row: tuple[str, Node] | None = None

    def children(self) -> Iterator[Node]:
        """Yield the structs directly below, without the one that each row gives."""
        yield from self.parts.values()
        for members in self.lists.values():
            yield from members.values()

    def rows(self) -> Iterator[Node]:
        """Yield the struct that each row gives, where it is here or below."""
        if self.row is not None:
            yield self.row[1]
        for child in self.children():
            yield from child.rows()

    def slots(self) -> Iterator[int]:
        """Yield every slot in this struct and below it, without those that each row gives."""
        yield from self.leaves.values()
        for places in self.items.values():
            yield from places.values()
        for child in self.children():
            yield from child.slots()


class Grown(msgspec.Struct, frozen=True):
    """The tree, and for each slot its pointer with the mapping's places and `{row}`."""

    root: Node
    pointers: tuple[str, ...]
    constants: dict[str, Any]


def plant(kind: type[Part], slots: Iterable[FieldPath], constants: Iterable[tuple[FieldPath, Any]]) -> Grown:
    """Plant the tree for the slots' paths, in order, and the constants.

    Raises PathFault when two columns fill one field, when two lists are both filled row by row, or when a word in
    brackets is not a role or stage that there is.
    """
    kept = list(constants)
    fields = list(slots)
    root = Node(kind, "", inside_row=False)
    order = _members([*fields, *(path for path, _ in kept)])
    pointers = [_graft(root, path, order, slot=slot) for slot, path in enumerate(fields)]
    said = {_graft(root, path, order, value=value): value for path, value in kept}
    return Grown(root, tuple(pointers), said)


def _members(paths: list[FieldPath]) -> dict[str, list[str]]:
    """Put the members of every list in order: numbered places first, then words as they first appear."""
    found: dict[str, list[str]] = {}
    for path in paths:
        trail = ""
        for step in path.steps:
            trail = f"{trail}.{step.name}"
            if step.key:
                members = found.setdefault(trail, [])
                if step.key not in members:
                    members.append(step.key)
                trail = f"{trail}[{step.key}]"
    for members in found.values():
        members.sort(key=lambda key: (0, int(key)) if key.isdigit() else (1, 0))
    return found


def _graft(
    root: Node, path: FieldPath, order: dict[str, list[str]], *, slot: int | None = None, value: Any = None
) -> str:
    """Add one leaf to the tree and return its pointer."""
    node, trail = root, ""
    for step in path.steps[:-1]:
        trail = f"{trail}.{step.name}"
        node = _descend(root, node, step.name, step.attribute, step.key, step.member, order.get(trail, []), path)
        trail = f"{trail}[{step.key}]" if step.key else trail
    last = path.steps[-1]
    pointer = f"{node.pointer}/{last.name}"
    if last.key is not None:
        place = order[f"{trail}.{last.name}"].index(last.key)
        pointer = f"{pointer}/{place}"
        if slot is None:
            message = f"{path.text!r} is a place in a list; a constant can only fill a single field"
            raise PathFault(message)
        node.items.setdefault(last.attribute, {})[place] = slot
        return pointer
    taken = last.attribute in node.leaves or last.attribute in node.items
    if taken or (last.attribute in node.constants and (slot is not None or last.attribute not in node.implied)):
        message = f"{path.text!r} is filled twice"
        raise PathFault(message)
    if slot is not None:
        node.leaves[last.attribute] = slot
        if path.many:
            node.several.add(last.attribute)
    else:
        node.constants[last.attribute] = value
    return f"{pointer}/0" if path.many else pointer


def _descend(  # noqa: PLR0917 - one call site, every argument a part of the step
    root: Node, node: Node, name: str, attribute: str, key: str | None, member: type, order: list[str], path: FieldPath
) -> Node:
    """Step into the struct below, making it where it is not there yet."""
    if key is None:
        pointer = f"{node.pointer}/{name}"
        return node.parts.setdefault(attribute, Node(member, pointer, node.inside_row))
    if key == "":
        return _row_of(root, node, name, attribute, member, path)
    members = node.lists.setdefault(attribute, {})
    if key not in members:
        members[key] = Node(member, f"{node.pointer}/{name}/{order.index(key)}", node.inside_row)
        if not key.isdigit():
            _check_word(member, key, path)
            members[key].constants[SELECTORS[member]] = key
            members[key].implied.add(SELECTORS[member])
        node.lists[attribute] = {each: members[each] for each in order if each in members}
    return members[key]


def _row_of(  # noqa: PLR0917 - one call site, as above
    root: Node, node: Node, name: str, attribute: str, member: type, path: FieldPath
) -> Node:
    """Step into the struct that each row gives; there is one such list in a mapping."""
    here = f"{node.pointer}/{name}/{ROW}"
    there = next(root.rows(), None)
    if there is not None and there.pointer != here:
        message = f"{path.text!r} makes a second list that is filled row by row; there can be one"
        raise PathFault(message)
    if node.row is None:
        node.row = (attribute, Node(member, here, inside_row=True))
    return node.row[1]


def _check_word(member: type, key: str, path: FieldPath) -> None:
    """Refuse a role or stage that there is not."""
    known = tuple(ROLES) if member is Party else STAGES if member is TransportMeans else ()
    if known and key not in known:
        message = f"{key!r} in {path.text!r} is not one of {', '.join(known)}"
        raise PathFault(message)
