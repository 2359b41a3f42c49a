"""Recognise a source by its content, whatever its name says; refuse what cannot be read."""

from __future__ import annotations

import io
import re
import zipfile
from typing import BinaryIO

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.json.documents import is_json_document

FORMATS = ("csv", "xlsx", "parquet", "jsonl", "json", "edifact", "xml")
"""The formats that can be read."""

SAMPLE_BYTES = 1_048_576
"""How much of a text is looked at before it is read, in bytes."""

_LOOK_BYTES = 65_536
_UTF8_BOM = b"\xef\xbb\xbf"
_MAY_BE_SAID = frozenset((("csv", "jsonl"), ("json", "jsonl"), ("jsonl", "json")))
"""(What a sender says a source is, what it looks like) where both may be right."""

_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_OTHERS = {
    b"PARE": ("an encrypted Parquet file", "Export it without encryption and send it over an encrypted channel."),
    b"SQLite format 3": ("an SQLite database", "Export the table as CSV."),
    b"\x89PNG": ("a picture", "Send the table itself as CSV or .xlsx."),
    b"\xff\xd8\xff": ("a picture", "Send the table itself as CSV or .xlsx."),
    b"{\\rtf": ("a rich-text document", "Save the table as CSV or .xlsx."),
}
_INTERCHANGE = re.compile(rb"UNA(?:[^A-Za-z0-9]{3}|.{6}\s*UN[BGH])|UN[BGH][^A-Za-z0-9\s]", re.DOTALL)
"""How an interchange begins: its service string advice, or the segment of an envelope and a separator."""

_MARKUP = re.compile(rb"<(?:\?xml\b|!DOCTYPE\b|!--|[A-Za-z_][\w:.-]*[\s/>])", re.IGNORECASE)
"""How XML begins, and what pretends to be it."""


def length_of(stream: BinaryIO) -> int:
    """Return the source's length in bytes."""
    return stream.seek(0, io.SEEK_END)


def recognise(stream: BinaryIO, *, name: str, settings: Settings, wanted: str | None = None) -> str:
    """Return the format of the source, one of FORMATS.

    `wanted` is what the sender says it is. Raises Refused for what cannot be read, with what to do about it.
    """
    if wanted is not None and wanted not in FORMATS:
        message = f"There is no format {wanted!r}."
        raise Refused(message, f"The formats are {', '.join(FORMATS)}.")
    size = length_of(stream)
    if size > settings.source_bytes_max:
        message = f"{name} has {size:,} bytes; the most is {settings.source_bytes_max:,}."
        raise Refused(message, "Split it, or raise the setting source_bytes_max.")
    stream.seek(0)
    start = stream.read(_LOOK_BYTES)
    found = _by_content(stream, start, name)
    if (
        wanted is not None
        and wanted != found
        and not (wanted == "csv" and found == "jsonl")
        and {wanted, found} != {"json", "jsonl"}
    ):
        message = f"{name} is said to be {wanted}, but its content is {found}."
        raise Refused(message, f"Leave out the format, or give --format {found}.")
    return wanted or found


def _by_content(stream: BinaryIO, start: bytes, name: str) -> str:
    """Tell the format from the first bytes."""
    if not start.strip(b" \t\r\n\x00" + _UTF8_BOM):
        message = f"{name} is empty." if not start else f"{name} holds nothing but blanks."
        raise Refused(message, "Check that the export ran and send the file again.")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(stream, name)
    if start.startswith(b"PAR1"):
        return "parquet"
    if b"%PDF-" in start[:1024]:
        message = f"{name} is a PDF document, whatever its name says."
        raise Refused(message, "Ask the sender for the table itself, as CSV or .xlsx.")
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        message = f"{name} is an old Excel workbook (.xls), or a workbook that is protected by a password."
        raise Refused(message, "Open it in Excel and save it as .xlsx without a password, or as CSV.")
    for magic, kind in _ARCHIVES.items():
        if start.startswith(magic):
            message = f"{name} is a compressed archive ({kind})."
            raise Refused(message, "Unpack it and send the file inside.")
    for magic, (kind, remedy) in _OTHERS.items():
        if start.startswith(magic):
            message = f"{name} is {kind}."
            raise Refused(message, remedy)
    return _text(start, name)


def _zipped(stream: BinaryIO, name: str) -> str:
    """Tell a workbook from other archives by what is inside."""
    try:
        with zipfile.ZipFile(stream) as archive:
            inside = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError) as error:
        message = f"{name} is a workbook or archive that is cut off or damaged: {error}."
        raise Refused(message, "Send it again; compare its size with the original.") from error
    if "xl/workbook.xml" in inside:
        return "xlsx"
    if "xl/workbook.bin" in inside:
        message = f"{name} is a binary Excel workbook (.xlsb)."
        raise Refused(message, "Save it as .xlsx or CSV.")
    if "content.xml" in inside and "mimetype" in inside:
        message = f"{name} is an OpenDocument file."
        raise Refused(message, "Save it as .xlsx or CSV.")
    message = f"{name} is an archive (zip) and not a workbook."
    raise Refused(message, "Unpack it and send the files inside.")


def _text(start: bytes, name: str) -> str:
    """Tell XML, JSON lines, interchanges and text tables from each other, and refuse what is none of them."""
    if _is_markup(start):
        return _markup(start, name)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(start):
        message = f"{name} is text in UTF-16 or UTF-32."
        raise Refused(message, "Save it as UTF-8; in Excel: save as, CSV UTF-8.")
    body = start.removeprefix(_UTF8_BOM).lstrip(b" \t\r\n")
    if _INTERCHANGE.match(body):
        return "edifact"
    if _is_binary(body):
        message = f"{name} is not text, and no binary format that can be read."
        raise Refused(message, "Send CSV, .xlsx, Parquet, UN/EDIFACT, XML or JSON.")
    if is_json_document(start):
        return "json"
    if body.startswith(b"{"):
        return "jsonl"
    return "csv"


def _is_markup(start: bytes) -> bool:
    """Say whether the text begins as XML or a web page does, in any of the encodings that XML may have."""
    body = start.replace(b"\x00", b"").lstrip(_UTF8_BOM + b"\xff\xfe" + b" \t\r\n")
    return _MARKUP.match(body) is not None


def _markup(start: bytes, name: str) -> str:
    """Tell an XML document from a web page."""
    body = start.replace(b"\x00", b"").lower()
    if b"<html" in body or b"<!doctype html" in body:
        message = f"{name} is a web page."
        raise Refused(message, "Send the document itself; a web page is often an error in disguise.")
    return "xml"


def _is_wide(start: bytes) -> bool:
    """Say whether this is text in which every character takes two or four bytes, without a mark that says so."""
    even, odd = start[0::2], start[1::2]
    zeros, others = sorted((even, odd), key=lambda half: half.count(0), reverse=True)
    return len(start) >= _WIDE_BYTES_MIN and zeros.count(0) * 10 >= len(zeros) * 8 and not _is_binary(others)


_WIDE_BYTES_MIN = 8


def _is_binary(body: bytes) -> bool:
    """Say whether the bytes are full of zeros, or of control characters that no table has."""
    if body.count(0) * 4 >= len(body):
        return True
    controls = bytes(one for one in range(32) if one not in b"\x00\t\n\r\x0c\x1a") + b"\x7f"
    kept = len(body.translate(None, controls))
    return (len(body) - kept) * 50 > len(body)
