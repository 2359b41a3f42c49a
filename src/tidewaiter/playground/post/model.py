"""Say what a parcel is, how large one may be, and what is gathered to be put into some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tidewaiter.world.model import Letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file as a gateway delivers it to a country's node.

    `at` (UTC) is when it is delivered, the end of the window that its letters came in; `form` is one of
    `world.model.FORMS`; `name` sorts in time order among a country's parcels; `letters` counts the documents in it;
    `mapping` is the text (TOML) of the mapping of a table, None for messages.
    """

    at: datetime
    country: str
    form: str
    name: str
    data: bytes
    letters: int
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a parcel may be; what is more goes into further ones. A letter that is larger alone is sent alone."""

    parcel_letters_max: int = 2_000
    parcel_bytes_max: int = 16_777_216


@dataclass(frozen=True, slots=True)
class Batch:
    """The letters of one form to one country in one window, in time order; `at` (UTC) is the window's end."""

    at: datetime
    country: str
    form: str
    letters: Sequence[Letter]
