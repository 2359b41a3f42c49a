"""Write records as messages, and messages as an interchange."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.receive.edifact.charsets import CHARSETS
from tidewaiter.stages.receive.edifact.correspondence import TAG_LENGTH, Correspondence
from tidewaiter.stages.receive.edifact.directory import Slot, message_table
from tidewaiter.stages.receive.edifact.segments import ServiceCharacters
from tidewaiter.stages.receive.edifact.tree import components_of, elements_of
from tidewaiter.stages.receive.lens.address import parse
from tidewaiter.stages.receive.lens.node import Node, make
from tidewaiter.stages.receive.model import Place

_WRITTEN = ServiceCharacters()
_LEVELS = ("UNOA", "UNOB", "UNOC", "UNOW")
"""The character sets that are written, the first that holds the text."""

_VERSIONS = {"UNOW": "4"}
_SECTIONS = ("D", "S")
"""What UNS says at its first and its second place (0081)."""


class Written(NamedTuple):
    """A message ready for an interchange: its type and directory, and its segments between UNH and UNT as text."""

    type: str
    directory: str
    segments: tuple[str, ...]


class Draft(Node):
    """A segment being written, with those of its group; the message itself has no tag.

    A segment that the directory does not have at its place is made all the same and left out of the message. Where a
    directory has a tag at several places, a segment takes the first that does not come before what was written last,
    and moves to another of them when it is given a segment that only the other has.
    """

    __slots__ = ("around", "below", "elements", "last", "slot", "tag", "top")

    def __init__(self, tag: str, slot: Slot | None, around: Draft | None) -> None:
        self.tag, self.slot, self.around = tag, slot, around
        self.top: Draft | None = around and (around.top or around)
        self.elements: list[list[str]] = []
        self.below: list[Draft] = []
        self.last = 0

    def children(self, names: tuple[str, ...]) -> Sequence[Draft | DraftElement]:
        """Return the segments with a tag of the names, or the places of the segment's elements with one of them."""
        if len(names[0]) == TAG_LENGTH:
            return [one for one in self.below if one.tag in names]
        return [DraftElement(self, element, component) for element, component in elements_of(self.tag, names)]

    def grow(self, names: tuple[str, ...]) -> Draft | DraftElement:
        """Add a segment with the first tag that the directory has here, or take the first free element of the name."""
        if len(names[0]) != TAG_LENGTH:
            places = elements_of(self.tag, names[:1]) or elements_of(self.tag, names)
            free = [one for one in places if one[0] >= len(self.elements) or not any(self.elements[one[0]])]
            return DraftElement(self, *(free or places[-1:] or [(0, 0)])[0])
        found = self._place(names)
        if found is None and self.slot is not None and self._moved(names):
            found = self._place(names)
        child = Draft(found[0] if found is not None else names[0], found[1] if found is not None else None, self)
        if found is not None:
            self.below.append(child)
            self.last = found[1].at
        return child

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the group has a segment, or the segment an element, with the first name at most once."""
        if len(names[0]) != TAG_LENGTH:
            return len(elements_of(self.tag, names[:1])) == 1
        places = [slot for slot in (self.slot.children if self.slot is not None else ()) if names[0] in slot.tags]
        return bool(places) and all(slot.most == 1 for slot in places)

    def _place(self, names: tuple[str, ...]) -> tuple[str, Slot] | None:
        """Return the first tag of the names that the group has, and the place for it."""
        inside = self.slot.children if self.slot is not None else ()
        for name in names:
            places = [slot for slot in inside if name in slot.tags]
            if places:
                return name, next((slot for slot in places if slot.at >= self.last), places[0])
        return None

    def _moved(self, names: tuple[str, ...]) -> bool:
        """Move to another place of the same tag that has what is to be written; say whether there is one."""
        around = self.around.slot if self.around is not None else None
        for slot in around.children if around is not None else ():
            inside = {tag: one for one in reversed(slot.children) for tag in one.tags}
            if self.tag in slot.tags and inside.keys() & set(names) and all(one.tag in inside for one in self.below):
                self.slot = slot
                for one in self.below:
                    one.slot = inside[one.tag]
                if self.around is not None:
                    self.around.last = max(self.around.last, slot.at)
                return True
        return False

    def text(self) -> str | None:
        """Return nothing: a segment has no text of its own."""
        return None

    def put(self, text: str) -> None:
        """Take no text: a segment has none of its own."""

    def place(self) -> Place:
        """Return no place: it stands in no source yet."""
        return Place()

    def root(self) -> Draft:
        """Return the message."""
        return self.top or self

    def put_at(self, element: int, component: int, text: str) -> None:
        """Set a component."""
        while len(self.elements) <= element:
            self.elements.append([""])
        components = self.elements[element]
        while len(components) <= component:
            components.append("")
        components[component] = text


class DraftElement(Node):
    """An element or a component being written; `component` is -1 for a composite."""

    __slots__ = ("component", "element", "owner")

    def __init__(self, owner: Draft, element: int, component: int) -> None:
        self.owner, self.element, self.component = owner, element, component

    def children(self, names: tuple[str, ...]) -> Sequence[DraftElement]:
        """Return the places of the components with one of the names."""
        return [
            DraftElement(self.owner, self.element, component)
            for component in components_of(self.owner.tag, self.element, names)
        ]

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the composite has a component with the first name at most once."""
        return len(components_of(self.owner.tag, self.element, names[:1])) == 1

    def grow(self, names: tuple[str, ...]) -> DraftElement:
        """Take the first free component of the name."""
        places = components_of(self.owner.tag, self.element, names)
        free = [component for component in places if not self._at(component)]
        return DraftElement(self.owner, self.element, (free or list(places[-1:]) or [0])[0])

    def text(self) -> str | None:
        """Return what was put."""
        return self._at(max(self.component, 0)) or None

    def put(self, text: str) -> None:
        """Set the text; of a composite, its first component's."""
        self.owner.put_at(self.element, max(self.component, 0), text)

    def place(self) -> Place:
        """Return no place: it stands in no source yet."""
        return Place()

    def root(self) -> Draft:
        """Return the message."""
        return self.owner.root()

    def _at(self, component: int) -> str:
        """Return a component's text."""
        elements = self.owner.elements
        if self.element >= len(elements) or component >= len(elements[self.element]):
            return ""
        return elements[self.element][component]


