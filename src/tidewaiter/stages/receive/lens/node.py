"""Define what a lens needs of a document's nodes, and walk along addresses in terms of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tidewaiter.stages.receive.lens.address import ROOT, Address, Condition, Path, Step, parse
from tidewaiter.stages.receive.model import Place


class Node:
    """A node of a document tree: a segment or component, an element or attribute, a member.

    Each format's tree derives from it. What it must define: `children`, `text`, `place` and `root` for reading, `grow`
    and `put` for writing. What a node is asked to write is of the type its own `grow` returns.
    """

    __slots__ = ()

    def children(self, names: tuple[str, ...]) -> Sequence[Node]:
        """Return the children with one of the names, in the document's order."""
        raise NotImplementedError

    def first(self, names: tuple[str, ...]) -> Node | None:
        """Return the first child with one of the names, or None."""
        found = self.children(names)
        return found[0] if found else None

    def find(self, step: Step) -> Node | None:
        """Return the first node that one step leads to, or None."""
        if step.conditions or step.number:
            return next(iter(_step(self, step)), None)
        return self.first(step.names)

    def at(self, path: Path) -> Node | None:
        """Return the first node at a path where a directory fixes its place, whatever was written; else None."""
        del path
        return None

    def known(self, line: object) -> set[str] | None:
        """Return the keys that a line has described in the document so far, where they are kept; asked of the root."""
        del line
        return None

    def text(self) -> str | None:
        """Return the node's own text, or None where it has none or nothing but blanks."""
        raise NotImplementedError

    def place(self) -> Place:
        """Return where the node stands in the source."""
        raise NotImplementedError

    def root(self) -> Node:
        """Return the document's root."""
        raise NotImplementedError

    def grow(self, names: tuple[str, ...]) -> Node:
        """Add a child with the first of the names that the document may have here, after those it has; return it."""
        raise NotImplementedError

    def put(self, text: str) -> None:
        """Set the node's own text."""
        raise NotImplementedError

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether a child of the first name stands here at most once, whatever is written."""
        del names
        return False

    def value(self, path: tuple[str, ...]) -> str | None:
        """Return the text of the first node at a path of names, or None."""
        found: Sequence[Node] = (self,)
        for name in path:
            found = found[0].children(tuple(name.split("|")))
            if not found:
                return None
        return found[0].text()

    def select(self, address: str) -> Sequence[Node]:
        """Return the nodes at an address, in the document's order."""
        return select(self, parse(address))

    def make(self, address: str) -> Node:
        """Return the node at an address, grown where it is not there yet."""
        return make(self, parse(address))


def select(node: Node, address: Address) -> Sequence[Node]:
    """Return the nodes at an address below a node, in the document's order; no steps lead to the node itself."""
    nodes: Sequence[Node] = (node,)
    for step in address:
        if step.names[0] == ROOT:
            nodes = (node.root(),)
            continue
        nodes = _step(nodes[0], step) if len(nodes) == 1 else [child for one in nodes for child in _step(one, step)]
        if not nodes:
            return ()
    return nodes


def _step(node: Node, step: Step) -> Sequence[Node]:
    """Return the nodes that one step leads to."""
    found = node.children(step.names)
    for condition in step.conditions:
        if found:
            found = [one for one in found if holds(one, condition)]
    if step.number:
        return found[step.number - 1 : step.number]
    return found


def holds(node: Node, condition: Condition) -> bool:
    """Say whether a condition holds of a node."""
    text = node.value(condition.path)
    met = text is not None if not condition.values else text in condition.values
    return met is not condition.negated


def make(node: Node, address: Address, *, again: bool = False) -> Node:
    """Return the node at an address below a node, growing what is missing so that its conditions hold.

    With `again` the first step to something that may stand there more than once is grown anew, whatever is there.
    """
    for step in address:
        if step.names[0] == ROOT:
            node = node.root()
        elif again and not node.once(step.names):
            node, again = _grow(node, step, again=True), False
        else:
            node = node.find(step) or _grow(node, step, again=False)
    return node


def reach(node: Node, way: Address, path: Path, address: Address) -> Node:
    """Return the node at an address as `make` does; `way` and `path` are what `split` makes of the address."""
    there = make(node, way) if way else node
    return there.at(path) or make(there, address[len(way) :])


def _grow(node: Node, step: Step, *, again: bool) -> Node:
    """Grow one step: as many children as its number asks for, with the texts that its conditions name."""
    names, conditions, number = step
    there = 0 if again or not number else len(node.children(names))
    child = node.grow(names)
    for _ in range(there + 1, number):
        child = node.grow(names)
    for path, values, negated in conditions:
        if values and not negated:
            below = _below(path)
            (child.at(below) or make(child, parse("/".join(path)))).put(values[0])
    return child


@lru_cache(maxsize=4096)
def _below(path: tuple[str, ...]) -> Path:
    """Return the path of a condition, which has names alone."""
    return Path(tuple(step.names for step in parse("/".join(path))))
