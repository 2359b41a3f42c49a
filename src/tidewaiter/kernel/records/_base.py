"""Give every record struct its shape: frozen, camel-case JSON, WCO ids as metadata."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec


def wco(tag: str, meaning: str, *, personal: bool = False) -> msgspec.Meta:
    """Describe a field: its WCO Data Model id, its meaning, whether it is personal data.

    The id is of a class or an element in version 3.6; several, separated by a space, where the class of the
    struct (named in its docstring) decides which one applies.
    """
    return msgspec.Meta(
        description=meaning,
        extra_json_schema={"x-wco": tag, "x-personal": personal} if personal else {"x-wco": tag},
        extra={"wco": tag, "personal": personal},
    )


def own(meaning: str, *, personal: bool = False) -> msgspec.Meta:
    """Describe a field that the WCO Data Model does not have."""
    schema: dict[str, Any] = {"x-personal": True} if personal else {}
    return msgspec.Meta(
        description=meaning, extra_json_schema=schema or None, extra={"wco": None, "personal": personal}
    )


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,  # a tree of frozen values cannot hold a cycle
):
    """A part of a record; JSON in lowerCamel; an absent field is None or an empty tuple."""


class Record(Part, frozen=True, kw_only=True, tag_field="kind", tag=True):
    """A record of its own: its JSON carries `kind`, the class name."""


class Amount(Part, frozen=True, kw_only=True):
    """Money: a decimal value in a currency (ISO 4217)."""

    value: Annotated[Decimal | None, own("The amount, in units of the currency.")] = None
    currency: Annotated[str | None, own("ISO 4217 alphabetic code.")] = None


class Measure(Part, frozen=True, kw_only=True):
    """A physical quantity: a decimal value in a unit (UN/ECE Recommendation 20)."""

    value: Annotated[Decimal | None, own("The quantity, in the unit.")] = None
    unit: Annotated[str | None, own("UN/ECE Recommendation 20 code, for example KGM or MTQ.")] = None