def write_message(correspondence: Correspondence, records: Sequence[AnyRecord]) -> Written:
    """Return the message that says the records; several only where the type has a place for each."""
    version, release, *_ = correspondence.directory.split(".")
    table = message_table(correspondence.type, version, release)
    assert table is not None  # noqa: S101 - every correspondence has a table
    top = Draft("", table.root, None)
    for record in records:
        node = make(top, parse(correspondence.at), again=True) if correspondence.at else top
        correspondence.lens.write(record, node)
    return Written(correspondence.type, correspondence.directory, tuple(_texts(top)))


def _texts(draft: Draft) -> list[str]:
    """Return the segments below one in the order of the directory, as text without terminators."""
    assert draft.slot is not None  # noqa: S101 - what has none was left out
    written: list[str] = []
    sections = iter(_SECTIONS)
    for slot in draft.slot.children:
        here = [one for one in draft.below if one.slot is slot]
        if slot.tag == "UNS":
            written.append(f"UNS+{next(sections)}")
        for one in here:
            written.append(segment_text(one.tag, one.elements))
            written.extend(_texts(one))
    return written


def segment_text(tag: str, elements: Sequence[Sequence[str]]) -> str:
    """Return a segment's text without its terminator: released where it must be, without empty ends."""
    parts = []
    for components in elements:
        texts = [released(one) for one in components]
        while texts and not texts[-1]:
            texts.pop()
        parts.append(_WRITTEN.component.join(texts))
    while parts and not parts[-1]:
        parts.pop()
    return _WRITTEN.element.join((tag, *parts))


_SPECIAL = str.maketrans({one: f"{_WRITTEN.release}{one}" for one in ":+?'"})
_CONTROLS = {**dict.fromkeys((*range(32), *range(127, 160)), " "), 0xFFFD: "?"}
"""Character → what is written for it: no character set has controls, or the sign for what could not be read."""


def released(text: str) -> str:
    """Return a text as it is written: service characters released, controls as blanks."""
    return text.translate(_CONTROLS).translate(_SPECIAL)


def write_interchange(
    messages: Sequence[Written],
    *,
    sender: str,
    recipient: str,
    reference: str,
    at: datetime,
    lines: bool = False,
    test: bool = False,
) -> bytes:
    """Return an interchange of messages in the first character set that holds them; with `lines`, a line a segment."""
    day = at.astimezone(UTC)
    body: list[str] = []
    for number, message in enumerate(messages, start=1):
        named = message.directory.split(".")
        body.append(segment_text("UNH", [[str(number)], [message.type, *named]]))
        body.extend(message.segments)
        body.append(segment_text("UNT", [[str(len(message.segments) + 2)], [str(number)]]))
    parties = [[sender], [recipient]]
    moment = [day.strftime("%y%m%d"), day.strftime("%H%M")]
    text = "\n".join([*body, sender, recipient, reference])
    level = next((one for one in _LEVELS if _holds(one, text)), _LEVELS[-1])
    head: list[Sequence[str]] = [[level, _VERSIONS.get(level, "3")], *parties, moment, [reference]]
    if test:
        head += [[""], [""], [""], [""], [""], ["1"]]
    end = segment_text("UNZ", [[str(len(messages))], [reference]])
    terminator = _WRITTEN.terminator + ("\r\n" if lines else "")
    written = "".join(f"{one}{terminator}" for one in (segment_text("UNB", head), *body, end))
    advice = "UNA:+.? '" + ("\r\n" if lines else "")
    codec = CHARSETS[level].codec
    return (advice + written).encode(codec, "replace")


def _holds(level: str, text: str) -> bool:
    """Say whether a character set holds a text."""
    charset = CHARSETS[level]
    try:
        text.encode(charset.codec)
    except UnicodeEncodeError:
        return False
    return charset.outside is None or charset.outside.search(text.replace("\n", " ")) is None
