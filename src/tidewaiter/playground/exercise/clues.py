"""Say what gives smuggling away: where to look, by what is wrong with a consignment."""

from __future__ import annotations

from collections.abc import Mapping

CLUES: Mapping[str, str] = {
    "value": "Hold the value for each kilogram against other consignments of the same heading and origin, against what "
    "the exporter declared where the export is known, and against the importer's own earlier prices.",
    "classification": "Hold the description, the packing and the mass of a unit against the heading: goods that look "
    "alike pay different rates, and the cheaper heading is the one declared.",
    "origin": "Follow the journey: where it was loaded, where it was transhipped and for how long, and whether the "
    "country of origin makes such goods in such amounts at all.",
    "quantity": "Hold masses and packages of the declaration against the cargo report, the weighing of the container "
    "and the seals that were read on the way.",
    "prohibited": "Ask who is new here, whose addresses and telephones are shared, whether route, goods and price make "
    "a business, and where the container stood longer than it had to.",
    "other": "Hold every paper of the consignment against every other, and look for one that ought to be there and is "
    "not.",
}
"""Irregularity, as an outcome names it → what gives it away."""


def clue_of(irregularity: str) -> str:
    """Return what gives an irregularity away."""
    return CLUES.get(irregularity, CLUES["other"])
