"""Write records as messages, and messages as an interchange."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.receive.edifact.charsets import CHARSETS
from tidewaiter.stages.receive.edifact.correspondence import TAG_LENGTH, Correspondence
from tidewaiter.stages.receive.edifact.directory import Slot, message_table
from tidewaiter.stages.receive.edifact.segments import ServiceCharacters
from tidewaiter.stages.receive.edifact.tree import components_of, elements_of
from tidewaiter.stages.receive.lens.address import Path, Step, parse
from tidewaiter.stages.receive.lens.node import Node, make
from tidewaiter.stages.receive.model import Place

_WRITTEN = ServiceCharacters()
_LEVELS = ("UNOA", "UNOB", "UNOC", "UNOW")
"""The character sets that are written, the first that holds the text."""

_VERSIONS = {"UNOW": "4"}
_SECTION, _SECTIONS = "UNS", ("D", "S")
"""The segment that divides sections, and what it says at its first and its second place (0081)."""


_CONTROLS = {**dict.fromkeys((*range(32), *range(127, 160)), " "), 0xFFFD: f"{_WRITTEN.release}?"}
"""Character → what is written for it: no character set has controls, or the sign for what could not be read."""

_RELEASED = str.maketrans({one: f"{_WRITTEN.release}{one}" for one in ":+?'"}) | _CONTROLS

_WRITTEN_ELEMENT, _WRITTEN_COMPONENT = _WRITTEN.element, _WRITTEN.component
_ELEMENT, _COMPONENT = 10, (1 << 10) - 1
"""A place in a segment as one number: the element, shifted by so many bits, and the component in the bits below."""


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

    __slots__ = ("around", "below", "described", "last", "slot", "tag", "texts", "top")

    def __init__(self, tag: str, slot: Slot | None, around: Draft | None) -> None:
        self.tag, self.slot, self.around = tag, slot, around
        self.top: Draft | None = around and (around.top or around)
        self.texts: dict[int, str] = {}
        self.below: list[Draft] | tuple[()] = ()  # most segments have none, and there are many segments
        self.last = 0
        self.described: dict[object, set[str]] | None = None

    def children(self, names: tuple[str, ...]) -> Sequence[Draft | DraftElement]:
        """Return the segments with a tag of the names, or the places of the segment's elements with one of them."""
        if len(names[0]) == TAG_LENGTH:
            return [one for one in self.below if one.tag in names]
        return [DraftElement(self, element, component) for element, component in elements_of(self.tag, names)]

    def find(self, step: Step) -> Node | None:
        """Return the first segment, or the first place of an element, that one step leads to."""
        names, conditions, number = step
        if len(names[0]) != TAG_LENGTH or number:
            return super().find(step)
        for one in self.below:
            if one.tag in names:
                for path, values, negated in conditions:
                    text = one.value(path)
                    if (text in values if values else text is not None) is negated:
                        break
                else:
                    return one
        return None

    def first(self, names: tuple[str, ...]) -> DraftElement | None:
        """Return the first place of an element with one of the names."""
        places = elements_of(self.tag, names)
        return DraftElement(self, *places[0]) if places else None

    def at(self, path: Path) -> DraftElement | None:
        """Return the first place of the element at a path inside the segment."""
        try:
            place = path.places[self.tag]
        except KeyError:
            place = path.places[self.tag] = _place(self.tag, path.names)
        return DraftElement(self, place[0], place[1]) if place is not None else None

    def value(self, path: tuple[str, ...]) -> str | None:
        """Return the text of the first node at a path, without making nodes on the way."""
        if len(path[0]) == TAG_LENGTH:
            return super().value(path)
        place = _first_place(self.tag, path)
        return self.text_at(*place) if place is not None else None

    def grow(self, names: tuple[str, ...]) -> Draft | DraftElement:
        """Add a segment with the first tag that the directory has here, or take the first free element of the name."""
        if len(names[0]) != TAG_LENGTH:
            places = elements_of(self.tag, names[:1]) or elements_of(self.tag, names)
            filled = {key >> _ELEMENT for key, text in self.texts.items() if text}
            free = [one for one in places if one[0] not in filled]
            return DraftElement(self, *(free or places[-1:] or [(0, 0)])[0])
        found = self._place(names)
        if found is None and self.slot is not None and self._moved(names):
            found = self._place(names)
        child = Draft(found[0] if found is not None else names[0], found[1] if found is not None else None, self)
        if found is not None:
            self.hold(child)
            self.last = found[1].at
        return child

    def hold(self, child: Draft) -> None:
        """Add a segment to the group."""
        if isinstance(self.below, tuple):
            self.below = [child]
        else:
            self.below.append(child)

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the group has a segment, or the segment an element, with the first name at most once."""
        if len(names[0]) != TAG_LENGTH:
            return len(elements_of(self.tag, names[:1])) == 1
        _, places = _places(self.slot, names[:1])
        return bool(places) and all(slot.most == 1 for slot in places)

    def _place(self, names: tuple[str, ...]) -> tuple[str, Slot] | None:
        """Return the first tag of the names that the group has, and the place for it."""
        name, places = _places(self.slot, names)
        for slot in places:
            if slot.at >= self.last:
                return name, slot
        return (name, places[0]) if places else None

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

    def known(self, line: object) -> set[str]:
        """Return the keys that a line has described in the message so far."""
        if self.described is None:
            self.described = {}
        return self.described.setdefault(line, set())

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

    def text_at(self, element: int, component: int) -> str | None:
        """Return a component's text, of a composite its first component's; None where there is none."""
        return self.texts.get(element << _ELEMENT | max(component, 0)) or None

    def written(self) -> str:
        """Return the segment's text without its terminator: released where it must be, without empty ends."""
        parts = [self.tag]
        element, component = -1, 0
        for key in sorted(self.texts):
            text = self.texts[key]
            if not text:
                continue
            if key >> _ELEMENT != element:
                parts.append(_WRITTEN_ELEMENT * ((key >> _ELEMENT) - element))
                element, component = key >> _ELEMENT, 0
            parts.append(_WRITTEN_COMPONENT * ((key & _COMPONENT) - component))
            component = key & _COMPONENT
            parts.append(text if text.isalnum() else text.translate(_RELEASED))
        return "".join(parts)


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

    def first(self, names: tuple[str, ...]) -> DraftElement | None:
        """Return the first place of a component with one of the names."""
        places = components_of(self.owner.tag, self.element, names)
        return DraftElement(self.owner, self.element, places[0]) if places else None

    def at(self, path: Path) -> DraftElement | None:
        """Return the first place of the component at a path."""
        key = self.owner.tag, self.element
        try:
            component = path.places[key]
        except KeyError:
            component = path.places[key] = _component(*key, path.names)
        return DraftElement(self.owner, self.element, component) if component is not None else None

    def value(self, path: tuple[str, ...]) -> str | None:
        """Return the text of the first component with a name."""
        if len(path) != 1:
            return super().value(path)
        places = components_of(self.owner.tag, self.element, tuple(path[0].split("|")))
        return self.owner.text_at(self.element, places[0]) if places else None

    def once(self, names: tuple[str, ...]) -> bool:
        """Say whether the composite has a component with the first name at most once."""
        return len(components_of(self.owner.tag, self.element, names[:1])) == 1

    def grow(self, names: tuple[str, ...]) -> DraftElement:
        """Take the first free component of the name."""
        places = components_of(self.owner.tag, self.element, names)
        free = [component for component in places if self.owner.text_at(self.element, component) is None]
        return DraftElement(self.owner, self.element, (free or list(places[-1:]) or [0])[0])

    def text(self) -> str | None:
        """Return what was put."""
        return self.owner.text_at(self.element, self.component)

    def put(self, text: str) -> None:
        """Set the text; of a composite, its first component's."""
        self.owner.texts[self.element << _ELEMENT | max(self.component, 0)] = text

    def place(self) -> Place:
        """Return no place: it stands in no source yet."""
        return Place()

    def root(self) -> Draft:
        """Return the message."""
        return self.owner.root()


