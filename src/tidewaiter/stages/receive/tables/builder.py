"""Build a record of its values: once plainly, struct by struct, and once compiled for speed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from tidewaiter.stages.receive.pointers import ROW
from tidewaiter.stages.receive.tables.tree import Node

Values = list[Any]
Builder = Callable[[Values, list[Values]], Any]
"""Values of the first row, values of every row → the record."""


class Unread:
    """Stands for a value that a cell held but that could not be read."""


UNREAD = Unread()


def always(node: Node) -> bool:
    """Say whether a struct is made whatever the cells hold: the record, a row's item, and what only constants fill."""
    in_trunk = not node.pointer or node.pointer.endswith(ROW) or any(True for _ in node.rows())
    return in_trunk or not any(True for _ in node.slots())


def build_plainly(node: Node, values: Values, rows: list[Values]) -> Any:
    """Build a struct from values some of which may be UNREAD: those fields stay empty, but the struct is made."""
    if not (always(node) or any(values[slot] is not None for slot in node.slots())):
        return None
    fields: dict[str, Any] = dict(node.constants)
    for attribute, slot in node.leaves.items():
        if values[slot] is not None and values[slot] is not UNREAD:
            fields[attribute] = values[slot]
    for attribute, child in node.parts.items():
        part = build_plainly(child, values, rows)
        if part is not None:
            fields[attribute] = part
    for attribute, places in node.items.items():
        filled = (values[places[place]] for place in sorted(places))
        fields[attribute] = tuple(one for one in filled if one is not None and one is not UNREAD)
    for attribute, members in node.lists.items():
        made = (build_plainly(member, values, rows) for member in members.values())
        fields[attribute] = tuple(one for one in made if one is not None)
    if node.row is not None:
        fields[node.row[0]] = tuple(build_plainly(node.row[1], row, rows) for row in rows)
    owner: Any = node.owner
    return owner(**fields)


def compiled(root: Node) -> Builder:
    """Return the builder of the record as one compiled function; it does what `build_plainly` does, four times faster.

    As the dataclasses of the standard library do, it writes Python and runs it, because a call that names its
    arguments literally is what a struct is built fastest by. Nothing of a mapping's text gets into the source: it is
    made of the structs' own attribute names and of numbers; values come in through the namespace.
    """
    writer = _Writer()
    row = next(root.rows(), None)
    if row is not None:
        writer.function("row", row)
    writer.function("build", root)
    exec(compile("\n".join(writer.lines), "<mapping>", "exec"), writer.namespace)  # noqa: S102 - see the docstring
    build: Builder = writer.namespace["build"]
    return build


class _Writer:
    """Writes the builder's source."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.namespace: dict[str, Any] = {}
        self._numbers = count()

    def function(self, name: str, node: Node) -> None:
        """Write one function that builds the struct and returns it."""
        self.lines.append(f"def {name}(v, rows):")
        self.lines.append(f"    return {self._made(node)}")

    def _made(self, node: Node) -> str:
        """Write what makes the struct, and return the name that holds it."""
        arguments = [f"{attribute}={self._constant(value)}" for attribute, value in node.constants.items()]
        for attribute, slot in node.leaves.items():
            empty = " or ()" if attribute in node.several else ""
            arguments.append(f"{attribute}=v[{slot}]{empty}")
        arguments += [f"{attribute}={self._made(child)}" for attribute, child in node.parts.items()]
        for attribute, places in node.items.items():
            arguments.append(f"{attribute}={_kept([f'v[{places[place]}]' for place in sorted(places)])}")
        for attribute, members in node.lists.items():
            arguments.append(f"{attribute}={_kept([self._made(member) for member in members.values()])}")
        if node.row is not None:
            arguments.append(f"{node.row[0]}=tuple([row(one, rows) for one in rows])")
        name = f"n{next(self._numbers)}"
        call = f"{self._constant(node.owner)}({', '.join(arguments)})"
        condition = "" if always(node) else " or ".join(f"v[{slot}] is not None" for slot in node.slots())
        self.lines.append(f"    {name} = {call}" + (f" if {condition} else None" if condition else ""))
        return name

    def _constant(self, value: Any) -> str:
        """Put a value into the namespace and return its name."""
        name = f"c{next(self._numbers)}"
        self.namespace[name] = value
        return name


def _kept(names: list[str]) -> str:
    """Write the tuple of those that are not None."""
    if len(names) == 1:
        return f"({names[0]},) if {names[0]} is not None else ()"
    return f"tuple([one for one in ({', '.join(names)}) if one is not None])"
