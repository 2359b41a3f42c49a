"""Invent interchanges of UN/EDIFACT from the directories' tables, and spoil them.

Usage: python benchmarks/messages.py [TYPE [RELEASE [SEED]]] writes one interchange to standard output.

The same seed gives the same bytes. What is invented is valid by the tables (and by them alone: codes and places are
random letters): every mandatory part is there, lengths and repetitions are within their limits.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tidewaiter.stages.receive.edifact.charsets import CHARSETS
from tidewaiter.stages.receive.edifact.directory import (
    MESSAGES,
    Component,
    Element,
    MessageTable,
    Slot,
    message_table,
    segment_shape,
)
from tidewaiter.stages.receive.edifact.segments import ServiceCharacters

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
TRAPS = ("'UNA:+.? '", "??'UNT+2+1'", "?'UNZ+1+1'", "+:'?*", "'UNH+9+CUSCAR:D:95B:UN'", "a?", "''", "?+?:")
"""Texts that mean something to a reader who forgets that they are released."""

FIRST_YEAR, LAST_YEAR = 94, 124
TEXT_MAX = 35
REPETITIONS_MAX = 3
SEGMENTS_MAX = 400


class Style(NamedTuple):
    """How an interchange is written: its character set, syntax version, service characters, what follows a segment."""

    identifier: str
    version: str
    characters: ServiceCharacters
    advice: bool
    after: str
    letters: str


STANDARD = ServiceCharacters()
_SETS = {
    "UNOA": "",
    "UNOB": "abcxyz",
    "UNOC": "abcÄßé",
    "UNOE": "abcЖЯф",
    "UNOF": "abcΩψλ",
    "UNOW": "abcÄЖ中🚢",
    "UNOY": "éЖ中",
}
_SIGNS = "~^|\\!#$%&;<>=/@`{}\x1d\x1e\x1f"


def style_of(chance: random.Random) -> Style:
    """Choose how to write: half the time as nearly everyone does."""
    identifier = chance.choice(list(_SETS))
    version = "4" if identifier in {"UNOW", "UNOY"} or chance.random() < 0.3 else chance.choice("123")
    characters = STANDARD._replace(repetition="*" if version == "4" else "")
    advice = chance.random() < 0.5
    if advice and chance.random() < 0.5:
        signs = chance.sample(_SIGNS, 5)
        repetition = signs[4] if version == "4" else ""
        release = signs[3] if chance.random() < 0.9 else ""
        characters = ServiceCharacters(signs[0], signs[1], chance.choice(".,"), release, repetition, signs[2])
    after = chance.choice(("", "", "\r\n", "\n"))
    return Style(identifier, version, characters, advice, after, CAPITALS + DIGITS + _SETS[identifier])


class Writer:
    """Invents the parts of one interchange in one style."""

    def __init__(self, chance: random.Random, style: Style, *, fill: float) -> None:
        self.chance, self.style, self.fill = chance, style, fill
        self.left = SEGMENTS_MAX

    def message(self, table: MessageTable, release: str, reference: str) -> list[str]:
        """Return the segments of a message, UNH to UNT, each without its terminator."""
        self.left = SEGMENTS_MAX
        version, release = ("11", "1") if table.type == "PNRGOV" else ("D", release)
        agency = "IA" if table.type == "PNRGOV" else "UN"
        named = [[table.type], [version], [release], [agency]]
        sections = iter("DS")
        body = [one for slot in table.root.children for one in self.group(slot, sections)]
        head = self.written("UNH", [[[reference]], [[one[0] for one in named]]])
        return [head, *body, self.written("UNT", [[[str(len(body) + 2)]], [[reference]]])]

    def group(self, slot: Slot, sections: Iterator[str]) -> Iterator[str]:
        """Yield a slot's segments: it and its group, as often as chance has it."""
        if slot.tag == "UNS":
            yield self.written("UNS", [[[next(sections)]]])
            return
        times = int(slot.mandatory)
        if self.left > 0 and self.chance.random() < self.fill:
            times = self.chance.randint(1, min(slot.most, REPETITIONS_MAX))
        for _ in range(times):
            self.left -= 1
            yield self.segment(self.chance.choice(slot.tags))
            for below in slot.children:
                yield from self.group(below, sections)

    def segment(self, tag: str) -> str:
        """Return a segment without its terminator."""
        shape = segment_shape(tag)
        assert shape is not None, tag
        elements = [self.element(one) for one in shape.elements]
        while len(elements) > 1 and not any(any(one) for one in elements[-1]):
            elements.pop()
        return self.written(tag, elements)

    def element(self, element: Element) -> list[list[str]]:
        """Return the repetitions of an element, each a list of components; one empty text where it is left out."""
        if not element.mandatory and self.chance.random() > self.fill:
            return [[""]]
        layout = element.layouts[0]
        times = 1 + (bool(self.style.characters.repetition) and self.chance.random() < 0.1)
        return [self.components(layout.components) for _ in range(times)]

    def components(self, wanted: Sequence[Component]) -> list[str]:
        """Return the texts of a composite, or of an element by itself; at least one."""
        texts = [self.text(one) if one.mandatory or self.chance.random() < self.fill else "" for one in wanted]
        if not any(texts):
            texts[0] = self.text(wanted[0])
        while len(texts) > 1 and not texts[-1]:
            texts.pop()
        return texts

    def text(self, component: Component) -> str:
        """Return a text that a component may hold."""
        kind, least, most = component.format
        length = self.chance.randint(least, min(most, max(least, TEXT_MAX)))
        if kind == "n":
            whole = "".join(self.chance.choices(DIGITS, k=length))
            pointed = least == 1 and length > 3 and self.chance.random() < 0.3
            return f"{whole[:-2]}.{whole[-2:]}" if pointed else whole
        if kind == "a":
            return "".join(self.chance.choices(CAPITALS, k=length))
        if self.style.characters.release and length > 12 and self.chance.random() < 0.2:
            trap = self.chance.choice(TRAPS)
            if self.style.identifier != "UNOA" or trap.upper() == trap:
                return ("X" + trap + "X")[:length]
        letters = "".join(self.chance.choices(self.style.letters, k=length))
        signs = " ".join((letters[: length // 2], letters[length // 2 + 1 :])) if length > 4 else letters
        return signs.strip() or "X" * length

    def written(self, tag: str, elements: Sequence[Sequence[Sequence[str]]]) -> str:
        """Return a segment's text, with what must be released."""
        component, element, _, _, repetition, _ = self.style.characters
        parts = [
            repetition.join(component.join(map(self.released, one)) for one in repetitions) for repetitions in elements
        ]
        return element.join((tag, *parts))

    def released(self, text: str) -> str:
        """Return a text with the release character before each service character; without one, with none of them."""
        characters = self.style.characters
        special = {characters.component, characters.element, characters.repetition, characters.terminator} - {""}
        if not characters.release:
            return "".join("X" if one in special else one for one in text)
        return "".join(f"{characters.release}{one}" if one in {*special, characters.release} else one for one in text)


class Invented(NamedTuple):
    """An interchange: its bytes, its style, and the type and directory of each of its messages."""

    raw: bytes
    style: Style
    messages: tuple[tuple[str, str], ...]


def interchange(
    seed: int,
    *,
    type: str | None = None,  # noqa: A002 - the name in UNH, 0065
    release: str | None = None,
    messages: int | None = None,
    style: Style | None = None,
    fill: float | None = None,
) -> Invented:
    """Invent an interchange; what is not said is chosen by the seed. `fill` is how likely an optional part is there."""
    chance = random.Random(seed)
    style = style or style_of(chance)
    fill = chance.choice((0.05, 0.2, 0.35)) if fill is None else fill
    writer = Writer(chance, style, fill=fill)
    count = chance.choice((1, 1, 2, 3)) if messages is None else messages
    named = [(type or chance.choice(MESSAGES), release or release_of(chance)) for _ in range(count)]
    body: list[str] = []
    grouped = chance.random() < 0.2 and count > 0
    control, group = f"I{seed}", f"G{seed}"
    if grouped:
        moment = [["240101", "1200"]]
        parts = [[[named[0][0]]], [["A"]], [["B"]], moment, [[group]], [["UN"]], [["D", named[0][1]]]]
        body.append(writer.written("UNG", parts))
    for number, (kind, directory) in enumerate(named, start=1):
        table = message_table(kind, "D", directory)
        assert table is not None, kind
        body += writer.message(table, directory, f"M{number}")
    if grouped:
        body.append(writer.written("UNE", [[[str(count)]], [[group]]]))
    head = [[[style.identifier, style.version]], [["SENDER", "ZZ"]], [["RECEIVER"]], [["240101", "1200"]], [[control]]]
    head[3] = [["20240101" if style.version == "4" else "240101", "1200"]]
    end = writer.written("UNZ", [[["1" if grouped else str(count)]], [[control]]])
    whole = [writer.written("UNB", head), *body, end]
    terminator = style.characters.terminator + style.after
    text = (advice_of(style) if style.advice else "") + "".join(f"{one}{terminator}" for one in whole)
    return Invented(text.encode(CHARSETS[style.identifier].codec, "replace"), style, tuple(named))


def release_of(chance: random.Random) -> str:
    """Choose a directory from D94B to D24A."""
    year = chance.randint(FIRST_YEAR, LAST_YEAR)
    letter = "B" if year == FIRST_YEAR else "A" if year == LAST_YEAR else chance.choice("AB")
    return f"{year % 100:02}{letter}"


def advice_of(style: Style) -> str:
    """Return the service string advice of a style, with what follows a segment after it."""
    component, element, decimal, release, repetition, terminator = style.characters
    return f"UNA{component}{element}{decimal}{release or ' '}{repetition or ' '}{terminator}{style.after}"


# --- spoiling -----------------------------------------------------------------------------------------------------

Spoil = Callable[[bytes, random.Random], bytes]


def cut(raw: bytes, chance: random.Random) -> bytes:
    """Break off somewhere."""
    return raw[: chance.randint(0, len(raw))]


def swapped_separators(raw: bytes, chance: random.Random) -> bytes:
    """Write one separator for another, and the other for the one."""
    one, other = chance.sample(b":+'?*", 2)
    return raw.translate(bytes.maketrans(bytes((one, other)), bytes((other, one))))


def wrong_count(raw: bytes, chance: random.Random) -> bytes:
    """Let an end say another count."""
    end = chance.choice((b"UNT+", b"UNZ+", b"UNE+"))
    said = chance.choice((b"0", b"-1", b"1e9", b"999999999999", b"\xb2", b"9" * 5000, b"", b"1.0", b"+1", b" 3 "))
    before, found, after = raw.partition(end)
    return before + found + said + after.lstrip(b"0123456789") if found else raw


def inserted_trap(raw: bytes, chance: random.Random) -> bytes:
    """Put a text somewhere that means something, or something else, to a reader."""
    at = chance.randint(0, len(raw))
    trap = chance.choice(
        (*TRAPS, "UNA:+.? '", "?", "???'", "UNB+UNOA:3+A+B+1:1+1'", "UNZ+1+1'", "UNS+D'", "\x00", "\x1a")
    )
    return raw[:at] + trap.encode() + raw[at:]


def nested_releases(raw: bytes, chance: random.Random) -> bytes:
    """Put release characters before a separator."""
    places = [at for at, one in enumerate(raw) if one in b"+:'"] or [0]
    at = chance.choice(places)
    return raw[:at] + b"?" * chance.randint(1, 9) + raw[at:]


def _segments(raw: bytes) -> list[bytes]:
    """Return the segments as a reader without release characters would find them."""
    return raw.split(b"'")


def dropped_segment(raw: bytes, chance: random.Random) -> bytes:
    """Leave a segment out."""
    segments = _segments(raw)
    del segments[chance.randrange(len(segments))]
    return b"'".join(segments)


def doubled_segment(raw: bytes, chance: random.Random) -> bytes:
    """Repeat a segment, many times now and then."""
    segments = _segments(raw)
    at = chance.randrange(len(segments))
    segments[at:at] = [segments[at]] * chance.choice((1, 1, 2, 120))
    return b"'".join(segments)


def moved_segment(raw: bytes, chance: random.Random) -> bytes:
    """Let two segments change places."""
    segments = _segments(raw)
    one, other = chance.randrange(len(segments)), chance.randrange(len(segments))
    segments[one], segments[other] = segments[other], segments[one]
    return b"'".join(segments)


def bad_characters(raw: bytes, chance: random.Random) -> bytes:
    """Write bytes that no text has, or that another character set has."""
    at = chance.randint(0, len(raw))
    junk = chance.choice(
        (b"\x00", b"\xff\xfe", b"\xc3", b"\x1b$B", b"\x80\x81", b"\n\r\n", b"\xef\xbb\xbf", b"\xe2\x80\xa8")
    )
    return raw[:at] + junk + raw[at + chance.randint(0, 3) :]


def other_tag(raw: bytes, chance: random.Random) -> bytes:
    """Give a segment another tag."""
    segments = _segments(raw)
    at = chance.randrange(len(segments))
    tag = chance.choice(
        (b"", b"U", b"UNH", b"UNZ", b"unt", b"UNS", b"NAD", b"LOC", b"XXXX", b"N\xc4D", b"UNB", b"NAD:1:2")
    )
    segments[at] = tag + segments[at][3:]
    return b"'".join(segments)


def odd_value(raw: bytes, chance: random.Random) -> bytes:
    """Put an odd value where a component stands."""
    parts = raw.split(b"+")
    at = chance.randrange(len(parts))
    odd = (
        b"1e999",
        b"-0",
        b"NaN",
        b"1_0",
        b"99999999",
        b"00000000",
        b"20240230",
        b"0",
        b"9999-12-31",
        b"1" * 70,
        b"\xb2\xb9",
        b".",
        b"-",
    )
    parts[at] = b":".join(chance.choice((one, one, chance.choice(odd))) for one in parts[at].split(b":"))
    return b"+".join(parts)


SPOILS: tuple[Spoil, ...] = (
    cut,
    swapped_separators,
    wrong_count,
    inserted_trap,
    nested_releases,
    dropped_segment,
    doubled_segment,
    moved_segment,
    bad_characters,
    other_tag,
    odd_value,
)
"""Every way to spoil an interchange."""


def spoilt(raw: bytes, seed: int) -> bytes:
    """Spoil an interchange in one to four ways; the same seed gives the same bytes."""
    chance = random.Random(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        raw = chance.choice(SPOILS)(raw, chance)
    return raw


def main() -> None:
    """Write one interchange."""
    wanted = (*sys.argv[1:], None, None, None)
    found = interchange(int(wanted[2] or 1), type=wanted[0], release=wanted[1], messages=1)
    sys.stdout.buffer.write(found.raw)


if __name__ == "__main__":
    main()
