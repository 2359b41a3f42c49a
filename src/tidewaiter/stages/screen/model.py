"""Define what screening gives: screenings with their reasons, hits, profile cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = float | int | str | bool | None


class ProfileCard(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a folder of profiles was built from.

    `as_of` is the newest day it knows of; `lines` counts the goods items in force, `outcomes` the outcomes,
    `outcomes_unmatched` those that fitted no goods item; `rows` and `sha256` are by profile; `catalogue` is the hash
    of the declarations it was built by.
    """

    catalogue: str
    as_of: date | None
    lines: int
    outcomes: int
    outcomes_unmatched: int
    days_max: int
    rows: dict[str, int]
    sha256: dict[str, str]

    @property
    def id(self) -> str:
        """The profiles' identity: a hash of their contents, 16 hexadecimal digits."""
        import hashlib

        return hashlib.sha256("".join(self.sha256[name] for name in sorted(self.sha256)).encode()).hexdigest()[:16]
