"""Say who: parties with their role, identifier, address and contact."""

from __future__ import annotations

from typing import Annotated

from tidewaiter.kernel.records._base import Part, own, wco

ROLES: dict[str, str] = {
    "exporter": "30A",
    "importer": "39A",
    "consignor": "30B",
    "consignee": "27A",
    "declarant": "57A",
    "agent": "05A",
    "buyer": "57B",
    "seller": "74A",
    "notify": "61B",
    "carrier": "18A",
    "principal": "53B",
    "warehouse": "91A",
    "manufacturer": "56A",
    "forwarder": "31A",
}
"""Role → WCO Data Model class id of the party."""


class Address(Part, frozen=True, kw_only=True):
    """A postal address (04A)."""

    line: Annotated[str | None, wco("239", "Street and number, or post-office box.", personal=True)] = None
    city: Annotated[str | None, wco("241", "Name of the city.", personal=True)] = None
    postcode: Annotated[str | None, wco("245", "Postcode.", personal=True)] = None
    region: Annotated[str | None, wco("243", "Country subdivision.", personal=True)] = None
    country: Annotated[str | None, wco("242", "ISO 3166-1 alpha-2 code.")] = None


class Contact(Part, frozen=True, kw_only=True):
    """How to reach a party (85A, 25A)."""

    name: Annotated[str | None, wco("R003", "Name of the person to contact.", personal=True)] = None
    phone: Annotated[str | None, wco("240", "Telephone number.", personal=True)] = None
    email: Annotated[str | None, wco("240", "Electronic mail address.", personal=True)] = None


class Party(Part, frozen=True, kw_only=True):
    """Somebody with a role in a consignment (30A 27A 57A 74A 05A 57B)."""

    role: Annotated[str | None, own("One of the roles of `ROLES`, for example importer.")] = None
    id: Annotated[str | None, wco("R032", "Identifier in the scheme.")] = None
    scheme: Annotated[str | None, own("EORI, VAT, LEI, or NATIONAL: which register the identifier is of.")] = None
    name: Annotated[str | None, wco("R011", "Name.", personal=True)] = None
    address: Annotated[Address | None, wco("04A", "Postal address.")] = None
    contact: Annotated[Contact | None, wco("25A", "Contact.")] = None
    status: Annotated[str | None, wco("D005", "Authorised status, for example AEOC or AEOS.")] = None
