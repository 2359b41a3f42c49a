"""Read and write PNRGOV: the bookings of a flight as airlines give them to a government."""

from __future__ import annotations

from typing import Any

from tidewaiter.kernel.records import Address, Contact, Journey, Leg, Location, Party
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.bookings import PAYMENT, Arrival, At, Mail, Phone, anywhere
from tidewaiter.stages.receive.edifact.phrases.travellers import ADDRESS, REMARK, Travellers
from tidewaiter.stages.receive.lens import Line, Node, const, each, leaf, part
from tidewaiter.stages.receive.lens.lines import Sighting, Values

LEG: tuple[Line, ...] = (
    leaf("departure", "C310", At("9916", "9918")),
    leaf("arrival", "C310", Arrival()),
    part("origin", "C328", Location, leaf("code", "3225"), leaf("name", "3224")),
    part("destination", "C328#2", Location, leaf("code", "3225"), leaf("name", "3224")),
    leaf("carrier", "C306/9906"),
    leaf("operator", "C306/9906#2"),
    leaf("number", "C308/9908"),
)
"""A flight in TVL: as it is sold, and the carrier that operates it where another sells it."""


class _Header(Line):
    """What a message of bookings begins with: what it is for, whose it is, how many bookings there are."""

    name = "carrier"

    def read(self, node: Node, values: Values, sighting: Sighting, pointer: str) -> None:
        """Read nothing: each booking says it."""

    def write(self, struct: Any, node: Node) -> None:
        """Put it."""
        top = node.root()
        top.make("MSG/C302/1225").put(_PUSH)
        top.make("ORG/C336/9906").put(struct.carrier or _NOBODY)
        top.make("EQN/C523/6350").put(str(len(top.children(("SRC",)))))


_PUSH, _NOBODY = "22", "ZZ"

PNRGOV = Correspondence(
    "PNRGOV",
    message_lens(
        Journey,
        const("source", "PNR"),
        _Header(),
        part("flight", "/TVL#1", Leg, *LEG),
        leaf("reference", "RCI/C330/9956"),
        leaf("carrier", "RCI/C330/9906"),
        leaf("booked", "RCI/C330", At("9916", "9918")),
        leaf("changed", "DAT/C688[2005=700]", At("9916", "9918")),
        each(
            "contacts",
            REMARK,
            Contact,
            anywhere("phone", "4440", Phone()),
            anywhere("email", "4440", Mail()),
        ),
        each("contacts", "ADD/C032", Contact, leaf("phone", "4440")),
        part("agency", "ORG[C300/9900]", Party, const("role", "agent"), leaf("id", "C300/9900")),
        part("agency", "ORG", Party, const("role", "agent"), leaf("id", "C300/9902")),
        each("addresses", "ADD/C032", Address, *ADDRESS),
        each("itinerary", "TVL[C328/3225]", Leg, *LEG),
        Travellers(),
        leaf("payment", "TIF/TKT/FOP/C641", PAYMENT),
        at="SRC",
    ),
    at="SRC",
    directory="13.1.IA",
)
"""A booking is read from SRC on. Requests for meals and care are not: what they tell of a person is not to be kept."""
