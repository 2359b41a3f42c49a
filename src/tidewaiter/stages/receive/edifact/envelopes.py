"""Find the interchanges, groups and messages among the segments, and check what their envelopes say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tidewaiter.kernel.records import Group, Interchange
from tidewaiter.stages.receive.edifact.charsets import CHARSETS, charset_of
from tidewaiter.stages.receive.edifact.letters import Envelope, Form, Letter, place_of
from tidewaiter.stages.receive.edifact.phrases.moments import prepared
from tidewaiter.stages.receive.edifact.segments import Segment
from tidewaiter.stages.receive.edifact.tags import named
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.model import Fault

REPETITION = "*"
"""The repetition separator of syntax version 4 where no advice says another (ISO 9735-1, 7.1)."""

_REFERENCES_MAX = 1_000_000
"""How many references of messages are remembered in one source, to find repeated ones."""

_REFERENCE_CHARACTERS_MAX = 128
"""Longest reference that is remembered, in characters."""

FAULTS_MAX = 100
"""How many faults of one kind are said of one message, and of one envelope, where nobody says otherwise."""


def _remember(references: set[str], reference: str) -> None:
    """Add a reference, unless there are too many already."""
    if len(references) < _REFERENCES_MAX and len(reference) <= _REFERENCE_CHARACTERS_MAX:
        references.add(reference)


class Envelopes:
    """The letters of a source, one after the other, each held in memory alone."""

    def __init__(
        self, tokens: Tokens, *, segments_max: int, faults_max: int = FAULTS_MAX, form: Form | None = None
    ) -> None:
        self._tokens = tokens
        self._faults_max = faults_max
        self._most = segments_max
        self._form = form or Form()
        self._interchange: Interchange | None = None
        self._began: Segment | None = None
        self._faults: list[Fault] = []
        self._messages = 0
        self._groups = 0
        self._group: Segment | None = None
        self._group_messages = 0
        self._header: Segment | None = None
        self._segments: list[Segment] = []
        self._count = 0
        self._letter_faults: list[Fault] = []
        self._said: dict[str, int] = {}
        """How often each code was met in the interchange at hand, and below in the message."""
        self._letter_said: dict[str, int] = {}
        self._references: set[str] = set()
        self._interchanges: set[str] = set()
        self._end = 0
        if form is not None:
            tokens.use(form.characters, charset_of(form.identifier))

    def __iter__(self) -> Iterator[Letter | Envelope]:
        """Yield each message when it ends, and each interchange about which there is something to say."""
        envelope = {
            "UNB": self._unb,
            "UNG": self._ung,
            "UNH": self._unh,
            "UNT": self._unt,
            "UNE": self._une,
            "UNZ": self._unz,
        }
        for segment in self._tokens:
            handle = envelope.get(segment.tag)
            if handle is None:
                self._inside(segment)
            else:
                yield from handle(segment)
            self._end = segment.offset + segment.length + ("unterminated" not in segment.flaws)
        yield from self._close_message(None)
        yield from self._close_interchange(None)

    def opening(self) -> tuple[Interchange | None, Segment | None]:
        """Return the first interchange and the header of its first message, from the first segments alone."""
        for segment in islice(self._tokens, _OPENING_SEGMENTS):
            if segment.tag == "UNB":
                list(self._unb(segment))
            elif segment.tag == "UNH":
                return self._interchange, segment
        return self._interchange, None

    def _say(self, code: str, segment: Segment, number: int | None = None, **params: str | int) -> None:
        """Note a fault of the message at hand, or else of the interchange."""
        inside = self._header is not None
        faults, said = (self._letter_faults, self._letter_said) if inside else (self._faults, self._said)
        count = said[code] = said.get(code, 0) + 1
        if count <= self._faults_max:
            faults.append(fault(code, path=None, place=place_of(segment, number), **params))
        elif count == self._faults_max + 1:
            faults.append(fault("too-many-faults", expected=self._faults_max))

    def _inside(self, segment: Segment) -> None:
        """Take a segment that is of no envelope."""
        if self._header is None:
            self._open_missing(segment)
            self._say("stray-segment", segment, tag=named(segment.tag))
            return
        self._count += 1
        if self._count > self._most:
            self._segments.clear()
            return
        if segment.flaws:
            self._flaws(segment, self._count)
        self._segments.append(segment)

    def _flaws(self, segment: Segment, number: int | None) -> None:
        """Say what was tolerated in a segment, or could not be read."""
        for code in segment.flaws:
            params: dict[str, str | int] = {"tag": named(segment.tag)}
            if code == "segment-too-long":
                params |= {"found": segment.length, "expected": self._tokens.segment_bytes_max}
            elif code == "charset-character":
                params |= {"expected": charset_of(self._form.identifier).name}
            self._say(code, segment, number, **params)

    def _open_missing(self, segment: Segment) -> None:
        """Begin an interchange that has no UNB."""
        if self._interchange is None:
            self._begin(Interchange(format="edifact"), segment)
            self._form = Form(characters=self._tokens.characters)
            self._say("no-envelope", segment, expected="UNB", tag=named(segment.tag))

    def _begin(self, interchange: Interchange, segment: Segment) -> None:
        """Begin an interchange."""
        self._interchange, self._began = interchange, segment
        self._messages = self._groups = 0
        self._faults, self._said = [], {}

    def _unb(self, segment: Segment) -> Iterator[Letter | Envelope]:
        """Open an interchange (ISO 9735-1, UNB)."""
        yield from self._close_message(segment)
        yield from self._close_interchange(segment)
        identifier, version = segment.text(0).upper(), segment.text(0, 1)
        characters = self._tokens.characters
        modern = (version.isdecimal() and version[-1] >= _MODERN) or not identifier.startswith("UNO")
        if self._tokens.advice is None and modern and identifier.startswith("UNO"):
            characters = characters._replace(repetition=REPETITION)
        elif not modern:
            characters = characters._replace(repetition="")
        known = identifier if identifier in CHARSETS else ""
        self._form = Form(known, version if version in _VERSIONS else "3", characters)
        self._tokens.use(characters, charset_of(identifier))
        interchange = Interchange(
            format="edifact",
            sender=segment.text(1) or None,
            recipient=segment.text(2) or None,
            prepared=prepared(segment.text(3), segment.text(3, 1)),
            control_reference=segment.text(4) or None,
        )
        self._begin(interchange, segment)
        self._flaws(segment, None)
        if self._tokens.bad_advice is not None:
            self._say("una", segment, found=shown(self._tokens.bad_advice))
        if identifier not in CHARSETS:
            self._say("charset", segment, found=shown(identifier))
        self._once(f"{interchange.sender}\0{interchange.control_reference}", segment, "Interchange", segment.text(4))

    def _once(self, mark: str, segment: Segment, what: str, reference: str) -> None:
        """Say where a reference of an interchange is used again."""
        if mark in self._interchanges and reference:
            self._say("repeated-reference", segment, what=what, found=shown(reference))
        _remember(self._interchanges, mark)
        self._references.clear()

    def _ung(self, segment: Segment) -> Iterator[Letter | Envelope]:
        """Open a group."""
        yield from self._close_message(segment)
        self._close_group(None)
        self._open_missing(segment)
        self._group, self._group_messages = segment, 0
        self._groups += 1

    def _une(self, segment: Segment) -> Iterator[Letter | Envelope]:
        """Close a group."""
        yield from self._close_message(segment)
        self._close_group(segment)

    def _close_group(self, segment: Segment | None) -> None:
        """Check what the end of a group says."""
        opened, self._group = self._group, None
        if opened is None:
            if segment is not None:
                self._open_missing(segment)
                self._say("no-envelope", segment, expected="UNG", tag="UNE")
        elif segment is None:
            self._say("no-end", opened, what="UNG", expected="UNE")
        else:
            self._compare_count(segment, self._group_messages, "messages")
            self._compare(segment, opened.text(4), segment.text(1), "UNE")

    def _compare_count(self, segment: Segment, there: int, what: str, number: int | None = None) -> None:
        """Compare the count that an end says with what there is."""
        said = segment.text(0)
        if said.lstrip("0") != (str(there) if there else "") or not said:
            self._say("count", segment, number, what=segment.tag, found=shown(said), expected=f"{there} {what}")

    def _compare(self, segment: Segment, begun: str, ended: str, what: str, number: int | None = None) -> None:
        """Compare the references at the beginning and the end."""
        if begun != ended:
            self._say("reference", segment, number, what=what, found=shown(ended), expected=shown(begun))

    def _unz(self, segment: Segment) -> Iterator[Letter | Envelope]:
        """Close an interchange."""
        yield from self._close_message(segment)
        self._open_missing(segment)
        yield from self._close_interchange(segment)
        self._tokens.boundary()
        self._form = Form()

    def _close_interchange(self, segment: Segment | None) -> Iterator[Envelope]:
        """Check what the end of an interchange says; a segment that is no UNZ, or none, means that it has none."""
        interchange, opened = self._interchange, self._began
        if interchange is None or opened is None:
            return
        if self._group is not None:
            self._close_group(None)
        if segment is not None and segment.tag == "UNZ":
            there, what = (self._groups, "groups") if self._groups else (self._messages, "messages")
            self._compare_count(segment, there, what)
            self._compare(segment, interchange.control_reference or "", segment.text(1), "UNZ")
            self._flaws(segment, None)
            end = segment.offset + segment.length + ("unterminated" not in segment.flaws)
        else:
            end = max(self._end, opened.offset + opened.length)
            if opened.tag == "UNB":
                self._say("no-end", opened, what="UNB", expected="UNZ")
        if not self._messages and opened.tag == "UNB":
            self._say("empty-envelope", opened, what="UNB", expected="UNZ")
        if self._faults:
            yield Envelope(
                interchange, self._form, tuple(self._faults), opened.offset, end - opened.offset, opened.line
            )
        self._interchange = self._began = None

    def _unh(self, segment: Segment) -> Iterator[Letter | Envelope]:
        """Open a message."""
        yield from self._close_message(segment)
        self._open_missing(segment)
        self._header, self._segments, self._count = segment, [], 1
        self._letter_faults, self._letter_said = [], {}
        self._messages += 1
        self._group_messages += 1
        self._flaws(segment, 1)
        reference = segment.text(0)
        if reference in self._references:
            self._say("repeated-reference", segment, 1, what="Message reference", found=shown(reference))
        else:
            _remember(self._references, reference)

    def _unt(self, segment: Segment) -> Iterator[Letter | Envelope]:
        """Close a message."""
        if self._header is None:
            self._open_missing(segment)
            self._say("stray-segment", segment, tag="UNT")
            return
        number = self._count + 1
        self._flaws(segment, number)
        self._compare_count(segment, number, "segments", number)
        self._compare(segment, self._header.text(0), segment.text(1), "UNT", number)
        if segment.text(1) != self._header.text(0):
            self._divide(self._header, segment, number)
        end = segment.offset + segment.length + ("unterminated" not in segment.flaws)
        yield from self._give(end)

    def _divide(self, header: Segment, segment: Segment, number: int) -> None:
        """Leave out the segments of another message, whose UNH was taken for text of a segment that breaks off.

        The end that was found is the other's: it names another reference, and it counts the other's segments.
        """
        said = segment.text(0)
        if not (said.isdecimal() and len(said) <= len(str(number)) and self._segments):
            return
        at = number - int(said) - 1
        broken = header if at < 0 else self._segments[min(at, len(self._segments) - 1)]
        texts = (broken.tag if at >= 0 else "", *(text for components in broken.elements for text in components))
        if at >= -1 and any("UNH" in text for text in texts):
            self._say("mixed", broken, at + 2, tag=named(broken.tag), found=int(said) - 1)
            del self._segments[max(at, 0) :]

    def _close_message(self, segment: Segment | None) -> Iterator[Letter]:
        """End a message that has no UNT before this segment, or before the source ends."""
        header = self._header
        if header is not None:
            self._say("no-end", header, 1, what="UNH", expected="UNT")
            yield from self._give(self._end if segment is None else min(self._end, segment.offset))

    def _give(self, end: int) -> Iterator[Letter]:
        """Give the message at hand, which ends at this offset."""
        header, interchange = self._header, self._interchange
        assert header is not None  # noqa: S101 - the callers have seen to it
        assert interchange is not None  # noqa: S101 - a message opens the missing envelope
        whole = self._count <= self._most
        if not whole:
            self._say("too-many-segments", header, 1, expected=self._most)
        yield Letter(
            interchange,
            self._form,
            header,
            self._segments,
            tuple(self._letter_faults),
            header.offset,
            end - header.offset,
            header.line,
            whole,
            _group_of(self._group),
        )
        self._header, self._segments = None, []


def _group_of(opening: Segment | None) -> Group | None:
    """Return what the beginning of a group says of it."""
    if opening is None:
        return None
    reference, sender, recipient = (opening.text(element) or None for element in (4, 1, 2))
    return Group(reference=reference, sender=sender, recipient=recipient)


_OPENING_SEGMENTS = 8
"""Within how many segments the first message of an interchange begins."""

_MODERN = "4"
"""The syntax version from which elements may repeat."""

_VERSIONS = ("1", "2", "3", "4")
