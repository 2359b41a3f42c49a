"""Say what gives smuggling away: where an officer looks, scheme by scheme."""

from __future__ import annotations

from collections.abc import Mapping

CLUES: Mapping[str, str] = {
    "captured-trusted-trader": (
        "Hold the mass of a package and the price of a kilogram against the trader's own habit, and ask whether "
        "broker, port or seller is the usual one: being authorised says nothing of one consignment."
    ),
    "carousel": (
        "Follow the goods, not the companies: the same goods and masses cross the same border both ways, dearer "
        "each time, between few companies that nobody else deals with."
    ),
    "container-clone": (
        "Look for one container number at two places at once, or through a gate twice without having come back; "
        "then at its size, its tare and its seal."
    ),
    "document-reuse": (
        "Search the numbers of bill, invoice and container in earlier declarations, and ask the cargo report of "
        "the ship whether it knows the bill at all."
    ),
    "excess-quantity": (
        "Hold packages and mass of the declaration against the cargo report, the scales of the terminal and the "
        "exporter's own declaration."
    ),
    "false-origin": (
        "Follow the journey back past the last port: where it was loaded first, how long it stayed, and whether "
        "the country of origin makes such goods in such amounts."
    ),
    "front-company": (
        "Ask how old the importer is, who was at its address and telephone before, and who bought these goods from"
        " this seller until a company was closed."
    ),
    "misclassification": (
        "Hold the words, the packing and the mass of a unit against the heading, and against what the bill of "
        "lading calls the goods."
    ),
    "misdescription": (
        "Ask whether mass, price, packing and route make a business with goods of that name: papers that all agree"
        " were all written by the sender."
    ),
    "mule-travellers": (
        "Look at bookings side by side: one agency, one telephone, cash, late, one way; and heavy bags for a short"
        " stay."
    ),
    "multiple-invoicing": (
        "Search the container, the ship and the masses in other declarations, and ask whether a cargo report "
        "stands behind each; hold prices against those of others, high as well as low."
    ),
    "officer-broker-collusion": (
        "Compare what controls find by broker, office, weekday and shift together: low values and controls that "
        "are conform more often than chance lets them be."
    ),
    "phantom-export": (
        "Ask for the cargo report and the gate of each exported container, and the country at the other end "
        "whether anything came."
    ),
    "rip-on": (
        "Read the seal at every stop: the importer is honest and the papers are right; the container left its way,"
        " or was opened, at a port between."
    ),
    "route-deviation-road": (
        "Hold the offices and the hours of the journey against the usual road: a longer way that is no cheaper has"
        " another reason."
    ),
    "route-deviation-sea": (
        "Ask why anybody would tranship there: a new bill, a second invoice from a related company, and the same "
        "packages and masses as before."
    ),
    "seal-swap": (
        "Hold the seal in the papers against the one that each terminal and office read, letter by letter, and the"
        " weight before against the weight after."
    ),
    "split-consignments": (
        "Put small consignments of one seller together, over companies of one address and over days: many stand "
        "just below a limit."
    ),
    "transit-diverted": (
        "Reckon what the road takes: who arrives a shift late stood somewhere; then hold seal and mass at arrival "
        "against those at departure."
    ),
    "transit-fictitious-discharge": (
        "Reckon what the road takes, and look for the passage at the border and the gate of the port: goods cannot"
        " arrive that never left, or faster than a lorry drives."
    ),
    "transit-never-discharged": (
        "List the movements whose time limit has passed and that nobody declared for import, and ask who stood "
        "guarantee for the others of the same principal."
    ),
    "transit-substituted": (
        "Hold what is declared at the destination against what was declared at departure: heading, mass, packages,"
        " seal."
    ),
    "undervaluation": (
        "Hold the value of a kilogram against other consignments of the heading and origin, against the seller's "
        "export declaration, and against the importer's own earlier prices."
    ),
}
"""Scheme → what gives it away."""

OTHERWISE: Mapping[str, str] = {
    "value": CLUES["undervaluation"],
    "classification": CLUES["misclassification"],
    "origin": CLUES["false-origin"],
    "quantity": CLUES["excess-quantity"],
    "prohibited": CLUES["misdescription"],
}
"""Irregularity, as an outcome names it → what gives a scheme away that has no line of its own."""
_AT_LEAST = (
    "Hold every paper of the consignment against every other, and look for one that ought to be there and is not."
)


def clue_of(scheme: str, irregularity: str) -> str:
    """Return what gives a scheme away; by its irregularity, where it came after this program."""
    return CLUES.get(scheme) or OTHERWISE.get(irregularity, _AT_LEAST)
