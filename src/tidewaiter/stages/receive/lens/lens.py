"""Read records from documents and write them, by one table of lines for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from tidewaiter.kernel.records import AnyRecord, Part, is_personal
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.lens.lines import Const, Line, Sighting, Values, settle, writing
from tidewaiter.stages.receive.lens.node import Node
from tidewaiter.stages.receive.model import Fault, Place

R = TypeVar("R", bound=AnyRecord)


class Lens(Generic[R]):
    """A correspondence: how a kind of record and a kind of document say the same. Make it with `lens`."""

    def __init__(self, kind: type[R], lines: Sequence[Line]) -> None:
        self.kind = kind
        self.lines = tuple(lines)
        self._constants = {one.name: one.value for one in lines if isinstance(one, Const)}
        self._writing: tuple[Line, ...] | None = None
        settle(kind, lines)

    def read(self, node: Node) -> tuple[R, tuple[Fault, ...]]:
        """Return the record that a document holds below a node, and what could not be read of it.

        Never raises on a document. What cannot be read is left out of the record and said in a fault with its place.
        """
        sighting = Sighting(traced=False)
        record = self._record(node, sighting)
        if not sighting.stumbles:
            return record, ()
        sighting = Sighting(traced=True)
        self._record(node, sighting)
        kind = cast("type[Part]", self.kind)
        faults = []
        for pointer, at, bad in sighting.stumbles:
            params: dict[str, str | int] = {"expected": bad.expected}
            if not is_personal(kind, pointer, inside=True):
                params["found"] = shown(bad.found if bad.found is not None else at.text() or "")
            else:
                params["found"] = "something else"
            faults.append(fault(bad.code, path=pointer, place=at.place(), **params))
        return record, tuple(faults)

    def trace(self, node: Node) -> Mapping[str, Place]:
        """Return the RFC 6901 pointer of every leaf that is read → its place in the source."""
        sighting = Sighting(traced=True)
        self._record(node, sighting)
        for pointer, at, _ in sighting.stumbles:
            (sighting.places or {}).setdefault(pointer, at)
        return {pointer: at.place() for pointer, at in (sighting.places or {}).items()}

    def find(self, node: Node, path: str) -> Place | None:
        """Return where the leaf at a pointer stands; of a part its first leaf, of what is absent the part around."""
        return nearest(self.sites(node), path)

    def sites(self, node: Node) -> Mapping[str, Node]:
        """Return the RFC 6901 pointer of every leaf that is read, or could not be → its node in the document."""
        sighting = Sighting(traced=True)
        self._record(node, sighting)
        nodes = dict(sighting.places or {})
        for pointer, at, _ in sighting.stumbles:
            nodes.setdefault(pointer, at)
        return nodes

    def write(self, record: R, node: Node) -> None:
        """Write the record below the root of a document."""
        if self._writing is None:
            self._writing = writing(self.lines)
        for line in self._writing:
            line.write(record, node)

    def _record(self, node: Node, sighting: Sighting) -> R:
        """Read the record."""
        values: Values = {}
        for line in self.lines:
            line.read(node, values, sighting, "")
        made: Any = self.kind(**{**self._constants, **values})
        return made  # type: ignore[no-any-return]  # the kind's own


def lens(kind: type[R], *lines: Line) -> Lens[R]:
    """Declare a correspondence between a kind of record and a kind of document."""
    return Lens(kind, lines)


def nearest(sites: Mapping[str, Node], path: str) -> Place | None:
    """Return the place of the leaf at a pointer; of a part its first leaf, of what is absent the part around."""
    while path:
        if path in sites:
            return sites[path].place()
        inside = next((one for one in sites if one.startswith(f"{path}/")), None)
        if inside is not None:
            return sites[inside].place()
        path = path.rpartition("/")[0]
    return None
