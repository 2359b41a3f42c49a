"""Say what a parcel is: a file on its way to a country's node, and how it travels as bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

NAME_CHARACTERS_MAX = 200


class Parcel(Protocol):
    """One file as a gateway delivers it: the moment (UTC), the country whose node it is for, form, name and bytes.

    `letters` counts the documents in it; `mapping` is the text (TOML) of the mapping of a table, else None.
    """

    @property
    def at(self) -> datetime:
        """When it is sent, UTC."""
        ...

    @property
    def country(self) -> str:
        """The country whose node it is for."""
        ...

    @property
    def form(self) -> str:
        """The form of the documents, for people."""
        ...

    @property
    def name(self) -> str:
        """The name of the file."""
        ...

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        ...

    @property
    def letters(self) -> int:
        """How many documents are in it."""
        ...

    @property
    def mapping(self) -> str | None:
        """The text of the mapping of a table, or None."""
        ...


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel made by hand, or taken from a file."""

    at: datetime
    country: str
    name: str
    data: bytes
    form: str = ""
    letters: int = 1
    mapping: str | None = None


class Unpacked(msgspec.Struct, frozen=True, array_like=True):
    """What of a parcel reaches the node: name, mapping, bytes."""

    name: str
    mapping: str | None
    data: bytes


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Unpacked)


def pack(parcel: Parcel) -> bytes:
    """Return a parcel as the body of an envelope; the same parcel gives the same bytes."""
    return _encode(Unpacked(parcel.name[:NAME_CHARACTERS_MAX], parcel.mapping, parcel.data))


def unpack(body: bytes) -> Unpacked:
    """Return what `pack` packed."""
    return _decoder.decode(body)
