"""Read and write COARRI: containers loaded to a ship or discharged from it, one event each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tidewaiter.kernel.records import Event, Location
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.events import EACH, container, report, ship
from tidewaiter.stages.receive.edifact.phrases.parts import PLACE, times
from tidewaiter.stages.receive.lens import Line, Node, const
from tidewaiter.stages.receive.lens.address import Address
from tidewaiter.stages.receive.lens.lines import PartLine, Sighting, Values, settle

HAPPENED: Mapping[str, str] = {
    "44": "DISC",
    "46": "LOAD",
    "98": "DISC",
    "270": "LOAD",
    "119": "DISC",
    "122": "LOAD",
}
"""Name of the message (1001) → what happened: guides of different ages name it differently."""

_FUNCTIONS = {"DISC": ("11", "9"), "LOAD": ("9", "11")}
"""What happened → the functions (3227) of the port where it did, that which it must be first."""


class _Port(Line):
    """The port of call: where the ship unloads if it unloads, where it loads if it loads."""

    name = "place"

    def __init__(self) -> None:
        self._ports = {
            function: PartLine("place", f"/TDT[8051=20]/LOC[3227={function}]", Location, PLACE)
            for function in ("9", "11")
        }

    def bind(self, kind: type[Any]) -> None:
        """Learn the struct that the field is of."""
        for line in self._ports.values():
            line.bind(kind)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the port that fits, else the other."""
        code = node.root().value(("BGM", "C002", "1001"))
        for function in _FUNCTIONS.get(HAPPENED.get(code or "", ""), ("9", "11")):
            self._ports[function].read(node, values, sighting, pointer)

    def write(self, struct: Any, node: Node) -> None:
        """Write the port that fits."""
        self._ports[_FUNCTIONS.get(struct.code, ("9", "11"))[0]].write(struct, node)


class _Times(Line):
    """When the ship was in the port: the report names its arrival and its departure there, and the event's is one.

    A container that is loaded leaves with the ship, one that is discharged came with it: the other time would stand
    for the other end of its way.
    """

    name = ""

    def __init__(self) -> None:
        self._lines = times()

    def bind(self, kind: type[Any]) -> None:
        """Learn the struct that the fields are of."""
        settle(kind, self._lines)

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read the time that belongs to the event."""
        other = _OTHER_TIMES.get(HAPPENED.get(node.root().value(("BGM", "C002", "1001")) or "", ""))
        for line in self._lines:
            if line.name != other:
                line.read(node, values, sighting, pointer)

    def write(self, struct: Any, node: Node) -> None:
        """Write the times."""
        for line in self._lines:
            line.write(struct, node)

    def addresses(self) -> Sequence[tuple[Address, Sequence[Line]]]:
        """Return the addresses of the lines."""
        return tuple(one for line in self._lines for one in line.addresses())


_OTHER_TIMES = {"DISC": "departure", "LOAD": "arrival"}

COARRI = Correspondence(
    "COARRI",
    message_lens(
        Event,
        const("type", "equipment"),
        const("classifier", "actual"),
        *report(HAPPENED),
        ship("transport_means", _Times()),
        *container("203", "7"),
        _Port(),
        at=EACH,
    ),
    at=EACH,
    directory="D.00B.UN.SMDG20",
)
