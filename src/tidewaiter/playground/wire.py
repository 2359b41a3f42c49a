"""Frame what goes between the playground and a node in a process of its own, within limits."""

from __future__ import annotations

import socket
import struct
from datetime import datetime
from typing import Any

import msgspec

from tidewaiter.playground.hosts import HostFault, Took

HEAD_BYTES_MAX = 65_536
BODY_BYTES_MAX = 256 * 1024 * 1024
TOKEN_BYTES = 32

_LENGTHS = struct.Struct(">IQ")
"""Length of the head and of the body, in bytes."""
_CHUNK_BYTES = 1_048_576


class Hello(msgspec.Struct, frozen=True, tag=True):
    """Begin: the token that the node was started with, in hexadecimal."""

    token: str


class Advance(msgspec.Struct, frozen=True, tag=True):
    """Set the clock."""

    at: datetime


class Deliver(msgspec.Struct, frozen=True, tag=True):
    """Take in a sender's next parcel, which is the body; the clock is set first."""

    at: datetime
    sender: str
    number: int


class FollowUp(msgspec.Struct, frozen=True, tag=True):
    """Run the queued steps."""


class Taken(msgspec.Struct, frozen=True, tag=True):
    """Say the number of the last parcel of each sender."""


class Ask(msgspec.Struct, frozen=True, tag=True):
    """Answer a question."""

    question: str


class Die(msgspec.Struct, frozen=True, tag=True):
    """Die after so many further commits."""

    after: int


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Close the node and end."""


class Done(msgspec.Struct, frozen=True, tag=True):
    """It was done; the body is the result as JSON, or empty."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It was not done: the sentence and what to do."""

    sentence: str
    remedy: str


Command = Hello | Advance | Deliver | FollowUp | Taken | Ask | Die | Stop
Reply = Done | Failed


def encode(result: Any) -> bytes:
    """Return a result as the body of a reply."""
    return msgspec.json.encode(result)


def decode_took(body: bytes) -> Took:
    """Read what became of a parcel."""
    return msgspec.json.decode(body, type=Took)


def send(connection: socket.socket, head: Command | Reply, body: bytes = b"") -> None:
    """Send a head and a body; raises HostFault where one is too long, OSError where nobody listens any more."""
    packed = msgspec.json.encode(head)
    _insist_short(len(packed), len(body))
    connection.sendall(_LENGTHS.pack(len(packed), len(body)) + packed)
    if body:
        connection.sendall(body)


def receive(connection: socket.socket, kind: Any) -> tuple[Any, bytes]:
    """Receive a head of a kind and its body.

    Raises EOFError where the other side is gone, HostFault where a length is beyond its limit or the head is none.
    """
    head_bytes, body_bytes = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size))
    _insist_short(head_bytes, body_bytes)
    packed, body = _exactly(connection, head_bytes), _exactly(connection, body_bytes)
    try:
        return msgspec.json.decode(packed, type=kind), body
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"What came is no command or reply: {error}."
        raise HostFault(message) from None


def _insist_short(head_bytes: int, body_bytes: int) -> None:
    """Refuse a frame that is too long."""
    if head_bytes > HEAD_BYTES_MAX or body_bytes > BODY_BYTES_MAX:
        message = f"A frame of {head_bytes:,} and {body_bytes:,} bytes is too long."
        raise HostFault(message)


def _exactly(connection: socket.socket, octets: int) -> bytes:
    """Receive so many bytes; raises EOFError where the other side ends before."""
    pieces = []
    while octets:
        piece = connection.recv(min(octets, _CHUNK_BYTES))
        if not piece:
            message = "The connection was closed."
            raise EOFError(message)
        pieces.append(piece)
        octets -= len(piece)
    return b"".join(pieces)