@lru_cache(maxsize=65_536)
def _places(slot: Slot | None, names: tuple[str, ...]) -> tuple[str, tuple[Slot, ...]]:
    """Return the first tag of the names that a group has, and its places there; without any where it has none."""
    for name in names:
        places = tuple(one for one in (slot.children if slot is not None else ()) if name in one.tags)
        if places:
            return name, places
    return names[0], ()


Names = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=65_536)
def _first_place(tag: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    """Return what `_place` does, of a path in which alternatives are not apart."""
    return _place(tag, tuple(tuple(one.split("|")) for one in path))


def _place(tag: str, names: Names) -> tuple[int, int] | None:
    """Return the element and the component, or -1, of the first place that a path leads to inside a segment."""
    if not names or len(names[0][0]) == TAG_LENGTH:
        return None
    for element, component in elements_of(tag, names[0])[:1]:
        last = _component(tag, element, names[1:]) if names[1:] else component
        return None if last is None else (element, last)
    return None


def _component(tag: str, element: int, names: Names) -> int | None:
    """Return the first component that a path leads to in an element of a segment; None for the element itself."""
    places: Sequence[int] = ()
    for at, step in enumerate(names):
        places = components_of(tag, element, step)[:1] if places or not at else ()
    return places[0] if places else None


def write_message(correspondence: Correspondence, records: Sequence[AnyRecord]) -> Written:
    """Return the message that says the records; several only where the type has a place for each."""
    version, release, *_ = correspondence.directory.split(".")
    table = message_table(correspondence.type, version, release)
    assert table is not None  # noqa: S101 - every correspondence has a table
    top = Draft("", table.root, None)
    for record in records:
        node = make(top, parse(correspondence.at), again=True) if correspondence.at else top
        correspondence.lens.write(record, node)
    return Written(correspondence.type, correspondence.directory, tuple(_sectioned(top)))


def _texts(draft: Draft) -> list[str]:
    """Return the segments below one in the order of the directory, as text without terminators."""
    assert draft.slot is not None  # noqa: S101 - what has none was left out
    written: list[str] = []
    for one in sorted(draft.below, key=_by_slot):
        written.append(one.written())
        if one.below:
            written.extend(_texts(one))
    return written


def _sectioned(top: Draft) -> list[str]:
    """Return the segments of a message, with those that divide its sections."""
    assert top.slot is not None  # noqa: S101 - the message has the slot of the whole
    marks = [slot.at for slot in top.slot.children if slot.tag == _SECTION]
    for at, said in zip(marks, _SECTIONS, strict=False):
        mark = Draft(_SECTION, top.slot.children[at], top)
        mark.texts[0] = said
        top.hold(mark)
    return _texts(top)


_by_slot = attrgetter("slot.at")


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


def released(text: str) -> str:
    """Return a text as it is written: service characters released, controls as blanks."""
    return text if text.isalnum() else text.translate(_RELEASED)


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
