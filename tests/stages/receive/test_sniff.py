"""Test recognising: by content and not by name, with a way out of every refusal."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.sniff import recognise

Open = Callable[..., receive.Opened]


def archive(**members: bytes) -> bytes:
    """Write a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, body in members.items():
            made.writestr(name.replace("__", "/").replace("_", "."), body)
    return out.getvalue()


TABLE = b"Number,Date\nA1,2026-01-05\n"


@pytest.mark.parametrize(
    ("data", "sentence", "remedy"),
    [
        (b"", "table.csv is empty", "send the file again"),
        (b"\xef\xbb\xbf \n\n", "holds nothing but blanks", "send the file again"),
        (b"\x00" * 500, "holds nothing but blanks", "send the file again"),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document, whatever its name says", "the table itself"),
        (b"\n\n%PDF-1.4", "is a PDF document", "the table itself"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Excel workbook", "save it as .xlsx without a password"),
        (gzip.compress(TABLE, mtime=0), r"compressed archive \(gzip\)", "Unpack it"),
        (b"BZh91AY&SY", r"compressed archive \(bzip2\)", "Unpack it"),
        (archive(a_csv=TABLE), r"an archive \(zip\) and not a workbook", "Unpack it"),
        (archive(xl__workbook_bin=b""), r"\.xlsb", "Save it as .xlsx"),
        (archive(mimetype=b"", content_xml=b""), "OpenDocument", "Save it as .xlsx"),
        (b"PK\x03\x04 and no more", "cut off or damaged", "Send it again"),
        ("é,b\n".encode("utf-16"), "UTF-16", "UTF-8"),
        ("Number,Date\nA1,x\n".encode("utf-16-le"), "UTF-16", "UTF-8"),
        (b"<html><body>404</body></html>", "web page", "the document itself"),
        (b"<!DOCTYPE html><title>404</title>", "web page", "the document itself"),
        (b"PARE\x00\x01", "encrypted Parquet", "without encryption"),
        (bytes(range(1, 32)) * 40, "is not text", "Send CSV"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 60 + bytes(range(60)) * 3, "is not text", "Send CSV"),
    ],
)
def a_source_that_is_no_table_is_refused_with_what_to_do(
    plain_mapping: receive.Mapping, opening: Open, data: bytes, sentence: str, remedy: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        opening(data, plain_mapping)
    assert remedy in refusal.value.remedy


def a_source_that_is_too_large_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(Refused, match="26 bytes; the most is 25"):
        opening(TABLE, plain_mapping, settings=Settings(source_bytes_max=25))


def the_name_does_not_matter(plain_mapping: receive.Mapping, opening: Open) -> None:
    assert opening(TABLE, plain_mapping, name="scan.pdf").head.format == "csv"


def a_format_that_the_content_contradicts_is_refused(plain_mapping: receive.Mapping, opening: Open) -> None:
    with pytest.raises(Refused, match="said to be parquet, but its content is csv"):
        opening(TABLE, plain_mapping, format="parquet")
    with pytest.raises(Refused, match="There is no format 'ods'"):
        opening(TABLE, plain_mapping, format="ods")


def the_head_says_what_came_and_from_whom(plain_mapping: receive.Mapping, opening: Open) -> None:
    head = opening(TABLE, plain_mapping, sender="broker-7").head
    assert head.message.interchange is not None
    assert (head.message.interchange.sender, head.message.interchange.format) == ("broker-7", "csv")
    assert (head.message.type, head.message.byte_length, head.message.sha256) == ("plain", len(TABLE), None)
    assert head.mapping_sha256 == plain_mapping.sha256 == head.message.directory


@pytest.mark.parametrize(
    ("data", "format_name"),
    [
        (b"UNB+UNOC:3+A+B'", "edifact"),
        (b"UNA:+.? '\r\nUNB+UNOC:3+A+B'", "edifact"),
        (b"\r\n UNH+1+CUSCAR:D:95B:UN'", "edifact"),
        (b"UNB,UNOC;3,A~", "edifact"),
        (b"UNBOUND,Date\n1,2\n", "csv"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"\xef\xbb\xbf<Declaration xmlns='x'></Declaration>", "xml"),
        ("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"), "xml"),
        (b"<!-- first --><a></a>", "xml"),
        (b"<5,10\n1,2\n", "csv"),
    ],
)
def a_message_is_recognised_by_how_it_begins(data: bytes, format_name: str) -> None:
    assert recognise(io.BytesIO(data), name="table.csv", settings=Settings()) == format_name
