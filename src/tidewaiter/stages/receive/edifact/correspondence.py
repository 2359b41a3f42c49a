"""Define what a type of message corresponds to: the lens of its records, and where each begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.receive.edifact.directory import position, segment_shape
from tidewaiter.stages.receive.lens import Lens
from tidewaiter.stages.receive.lens.address import ROOT, Address
from tidewaiter.stages.receive.lens.lens import lens
from tidewaiter.stages.receive.lens.lines import Joined, Line

TAG_LENGTH = 3
Names = tuple[str, ...]


class Correspondence(NamedTuple):
    """How one type of message is read: `at` is where each record begins, the empty text for one record a message.

    `directory` is what messages of the type are written by, for example D.05B.UN.
    """

    type: str
    lens: Lens[Any]
    at: str = ""
    directory: str = "D.05B.UN"


def message_lens(kind: type[AnyRecord], *lines: Line, at: str = "") -> Lens[Any]:
    """Declare the lens of a message's records; raises KeyError for an address that no segment has."""
    made = lens(kind, *lines)
    tag = at.rsplit("/", 1)[-1].split("[", 1)[0]
    _check(made.lines, tuple(tag.split("|")) if tag else ())
    return made


def _check(lines: Sequence[Line], tags: tuple[str, ...], composite: tuple[str, ...] = ()) -> None:
    """Check every address of the lines from a segment with one of the tags, or a composite of it."""
    for line in lines:
        for address, below in line.addresses():
            _check(below, *_walk(address, tags, composite))
        if isinstance(line, Joined):
            address, below = line.from_root()
            _check(below, *_walk(address, (), ()))


def _walk(
    address: Address, tags: tuple[str, ...], composite: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the segments and the composites that an address leads to."""
    for step in address:
        if step.names[0] == ROOT:
            tags, composite = (), ()
        elif len(step.names[0]) == TAG_LENGTH:
            tags, composite = step.names, ()
            for tag in tags:
                if segment_shape(tag) is None:
                    message = f"no segment {tag}"
                    raise KeyError(message)
        else:
            _known(tags, composite, step.names)
            composite = step.names
        for condition in step.conditions:
            names = [tuple(name.split("|")) for name in condition.path]
            if len(names[0][0]) != TAG_LENGTH:
                _known(tags, composite if len(step.names[0]) != TAG_LENGTH else (), names[0])
    return tags, composite


def _paths(composite: Names, name: str) -> list[Names]:
    """Return the ways to an element inside composites, or by itself."""
    return [(one, name) for one in composite] if composite else [(name,)]


def _known(tags: tuple[str, ...], composite: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Raise KeyError unless each name is an element of one of the segments, or of one of the composites there."""
    for name in names:
        for tag in tags:
            for path in _paths(composite, name):
                try:
                    position(tag, path)
                except KeyError:
                    continue
                break
            else:
                continue
            break
        else:
            message = f"no segment of {', '.join(tags)} has {'/'.join((*composite, name))}"
            raise KeyError(message)
