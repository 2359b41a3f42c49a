"""Read and write COPARN: containers that a carrier orders released or accepted, one event each."""

from __future__ import annotations

from collections.abc import Mapping

from tidewaiter.kernel.records import Event
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.events import EACH, container, inland, report, ship
from tidewaiter.stages.receive.edifact.phrases.parts import place
from tidewaiter.stages.receive.lens import const

ORDERED: Mapping[str, str] = {"11": "GTIN", "12": "GTOT"}
"""Name of the message (1001) → what is to happen: 11 accept at the gate, 12 release; others stay as they are."""

COPARN = Correspondence(
    "COPARN",
    message_lens(
        Event,
        const("type", "gate"),
        const("classifier", "planned"),
        *report(ORDERED),
        ship("main_carriage"),
        *container("201", "7", "200", "234", "63", "181", "10"),
        place("place", "98", "99", "165", "14"),
        inland("1", "10", "30"),
        at=EACH,
    ),
    at=EACH,
    directory="D.00B.UN.SMDG20",
)
