"""List the correspondences of messages and records, one for each type of message."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tidewaiter.stages.receive.edifact.correspondence import Correspondence
from tidewaiter.stages.receive.edifact.correspondences.baplie import BAPLIE
from tidewaiter.stages.receive.edifact.correspondences.coarri import COARRI
from tidewaiter.stages.receive.edifact.correspondences.codeco import CODECO
from tidewaiter.stages.receive.edifact.correspondences.contrl import CONTRL
from tidewaiter.stages.receive.edifact.correspondences.coparn import COPARN
from tidewaiter.stages.receive.edifact.correspondences.cuscar import CUSCAR
from tidewaiter.stages.receive.edifact.correspondences.cusdec import CUSDEC
from tidewaiter.stages.receive.edifact.correspondences.cusrep import CUSREP
from tidewaiter.stages.receive.edifact.correspondences.cusres import CUSRES
from tidewaiter.stages.receive.edifact.correspondences.iftmcs import IFTMCS
from tidewaiter.stages.receive.edifact.correspondences.iftmin import IFTMIN
from tidewaiter.stages.receive.edifact.correspondences.paxlst import PAXLST
from tidewaiter.stages.receive.edifact.correspondences.pnrgov import PNRGOV

_ALL: tuple[Correspondence, ...] = (
    *(BAPLIE, COARRI, CODECO, COPARN),
    *(CONTRL, CUSCAR, CUSDEC, CUSREP, CUSRES),
    *(IFTMCS, IFTMIN, PAXLST, PNRGOV),
)

CORRESPONDENCES: Mapping[str, Correspondence] = MappingProxyType({one.type: one for one in _ALL})
"""Type of a message (0065) → its correspondence."""
