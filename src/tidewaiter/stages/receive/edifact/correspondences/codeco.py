"""Read and write CODECO: containers through the gate of a terminal or depot, one event each."""

from __future__ import annotations

from collections.abc import Mapping

from tidewaiter.kernel.records import Event
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.events import EACH, container, inland, report, ship
from tidewaiter.stages.receive.edifact.phrases.parts import place
from tidewaiter.stages.receive.lens import const

HAPPENED: Mapping[str, str] = {"34": "GTIN", "36": "GTOT"}
"""Name of the message (1001) → what happened."""

CODECO = Correspondence(
    "CODECO",
    message_lens(
        Event,
        const("type", "gate"),
        const("classifier", "actual"),
        *report(HAPPENED),
        ship("main_carriage"),
        *container("7", "203", "181", "200"),
        place("place", "165", "14", "99", "98"),
        place("place", "165", "14", at="/TDT[8051=20]"),
        inland("1", "10", "30"),
        at=EACH,
    ),
    at=EACH,
    directory="D.00B.UN.SMDG20",
)
