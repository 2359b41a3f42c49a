"""Read and write IFTMCS: the contract of carriage, which is the bill of lading or waybill itself."""

from __future__ import annotations

from tidewaiter.kernel.records import CargoReport, Document
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codes import MASTER_REFERENCES
from tidewaiter.stages.receive.edifact.phrases.transport import consignment, heading
from tidewaiter.stages.receive.lens import Codes, leaf, part

_MASTERS = "|".join(MASTER_REFERENCES)
_LEVELS = Codes({"704": "master", "714": "house", "703": "house", "741": "master"}, other="drop")

IFTMCS = Correspondence(
    "IFTMCS",
    message_lens(
        CargoReport,
        consignment(
            part(
                "transport_document",
                "",
                Document,
                leaf("type", "BGM/C002/1001"),
                leaf("number", "RFF[C506/1153=BM|BH|AWB|HWB|AAS|AAM|CMR]/C506/1154"),
                leaf("number", "BGM/C106/1004", read_only=True),
            ),
            part(
                "master_document",
                f"RFF[C506/1153={_MASTERS}]",
                Document,
                leaf("number", "C506/1154"),
            ),
            leaf("level", "BGM/C002/1001", _LEVELS, read_only=True),
        ),
        *heading("705"),
    ),
    directory="D.99B.UN",
)
"""Where no reference names the transport document, the message's own number is its number."""
