"""Define what is found in a source of interchanges: messages, envelopes at fault, and their form."""

from __future__ import annotations

from typing import NamedTuple

from tidewaiter.kernel.records import Group, Interchange
from tidewaiter.stages.receive.edifact.segments import Segment, ServiceCharacters
from tidewaiter.stages.receive.edifact.tags import named
from tidewaiter.stages.receive.model import Fault, Place


class Form(NamedTuple):
    """How an interchange is written: syntax identifier (0001), syntax version (0002), service characters.

    An identifier that names no character set, and one that is not said, are the empty text.
    """

    identifier: str = ""
    version: str = "3"
    characters: ServiceCharacters = ServiceCharacters()

    def text(self) -> str:
        """Return it as one line of text; a character that is not used is a blank."""
        signs = "".join(one or " " for one in self.characters)
        return f"{self.identifier} {self.version} {signs}"

    @classmethod
    def parse(cls, text: str | None) -> Form:
        """Return the form that `text` was made of; the usual one for None."""
        if text is None:
            return cls()
        identifier, version, signs = text.split(" ", 2)
        return cls(identifier, version, ServiceCharacters.of(f"UNA{signs}"))


class Letter(NamedTuple):
    """A message as it stands in its envelope: the segments between UNH and UNT, and what is wrong around them.

    `offset` and `length` are its bytes in the source from UNH to the terminator of UNT; `whole` says that all its
    segments are here.
    """

    interchange: Interchange
    form: Form
    header: Segment
    segments: list[Segment]
    faults: tuple[Fault, ...]
    offset: int
    length: int
    line: int
    whole: bool = True
    group: Group | None = None

    @property
    def reference(self) -> str | None:
        """The message's reference (0062)."""
        return self.header.text(0) or None


class Envelope(NamedTuple):
    """An interchange about whose own envelope there is something to say."""

    interchange: Interchange
    form: Form
    faults: tuple[Fault, ...]
    offset: int
    length: int
    line: int


def place_of(segment: Segment, number: int | None = None, element: str | None = None) -> Place:
    """Return where a segment stands; `number` is its position in the message, UNH is 1."""
    return Place(
        offset=segment.offset,
        length=segment.length,
        line=segment.line,
        segment=number,
        tag=named(segment.tag),
        element=element,
    )


def type_of(header: Segment) -> str:
    """Return the type of the message that an UNH begins (0065), in capitals."""
    return header.text(1).upper()


def directory_of(header: Segment) -> str:
    """Return the version, release and agency of the message that an UNH begins (0052, 0054, 0051)."""
    return ".".join(filter(None, (header.text(1, 1), header.text(1, 2), header.text(1, 3))))
