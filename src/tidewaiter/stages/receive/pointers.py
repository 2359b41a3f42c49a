"""Translate between a mapping's places and a record's, where empty parts are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

ROW = "{row}"
"""Stands in a pointer for the index of the item that a row of the group gives."""

Present = Callable[[str], bool]
"""Pointer of a member of a list, with the mapping's places → whether the row fills it."""


def unescape(step: str) -> str:
    """Return a step of an RFC 6901 pointer as the name it stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def escape(name: str) -> str:
    """Return a name as a step of an RFC 6901 pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def in_record(pointer: str, known: Iterable[str], present: Present) -> str:
    """Return where the mapping's pointer stands in the record that a row makes."""
    done, prefix = "", ""
    for step in pointer.split("/")[1:]:
        if step.isdigit():
            before = sum(1 for place in _members(prefix, known) if place < int(step) and present(f"{prefix}/{place}"))
            done = f"{done}/{before}"
        else:
            done = f"{done}/{step}"
        prefix = f"{prefix}/{step}"
    return done


def in_mapping(path: str, known: Iterable[str], present: Present) -> str | None:
    """Return the mapping's pointer of a record's path, or None where the mapping fills no such member."""
    prefix = ""
    for step in path.split("/")[1:]:
        if not step.isdigit() or any(_under(one, f"{prefix}/{ROW}") for one in known):
            prefix = f"{prefix}/{ROW}" if step.isdigit() else f"{prefix}/{step}"
            continue
        made = [place for place in _members(prefix, known) if present(f"{prefix}/{place}")]
        if int(step) >= len(made):
            return None
        prefix = f"{prefix}/{made[int(step)]}"
    return prefix


def row_of(path: str, known: Iterable[str]) -> int:
    """Return the index of the group's row that a record's path lies in; 0 for what the first row gives."""
    prefix = ""
    for step in path.split("/")[1:]:
        if step.isdigit() and any(_under(one, f"{prefix}/{ROW}") for one in known):
            return int(step)
        prefix = f"{prefix}/{step}"
    return 0


def _members(prefix: str, known: Iterable[str]) -> list[int]:
    """Return the places of the members of a list, in order."""
    start = f"{prefix}/"
    steps = {one[len(start) :].split("/", 1)[0] for one in known if one.startswith(start)}
    return sorted(int(step) for step in steps if step.isdigit())


def _under(pointer: str, prefix: str) -> bool:
    """Say whether the pointer is the prefix or lies below it."""
    return pointer == prefix or pointer.startswith(f"{prefix}/")
