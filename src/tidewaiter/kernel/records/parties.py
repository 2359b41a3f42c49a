"""Say who: parties with their role, identifier, address and contact."""

from __future__ import annotations

from typing import Annotated

from tidewaiter.kernel.records._base import Part, own, wco

ROLES: dict[str, str | None] = {
    "exporter": "57A",
    "importer": "74A",
    "consignor": "30A",
    "consignee": "27A",
    "declarant": "57B",
    "agent": "05A",
    "buyer": "16A",
    "seller": "09B",
    "carrier": "18A",
    "warehouse": "43B",
    "notify": None,
    "principal": None,
    "manufacturer": None,
    "forwarder": None,
    "submitter": "17B",
    "payer": "56B",
    "surety": "19B",
    "consolidator": None,
    "operator": None,
    "terminal": None,
}
"""Role → WCO Data Model 3.6 class id of the party; None where the published subset has no such class."""


class Address(Part, frozen=True, kw_only=True):
    """A postal address (04A)."""

    line: Annotated[str | None, wco("239", "Street and number, or post-office box.", personal=True)] = None
    city: Annotated[str | None, wco("241", "Name of the city.", personal=True)] = None
    postcode: Annotated[str | None, wco("245", "Postcode.", personal=True)] = None
    region: Annotated[str | None, wco("243", "Country subdivision.", personal=True)] = None
    country: Annotated[str | None, wco("242", "ISO 3166-1 alpha-2 code.")] = None


class Contact(Part, frozen=True, kw_only=True):
    """How to reach a party (34A contact, 25A communication)."""

    name: Annotated[str | None, wco("246", "Name of the person to contact.", personal=True)] = None
    phone: Annotated[str | None, wco("240", "Telephone number.", personal=True)] = None
    email: Annotated[str | None, wco("240", "Electronic mail address.", personal=True)] = None


class Party(Part, frozen=True, kw_only=True):
    """Somebody with a role in a consignment; ids in the order of the roles' classes in `ROLES`, exporter to carrier."""

    role: Annotated[str | None, own("One of the roles of `ROLES`, for example importer.")] = None
    id: Annotated[str | None, wco("R032 R038 R021 R015 R123 R004 R010 R051 R012", "Identifier in the scheme.")] = None
    scheme: Annotated[str | None, own("EORI, VAT, LEI, or NATIONAL: which register the identifier is of.")] = None
    name: Annotated[str | None, wco("R031 R037 R020 R014 R124 R003 R009 R050 R011", "Name.", personal=True)] = None
    address: Annotated[Address | None, wco("04A", "Postal address.")] = None
    contact: Annotated[Contact | None, wco("34A 25A", "Contact.")] = None
    status: Annotated[str | None, own("Authorised status, for example AEOC or AEOS.")] = None
    representation: Annotated[str | None, wco("102", "How an agent acts: 2 direct, 3 indirect.")] = None
