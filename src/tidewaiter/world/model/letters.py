"""Say what is sent to whom: a document of trade, its form, its sender and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tidewaiter.kernel.records import AnyRecord

FORMS: dict[str, str] = {
    "csv": "declarations as a table, one row an item: a customs system's export",
    "outcomes": "results of controls as a table",
    "cusdec": "declarations, UN/EDIFACT CUSDEC",
    "wco": "declarations, WCO Data Model XML",
    "cuscar": "cargo reports, UN/EDIFACT CUSCAR",
    "cusrep": "calls of ships, UN/EDIFACT CUSREP",
    "coarri": "loading and discharge, UN/EDIFACT COARRI",
    "codeco": "gates, UN/EDIFACT CODECO",
    "dcsa": "events of boxes and ships, DCSA track and trace JSON, one a line",
    "ncts": "transit, NCTS XML",
    "paxlst": "passengers and crew, UN/EDIFACT PAXLST",
    "pnrgov": "bookings, UN/EDIFACT PNRGOV",
}
"""Form → what is in it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One document on its way to a country's node: when it arrives (UTC), in which form, from whom, and what it says.

    `message` is the type of message where the form has several, for example CC015C; empty otherwise.
    """

    at: datetime
    country: str
    form: str
    sender: str
    record: AnyRecord
    message: str = ""
