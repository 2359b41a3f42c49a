"""Say how it arrived: the interchange and the message that carried records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from tidewaiter.kernel.records._base import Part, Record, own


class Interchange(Part, frozen=True, kw_only=True):
    """An envelope of messages from one sender to one recipient."""

    format: Annotated[str | None, own("csv, xlsx, parquet, jsonl, edifact, wco-xml, ncts-xml, json.")] = None
    sender: Annotated[str | None, own("Who sent it.")] = None
    recipient: Annotated[str | None, own("Whom it is for.")] = None
    control_reference: Annotated[str | None, own("UN/EDIFACT 0020 or the file's own number.")] = None
    prepared: Annotated[datetime | None, own("When the sender made it.")] = None
    sha256: Annotated[str | None, own("Hash of the bytes, 64 lowercase hexadecimal digits.")] = None
    byte_length: Annotated[int | None, own("Length in bytes.")] = None


class Group(Part, frozen=True, kw_only=True):
    """A group of messages of one type within an interchange (UN/EDIFACT UNG)."""

    reference: Annotated[str | None, own("UN/EDIFACT 0048.")] = None
    sender: Annotated[str | None, own("Application that sent it (0040).")] = None
    recipient: Annotated[str | None, own("Application that it is for (0044).")] = None


class Message(Record, frozen=True, kw_only=True):
    """One message of an interchange; a record of its own where it could not be read into another kind.

    A table is one message. Without a type it stands for the interchange itself: its envelope is what is wrong.
    """

    interchange: Annotated[Interchange | None, own("The envelope it came in.")] = None
    group: Annotated[Group | None, own("The group that it came in, where there are groups.")] = None
    reference: Annotated[str | None, own("UN/EDIFACT 0062 or the number in the envelope.")] = None
    type: Annotated[str | None, own("CUSCAR, CUSDEC, CC015C, or the mapping of a table.")] = None
    directory: Annotated[str | None, own("Directory or version, for example D05B, 3.6, or a mapping's hash.")] = None
    sha256: Annotated[str | None, own("Hash of the message's bytes.")] = None
    byte_length: Annotated[int | None, own("Length in bytes.")] = None
