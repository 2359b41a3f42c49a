"""Say what stands in a line of the truth, and write and read it the one way there is."""

from __future__ import annotations

import msgspec

from tidewaiter.kernel.errors import Refused


class Smuggled(msgspec.Struct, frozen=True, kw_only=True, tag="planted", tag_field="is"):
    """One smuggled consignment, as `world.model.Planted` has it; `evaded_usd` is `evaded` in US dollars of its day."""

    scheme: str
    ring: int
    skill: float
    irregularity: str
    country: str
    references: tuple[str, ...]
    item: int
    evaded: float
    currency: str
    evaded_usd: float
    story: str
    shipment: int = 0
    day: int = 0
    safety: bool = False


class Slipped(msgspec.Struct, frozen=True, kw_only=True, tag="slip", tag_field="is"):
    """One honest mistake, as `world.model.Slip` has it: `findings` are rule and code."""

    kind: str
    country: str
    reference: str
    findings: tuple[tuple[str, str], ...]


class Declared(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One declaration, whoever lodged it.

    `day` counts from the world's start, `value_usd` is its customs value in US dollars, `hours` what an inspection
    would hold it up.
    """

    country: str
    reference: str
    day: int
    value_usd: float
    hours: float


_ENCODER = msgspec.json.Encoder(order="sorted")
_TOLD = msgspec.json.Decoder(Smuggled | Slipped)
_DECLARED = msgspec.json.Decoder(Declared)


def write_line(one: Smuggled | Slipped | Declared) -> bytes:
    """Return the line, with its newline."""
    return _ENCODER.encode(one) + b"\n"


def is_declared(line: bytes) -> bool:
    """Say whether a line is of a declaration, without reading it."""
    return line[:1] == b"["


def read_declared(line: bytes) -> Declared:
    """Read the line of a declaration; raises Refused where it is none."""
    try:
        return _DECLARED.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise _no_line(line, wrong) from None


def read_told(line: bytes) -> Smuggled | Slipped:
    """Read the line of what was planted or slipped; raises Refused where it is neither."""
    try:
        told: Smuggled | Slipped = _TOLD.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise _no_line(line, wrong) from None
    return told


def _no_line(line: bytes, wrong: Exception) -> Refused:
    """Return the refusal of a line."""
    message = f"The truth has a line that cannot be read: {line[:60].decode(errors='replace')} ({wrong})."
    return Refused(message, "A later program wrote it, or another one.")
