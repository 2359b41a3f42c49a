"""Read and write CONTRL: which messages of an interchange were taken, and their errors of syntax."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tidewaiter.kernel.records import GroupAnswer, MessageAnswer, Response, ResponseError
from tidewaiter.stages.receive.edifact.correspondence import Correspondence, message_lens
from tidewaiter.stages.receive.lens import Codes, Node, const, each, leaf
from tidewaiter.stages.receive.lens.address import parse
from tidewaiter.stages.receive.lens.node import make

ACTIONS = Codes(
    {
        "7": "accepted",
        "1": "accepted",
        "5": "accepted",
        "2": "warned",
        "4": "rejected",
        "3": "rejected",
        "6": "rejected",
        "8": "acknowledged",
    }
)
"""UN/EDIFACT 0083 → result; what is taken with warnings is written as taken, see `_Action`."""


SERVICE_SEGMENTS = frozenset(("UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ", "UNO", "UNP"))
"""UN/EDIFACT 0135: the segments that an envelope's own error may lie in."""


class _Action:
    """A result as an action (0083); CONTRL of today's syntax has none for warnings."""

    def read(self, node: Node) -> str | None:
        """Return the result."""
        return ACTIONS.read(node)

    def write(self, node: Node, value: str) -> None:
        """Put the action."""
        ACTIONS.write(node, "accepted" if value == "warned" else value)


class _Directory:
    """Version, release and agency (0052, 0054, 0051) of S009 as one text such as D.05B.UN."""

    def read(self, node: Node) -> str | None:
        """Return them, joined by points."""
        found = [node.value((name,)) for name in _DIRECTORY]
        return ".".join(filter(None, found)) or None

    def write(self, node: Node, value: str) -> None:
        """Put each where it belongs."""
        for name, text in zip(_DIRECTORY, value.split("."), strict=False):
            node.make(name).put(text)


_DIRECTORY = ("0052", "0054", "0051")


class _OwnError:
    """The error of an envelope itself, in UCI or UCM: its code, the service segment and the element that it lies in."""

    def read(self, node: Node) -> tuple[ResponseError, ...] | None:
        """Return the one error, where there is one."""
        reason = node.value(("0085",))
        if reason is None:
            return None
        element, component = _position(node)
        return (ResponseError(reason=reason, tag=node.value(("0135",)), element=element, component=component),)

    def write(self, node: Node, value: Sequence[ResponseError]) -> None:
        """Put the first error that has no segment of its own: there is room for one."""
        for error in [one for one in value if one.segment is None][:1]:
            node.make("0085").put(error.reason or _UNSPECIFIED)
            if error.tag in SERVICE_SEGMENTS:
                node.make("0135").put(error.tag or "")
            _put_position(node, error)


class _Errors(_OwnError):
    """The errors of a message: its envelope's, and those of its segments (UCS) and their elements (UCD)."""

    def read(self, node: Node) -> tuple[ResponseError, ...] | None:
        """Return them, the envelope's first."""
        return (*(super().read(node) or ()), *self._segments(node)) or None

    def _segments(self, node: Node) -> Iterator[ResponseError]:
        """Yield the errors of each segment, the segment's own first."""
        for segment in node.select("UCS"):
            number = _number(segment, "0096")
            reason = segment.value(("0085",))
            if reason is not None:
                yield ResponseError(segment=number, reason=reason)
            for inside in segment.select("UCD"):
                element, component = _position(inside)
                reason = inside.value(("0085",))
                yield ResponseError(segment=number, reason=reason, element=element, component=component)

    def write(self, node: Node, value: Sequence[ResponseError]) -> None:
        """Put them, one UCS for each segment; a segment has room for one error of its own."""
        super().write(node, value)
        inside = sorted((one for one in value if one.segment is not None), key=_order)
        for number, errors in groupby(inside, key=_order):
            segment = make(node, parse("UCS"), again=True)
            segment.make("0096").put(str(number))
            for error in errors:
                if error.element is None:
                    if segment.value(("0085",)) is None:
                        segment.make("0085").put(error.reason or _UNSPECIFIED)
                    continue
                element = make(segment, parse("UCD"), again=True)
                element.make("0085").put(error.reason or _UNSPECIFIED)
                _put_position(element, error)


_UNSPECIFIED = "18"


def _order(error: ResponseError) -> int:
    """Return the position of the error's segment."""
    return error.segment or 0


def _number(node: Node, *path: str) -> int | None:
    """Return a position, or None where it is none."""
    text = node.value(path) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


_DIGITS_MAX = 9


def _position(node: Node) -> tuple[int | None, int | None]:
    """Return the positions of the element and the component at fault (S011)."""
    return _number(node, "S011", "0098"), _number(node, "S011", "0104")


def _put_position(node: Node, error: ResponseError) -> None:
    """Put the positions of the element and the component at fault."""
    if error.element is not None:
        node.make("S011/0098").put(str(error.element))
        if error.component is not None:
            node.make("S011/0104").put(str(error.component))


_MESSAGE = (
    leaf("message", "0062"),
    leaf("message_type", "S009/0065"),
    leaf("directory", "S009", _Directory()),
    leaf("result", "0083", _Action()),
    leaf("errors", "", _Errors()),
)

CONTRL = Correspondence(
    "CONTRL",
    message_lens(
        Response,
        const("type", "CONTRL"),
        leaf("interchange", "UCI/0020"),
        leaf("recipient", "UCI/S002/0004"),
        leaf("sender", "UCI/S003/0010"),
        leaf("result", "UCI/0083", _Action()),
        leaf("errors", "UCI", _OwnError()),
        each("messages", "UCM", MessageAnswer, *_MESSAGE),
        each(
            "groups",
            "UCF",
            GroupAnswer,
            leaf("reference", "0048"),
            leaf("sender", "S006/0040"),
            leaf("recipient", "S007/0044"),
            leaf("result", "0083", _Action()),
            leaf("errors", "", _OwnError()),
            each("messages", "UCM", MessageAnswer, *_MESSAGE),
        ),
    ),
    directory="D.3.UN",
)
"""The interchange's sender is whom the answer is for, and its recipient who answers."""
