"""List the columns of the tables that customs systems export, and the fields that they hold."""

from __future__ import annotations

import json

PARTIES = ("declarant", "importer", "buyer", "seller", "exporter")
"""Roles of the parties that a table has columns of, in its order."""

NUMBER = "Record"
"""The column that numbers the declarations of a table: one that was sent twice is there twice."""

BOXES_MAX = 12
"""Most containers of a declaration that a table has columns of; further ones are lost."""

_MEANS = "goodsShipment.consignment.transportMeans[border]"
_TRIP = "goodsShipment.consignment"
_ITEM = "goodsShipment.items[]"


def _party(role: str) -> tuple[tuple[str, str], ...]:
    """Return the columns of a party."""
    title, at = role.capitalize(), f"parties[{role}]"
    return (
        (f"{title} code", f"{at}.id"),
        (f"{title} code type", f"{at}.scheme"),
        (title, f"{at}.name"),
        (f"{title} street", f"{at}.address.line"),
        (f"{title} city", f"{at}.address.city"),
        (f"{title} postcode", f"{at}.address.postcode"),
        (f"{title} country", f"{at}.address.country"),
        (f"{title} phone", f"{at}.contact.phone"),
        (f"{title} status", f"{at}.status"),
    )


def _tax(title: str, kind: str) -> tuple[tuple[str, str], ...]:
    """Return the columns of a duty or tax."""
    at = f"{_ITEM}.dutyTaxes[{kind}]"
    return (
        (f"{title} rate", f"{at}.rate"),
        (f"{title} base", f"{at}.base.value"),
        (f"{title} base currency", f"{at}.base.currency"),
        (title, f"{at}.assessed.value"),
        (f"{title} currency", f"{at}.assessed.currency"),
    )


def _boxes() -> tuple[tuple[str, str], ...]:
    """Return the columns of containers and of their seals."""
    return tuple(
        column
        for number in range(BOXES_MAX)
        for column in (
            (f"Container {number + 1}", f"{_TRIP}.equipment[{number}].id"),
            (f"Seal {number + 1}", f"{_TRIP}.equipment[{number}].seals[0].id"),
        )
    )


