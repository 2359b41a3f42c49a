"""Define what replying gives: the bytes of an answer, and the format that they are in."""

from __future__ import annotations

from typing import NamedTuple


class Reply(NamedTuple):
    """An answer to what was received: `format` is one of `REPLIES`, `body` the bytes to send."""

    format: str
    body: bytes
