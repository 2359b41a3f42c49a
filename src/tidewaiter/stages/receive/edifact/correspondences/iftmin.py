"""Read and write IFTMIN: the instructions of a shipper, from which a bill of lading is made."""

from __future__ import annotations

from tidewaiter.kernel.records import CargoReport, Document
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.codes import DOCUMENT_OF, DOCUMENT_TYPE, MASTER_REFERENCES
from tidewaiter.stages.receive.edifact.phrases.transport import consignment, heading
from tidewaiter.stages.receive.lens import leaf, part

_DOCUMENTS = "|".join(code for code in DOCUMENT_OF if code not in MASTER_REFERENCES)
_MASTERS = "|".join(MASTER_REFERENCES)
_NUMBERED = (leaf("type", "C506/1153", DOCUMENT_TYPE), leaf("number", "C506/1154"))

IFTMIN = Correspondence(
    "IFTMIN",
    message_lens(
        CargoReport,
        *heading("340"),
        consignment(
            part("transport_document", f"RFF[C506/1153={_DOCUMENTS}]", Document, *_NUMBERED),
            part("master_document", f"RFF[C506/1153={_MASTERS}]", Document, *_NUMBERED),
        ),
    ),
    directory="D.99B.UN",
)