DECLARATIONS: tuple[tuple[str, str], ...] = (
    ("MRN", "mrn"),
    ("Function", "function"),
    ("LRN", "lrn"),
    ("Model", "type"),
    ("Issued", "issued"),
    ("Accepted", "accepted"),
    ("Office", "office"),
    ("Exit office", "exitOffice"),
    *(column for role in PARTIES for column in _party(role)),
    ("Representation", "parties[declarant].representation"),
    ("Export country", "goodsShipment.exportCountry"),
    ("Destination country", "goodsShipment.destinationCountry"),
    ("Mode", f"{_MEANS}.mode"),
    ("Carrier id type", f"{_MEANS}.idType"),
    ("Carrier id", f"{_MEANS}.id"),
    ("Carrier name", f"{_MEANS}.name"),
    ("Carrier flag", f"{_MEANS}.nationality"),
    ("Voyage", f"{_MEANS}.journey"),
    ("Departure", f"{_MEANS}.departure"),
    ("Arrival", f"{_MEANS}.arrival"),
    ("Loading", f"{_TRIP}.loading.code"),
    ("Unloading", f"{_TRIP}.unloading.code"),
    ("Transport document type", f"{_TRIP}.transportDocument.type"),
    ("Transport document", f"{_TRIP}.transportDocument.number"),
    ("Master document type", f"{_TRIP}.masterDocument.type"),
    ("Master document", f"{_TRIP}.masterDocument.number"),
    ("In container", f"{_TRIP}.containerIndicator"),
    *_boxes(),
    ("Freight", f"{_TRIP}.freight.value"),
    ("Freight currency", f"{_TRIP}.freight.currency"),
    ("Incoterm", "goodsShipment.tradeTerms.code"),
    ("Incoterm place", "goodsShipment.tradeTerms.place"),
    ("Invoice", "goodsShipment.invoices[0].number"),
    ("Invoice date", "goodsShipment.invoices[0].issued"),
    ("Invoice amount", "goodsShipment.invoices[0].amount.value"),
    ("Invoice amount currency", "goodsShipment.invoices[0].amount.currency"),
    ("Invoice total", "invoiceAmount.value"),
    ("Invoice total currency", "invoiceAmount.currency"),
    ("Previous document type", "goodsShipment.previousDocuments[0].type"),
    ("Previous document", "goodsShipment.previousDocuments[0].number"),
    ("Items", "itemCount"),
    ("Packages total", "packages"),
    ("Gross total", "grossMass.value"),
    ("Item", f"{_ITEM}.sequence"),
    ("HS", f"{_ITEM}.commodity.classifications[0].id"),
    ("Description", f"{_ITEM}.commodity.description"),
    ("Origin", f"{_ITEM}.origin"),
    ("Preference", f"{_ITEM}.preference"),
    ("Package kind", f"{_ITEM}.packaging[0].type"),
    ("Packages", f"{_ITEM}.packaging[0].quantity"),
    ("Marks", f"{_ITEM}.packaging[0].marks"),
    ("Gross kg", f"{_ITEM}.commodity.grossMass.value"),
    ("Net kg", f"{_ITEM}.commodity.netMass.value"),
    ("Units", f"{_ITEM}.commodity.tariffQuantity.value"),
    ("Unit", f"{_ITEM}.commodity.tariffQuantity.unit"),
    ("In containers", f"{_ITEM}.equipment"),
    ("Price", f"{_ITEM}.invoiceAmount.value"),
    ("Price currency", f"{_ITEM}.invoiceAmount.currency"),
    ("Customs value", f"{_ITEM}.customsValue.value"),
    ("Customs value currency", f"{_ITEM}.customsValue.currency"),
    ("Statistical value", f"{_ITEM}.statisticalValue.value"),
    ("Statistical value currency", f"{_ITEM}.statisticalValue.currency"),
    ("Procedure", f"{_ITEM}.procedure"),
    ("Previous procedure", f"{_ITEM}.previousProcedure"),
    ("Document type", f"{_ITEM}.documents[0].type"),
    ("Document", f"{_ITEM}.documents[0].number"),
    *_tax("Duty", "CUD"),
    *_tax("VAT", "VAT"),
)
"""Column of the declarations' table, one row an item → its field."""

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("Control number", "reference"),
    ("MRN", "declaration"),
    ("Declarant code", "declarant"),
    ("Item", "item"),
    ("Known", "controlled"),
    ("Control", "control"),
    ("Selection", "selection"),
    ("Result", "result"),
    ("Irregularity", "irregularity"),
    ("Recovered", "revenueRecovered.value"),
    ("Currency", "revenueRecovered.currency"),
    ("Weight", "weight"),
    ("Seized", "seizures[0].goods"),
    ("Seized HS", "seizures[0].classification"),
    ("Concealment", "seizures[0].concealment"),
)
"""Column of the outcomes' table, one row a control → its field."""

_KILOGRAMS = ("grossMass.unit", f"{_ITEM}.commodity.grossMass.unit", f"{_ITEM}.commodity.netMass.unit")
_HEAD = """\
[mapping]
id = {id}
title = {title}
source = "tidewaiter.playground.post"
kind = {kind}
version = "1"
delimiter = ","
dates = ["iso"]
"""


def _mapping(kind: str, name: str, title: str, columns: tuple[tuple[str, str], ...], required: tuple[str, ...]) -> str:
    """Return the mapping of a table's columns, as receive reads it."""
    parts = [_HEAD.format(id=json.dumps(name), title=json.dumps(title), kind=json.dumps(kind))]
    for header, path in columns:
        lines = ["", "[[column]]", f"from = {json.dumps(header)}", f"to = {json.dumps(path)}"]
        if path.endswith("].equipment"):
            lines.append('transform = ["split:/"]')
        if header in required:
            lines.append("required = true")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


DECLARATIONS_MAPPING = (
    _mapping("Declaration", "world", "Declarations of the invented world", DECLARATIONS, ("MRN", "Accepted", "HS"))
    + f'\n[group]\nby = ["{NUMBER}"]\n\n[constants]\n'
    + "".join(f'"{path}" = "KGM"\n' for path in _KILOGRAMS)
)
"""The mapping of the declarations' table; rows of one number in the table are one declaration."""

OUTCOMES_MAPPING = _mapping(
    "Outcome", "world-outcomes", "Results of controls in the invented world", OUTCOMES, ("MRN", "Known", "Result")
)
"""The mapping of the outcomes' table."""
