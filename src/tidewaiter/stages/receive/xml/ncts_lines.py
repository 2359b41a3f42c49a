"""Define lines and codecs that only NCTS needs: references by number, all but the first, what is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tidewaiter.kernel.records import Part
from tidewaiter.stages.receive.lens import Line, Moment, Node
from tidewaiter.stages.receive.lens.lines import Each, Sighting, Values
from tidewaiter.stages.receive.lens.node import select
from tidewaiter.stages.receive.xml.drafts import Draft
from tidewaiter.stages.receive.xml.tree import xml_node

NCTS_MOMENT = Moment("%Y-%m-%dT%H:%M:%S")
"""A moment without zone, which NCTS means in UTC."""

NCTS_DAY = Moment("%Y-%m-%d")
"""A day, as the moment at which it begins."""


class Rest(Each):
    """As `each`, for all but the first node around which it stands, which another line reads."""

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read every node but the first of each parent."""
        found = list(values.get(self.name, ()))
        for parent in select(node, self.address[:-1]):
            for one in select(parent, self.address[-1:])[1:]:
                here = f"{pointer}/{self.json}/{len(found)}" if sighting.places is not None else ""
                struct = self.made(one, sighting, here, {})
                if struct is not None:
                    found.append(struct)
        if found:
            values[self.name] = tuple(found)


class Seen(Each):
    """As `each`, of what another line writes."""

    def write(self, struct: Any, node: Node) -> None:
        """Leave it to the other line."""


def rest(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where the structs after the first stand."""
    return Rest(name, address, kind, lines)


def seen(name: str, address: str, kind: type[Part], *lines: Line) -> Line:
    """Say where structs stand that are not written from here."""
    return Seen(name, address, kind, lines)


class Beside:
    """The text of an element beside the node's own, under the same parent."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, node: Node) -> str | None:
        """Return the text."""
        parent = xml_node(node).parent()
        return parent.value((self._name,)) if parent is not None else None

    def write(self, node: Node, value: str) -> None:
        """Put the text."""
        assert isinstance(node, Draft)  # noqa: S101 - what is written is written into a draft
        parent = node.parent()
        if parent is not None:
            parent.make(self._name).put(value)


class ContainersOfItem:
    """The containers that a goods item is in: those whose equipment refers to the item's number."""

    _EQUIPMENT = "Consignment/TransportEquipment"
    _NUMBERS = "GoodsReference/declarationGoodsItemNumber"

    def read(self, node: Node) -> tuple[str, ...] | None:
        """Return the containers, or None where there are none."""
        number = node.text()
        return tuple(self._by_item(node).get(number, ())) or None if number else None

    def _by_item(self, node: Node) -> Mapping[str, Sequence[str]]:
        """Return item number → containers; found once for the document."""
        lookups = xml_node(node).source.lookups
        if self._NUMBERS not in lookups:
            found: dict[str, list[str]] = {}
            for one in node.root().select(self._EQUIPMENT):
                container = one.value(("containerIdentificationNumber",))
                for item in one.select(self._NUMBERS) if container else ():
                    found.setdefault(item.text() or "", []).append(container or "")
            lookups[self._NUMBERS] = found
        return lookups[self._NUMBERS]

    def write(self, node: Node, value: Sequence[str]) -> None:
        """Refer to the item from each of its containers."""
        number = node.text()
        for container in value if number else ():
            there = [
                one
                for one in node.root().select(self._EQUIPMENT)
                if one.value(("containerIdentificationNumber",)) == container
            ]
            equipment = there[0] if there else node.root().make("Consignment").grow(("TransportEquipment",))
            equipment.make("containerIdentificationNumber").put(container)
            equipment.grow(("GoodsReference",)).make("declarationGoodsItemNumber").put(number or "")


class CombinedCode:
    """A code of the combined nomenclature: the six digits of the HS and the two after them."""

    _PARTS = ("harmonizedSystemSubHeadingCode", "combinedNomenclatureCode")

    def read(self, node: Node) -> str | None:
        """Return the eight digits, or None where the last two are missing."""
        first, last = (node.value((name,)) for name in self._PARTS)
        return f"{first or ''}{last}" if last else None

    def write(self, node: Node, value: str) -> None:
        """Put both parts."""
        for name, text in zip(self._PARTS, (value[:6], value[6:]), strict=True):
            node.make(name).put(text)


class Coordinates:
    """Latitude and longitude, with a blank between them."""

    def read(self, node: Node) -> str | None:
        """Return both, or None where one is missing."""
        both = [node.value((name,)) for name in ("latitude", "longitude")]
        return " ".join(filter(None, both)) if all(both) else None

    def write(self, node: Node, value: str) -> None:
        """Put both."""
        for name, text in zip(("latitude", "longitude"), value.split(" "), strict=False):
            node.make(name).put(text)


class MessageType:
    """The message that is answered, by the three digits of its number."""

    def read(self, node: Node) -> str | None:
        """Return the message's code."""
        text = node.text()
        return f"CC{text}C" if text else None

    def write(self, node: Node, value: str) -> None:
        """Put the digits."""
        node.put(value.removeprefix("CC").removesuffix("C"))
