"""Read and write CUSRES: what customs answer to a message, and what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tidewaiter.kernel.records import Response, ResponseError
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.edifact.phrases.moments import AT
from tidewaiter.stages.receive.lens import Codes, Node, const, leaf
from tidewaiter.stages.receive.lens.address import parse
from tidewaiter.stages.receive.lens.node import make

RESULTS = Codes(
    {
        "44": "accepted",
        "29": "accepted",
        "45": "warned",
        "28": "warned",
        "30": "warned",
        "34": "warned",
        "27": "rejected",
        "48": "rejected",
        "11": "acknowledged",
    },
    other="drop",
)
"""UN/EDIFACT 1225 → result."""

_DOCUMENT, _ERROR = "962", "963"
"""UN/EDIFACT 1001: a response to a document, and one that says errors."""


class _Result:
    """What BGM says: the function (1225), or that it is a response with errors."""

    def read(self, node: Node) -> str | None:
        """Return the result; a response with errors and no function is a rejection."""
        for one in node.select("1225"):
            found = RESULTS.read(one)
            if found is not None:
                return found
        return "rejected" if node.value(("C002", "1001")) == _ERROR else None

    def write(self, node: Node, value: str) -> None:
        """Put the kind of response, and the function."""
        node.make("C002/1001").put(_ERROR if value == "rejected" else _DOCUMENT)
        RESULTS.write(node.make("1225"), value)


class _Errors:
    """The errors: each code (ERC) at its point (ERP), with what is said of it (FTX).

    We write a point for each error, and in its text, where it has words, up to three parts: these, the pointer into our
    record, and the positions of element and component. Others write several codes at a point, and words alone.
    """

    def read(self, node: Node) -> tuple[ResponseError, ...] | None:
        """Return them, those of the whole first."""
        points = (*node.select("ERP"), *node.select("DOC/ERP"))
        return tuple(error for point in points for error in _at_point(point)) or None

    def write(self, node: Node, value: Sequence[ResponseError]) -> None:
        """Put them."""
        for error in value:
            point = make(node, parse("ERP"), again=True)
            point.make("C701/1049").put(_DETAIL_SECTION)
            if error.tag is not None:
                point.make("C701/1052").put(error.tag)
            if error.segment is not None:
                point.make("C701/1054").put(str(error.segment))
            if error.code is not None:
                point.make("ERC/C901/9321").put(error.code)
                if error.severity in _SEVERITIES.values():
                    point.make("ERC/C901/1131").put(_SEVERITY_LISTS[error.severity or ""])
            for number, text in enumerate(_parts(error) if error.text else (), start=1):
                if text:
                    point.make(f"FTX[4451=AAO]/C108/4440#{number}").put(text)


def _parts(error: ResponseError) -> tuple[str, str, str]:
    """Return the words of an error, its pointer, and the positions of its element and component."""
    position = "" if error.element is None else str(error.element)
    if position and error.component is not None:
        position = f"{position}.{error.component}"
    return error.text or "", error.pointer or "", position


def _at_point(point: Node) -> Iterator[ResponseError]:
    """Yield the errors of one point; where there are as many texts as codes, each code has its own."""
    codes, texts = point.select("ERC"), [_said(one) for one in point.select("FTX")]
    segment = _number(point.value(("C701", "1054")))
    for index in range(max(len(codes), 1)):
        said = texts[index] if len(texts) == len(codes) > 0 else _joined(texts) if not index else {}
        code = codes[index] if codes else None
        yield ResponseError(
            tag=point.value(("C701", "1052")),
            segment=segment,
            code=code.value(("C901", "9321")) if code is not None else None,
            severity=_SEVERITIES.get(code.value(("C901", "1131")) or "") if code is not None else None,
            **said,
        )


Said = dict[str, Any]
"""Attributes of an error that its text says."""


def _said(text: Node) -> Said:
    """Return what a text says: our three parts, or else words alone."""
    lines = [one.text() or "" for one in text.select("C108/4440")]
    lines += [""] * (3 - len(lines))
    position = _POSITION.fullmatch(lines[2])
    ours = (not lines[1] or _POINTER.fullmatch(lines[1])) and position is not None and not any(lines[3:])
    if not ours or position is None:
        return {"text": " ".join(filter(None, lines)) or None}
    return {
        "text": lines[0] or None,
        "pointer": lines[1] or None,
        "element": _number(position["element"]),
        "component": _number(position["component"]),
    }


def _joined(texts: Sequence[Said]) -> Said:
    """Return the words of several texts as one; what else a single text says stays."""
    if not texts:
        return {}
    return {**texts[0], "text": " ".join(one["text"] for one in texts if one.get("text")) or None}


def _number(text: str | None) -> int | None:
    """Return a position, or None where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


_DIGITS_MAX = 9
_POINTER = re.compile(r"(?:/[A-Za-z0-9]+)+")
_POSITION = re.compile(r"(?:(?P<element>[0-9]{1,9})(?:\.(?P<component>[0-9]{1,9}))?)?")
_DETAIL_SECTION = "2"
_SEVERITIES = {"E": "error", "W": "warning"}
"""List of our codes (1131) → severity."""

_SEVERITY_LISTS = {severity: name for name, severity in _SEVERITIES.items()}

CUSRES = Correspondence(
    "CUSRES",
    message_lens(
        Response,
        const("type", "CUSRES"),
        leaf("result", "BGM", _Result()),
        leaf("reference", "BGM/C106/1004"),
        leaf("issued", "DTM[C507/2005=137]/C507", AT),
        leaf("accepted", "DTM[C507/2005=148]/C507", AT),
        leaf("sender", "NAD[3035=MS]/C082/3039"),
        leaf("recipient", "NAD[3035=MR]/C082/3039"),
        leaf("message", "RFF[C506/1153=ACW]/C506/1154"),
        leaf("interchange", "RFF[C506/1153=ACD]/C506/1154"),
        leaf("lrn", "RFF[C506/1153=ABE]/C506/1154"),
        leaf("mrn", "RFF[C506/1153=ABT|AAE]/C506/1154"),
        leaf("errors", "", _Errors()),
    ),
    directory="D.08B.UN",
)
