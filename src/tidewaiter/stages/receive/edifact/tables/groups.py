"""Read the tables of messages: which segments follow each other, in which groups, how often.

The notation of `messages/*.txt`: a segment is its tag; `!` says that it must be there, `*9` how often it may be (once,
where nothing is said), `GIS|GEI` that either tag may stand there. A group stands in brackets; it begins with its
trigger segment, whose `!` and `*` are the group's. UNH and UNT are not written. A section begins with the directories
that it serves, `[D94B-D97A]`, or with `[any]`; directories between two that were compared went to the nearer one.
Lines that begin with # are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_SECTION = re.compile(r"\[(?:any|(D\d\d[A-Z])-(D\d\d[A-Z]))\]")
_WORD = re.compile(r"([()])|([A-Z0-9]{3}(?:\|[A-Z0-9]{3})*)(!?)(?:\*([0-9]+))?")
_RELEASE = re.compile(r"D?([0-9]{2})([A-Z])")
_CENTURY = 80
"""Years from here on are of the twentieth century: the first directory is of 1988."""
_LETTERS = 32
_NEVER = 1 << 30


class Slot:
    """A place in a message that a segment, or the group that begins with it, may take.

    `children` are the slots of the group after its trigger; the slot of the whole message has no tag. `depth` counts
    the groups around it; `at` is its index among its siblings.
    """

    __slots__ = ("above", "at", "children", "depth", "mandatory", "most", "tags")

    def __init__(self, tags: tuple[str, ...], above: Slot | None, *, mandatory: bool = False, most: int = 1) -> None:
        self.tags, self.above, self.mandatory, self.most = tags, above, mandatory, most
        self.children: tuple[Slot, ...] = ()
        self.depth: int = above.depth + 1 if above is not None else -1
        self.at = len(above.children) if above is not None else 0

    @property
    def tag(self) -> str:
        """The tag that the directory itself gives it; empty for the whole message."""
        return self.tags[0] if self.tags else ""


class MessageTable:
    """What one type of message is made of in a run of directories; `root` is the slot of the whole."""

    __slots__ = ("editions", "root", "tags", "type")

    def __init__(self, kind: str, editions: tuple[int, int] | None, root: Slot) -> None:
        self.type, self.editions, self.root = kind, editions, root
        self.tags = frozenset(tag for slot in every_slot(root) for tag in slot.tags)

    @property
    def named(self) -> str:
        """The directories that it serves, for people: D94B-D97A, or any."""
        return "any" if self.editions is None else "-".join(map(edition_text, self.editions))

    def distance(self, release: str) -> int:
        """Return how far a directory (0054, such as 95B) lies from those that the table serves, 0 inside."""
        if self.editions is None:
            return 0
        at, (first, last) = edition_of(release), self.editions
        return max(first - at, at - last, 0)

    def covers(self, release: str) -> bool:
        """Say whether the table was written for a directory, rather than being the nearest there is."""
        return self.distance(release) == 0


def every_slot(root: Slot) -> Iterator[Slot]:
    """Yield the slots below one, in the order in which they are written."""
    waiting = list(reversed(root.children))
    while waiting:
        slot = waiting.pop()
        yield slot
        waiting.extend(reversed(slot.children))


def edition_of(release: str) -> int:
    """Return a number that orders directories by age: 95B, 96A, 00A; what names no directory comes after all."""
    found = _RELEASE.fullmatch(release.strip().upper())
    if found is None:
        return _NEVER
    year = int(found[1])
    return (year + (1900 if year >= _CENTURY else 2000)) * _LETTERS + ord(found[2]) - ord("A")


def edition_text(edition: int) -> str:
    """Return the name of the directory that has a number."""
    return f"D{edition // _LETTERS % 100:02}{chr(edition % _LETTERS + ord('A'))}"


@cache
def types() -> tuple[str, ...]:
    """Return the types of messages that have a table."""
    folder = files(__package__) / "messages"
    return tuple(sorted(one.name.removesuffix(".txt") for one in folder.iterdir() if one.name.endswith(".txt")))


@cache
def sections(kind: str) -> tuple[MessageTable, ...]:
    """Return the tables of a type that has one, the oldest directories first."""
    path = files(__package__) / "messages" / f"{kind}.txt"
    return parse(kind, path.read_text(encoding="utf-8"))


def parse(kind: str, text: str) -> tuple[MessageTable, ...]:
    """Return the tables that a text says; raises ValueError where it is not written in the notation."""
    found: list[tuple[tuple[int, int] | None, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        header = _SECTION.fullmatch(line.strip())
        if header is not None:
            found.append(((edition_of(header[1]), edition_of(header[2])) if header[1] else None, []))
        elif found:
            found[-1][1].append(line)
        else:
            message = f"{kind}: {line!r} stands before the first section"
            raise ValueError(message)
    return tuple(MessageTable(kind, editions, _root(kind, " ".join(lines))) for editions, lines in found)


def _root(kind: str, text: str) -> Slot:
    """Return the slot of the whole message that one section says."""
    root = Slot((), None)
    inside, opening, at = root, False, 0
    while at < len(text):
        word = _WORD.match(text, at)
        if word is None or (word[1] and opening) or (word[1] == ")" and inside is root):
            message = f"{kind}: cannot read {text[at : at + 20]!r}"
            raise ValueError(message)
        at = word.end()
        while text[at : at + 1] == " ":
            at += 1
        if word[1] == "(":
            opening = True
        elif word[1] == ")":
            inside = inside.above or root
        else:
            slot = Slot(tuple(word[2].split("|")), inside, mandatory=bool(word[3]), most=int(word[4] or 1))
            inside.children += (slot,)
            inside, opening = (slot if opening else inside), False
    if inside is not root or opening:
        message = f"{kind}: a group is not closed"
        raise ValueError(message)
    return root
