"""Part a record's JSON into what anybody may read and what is personal, and put it together again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from tidewaiter.kernel.records._base import Part
from tidewaiter.kernel.records.kinds import KINDS, personal_paths

_Trie = dict[str, "_Trie | None"]

_MANY = "*"
_SHOWN = True
"""What stands in a shape for a value that is not shown."""


def parted(kind: str, body: bytes) -> tuple[bytes, dict[str, Any]]:
    """Return a record's JSON without its personal fields, and those fields: RFC 6901 pointer → value."""
    trie = _trie(KINDS[kind])
    if not trie:
        return body, {}
    tree = msgspec.json.decode(body)
    found: dict[str, Any] = {}
    _take(tree, trie, "", found)
    return (msgspec.json.encode(tree), found) if found else (body, found)


def restored(body: bytes, values: Mapping[str, Any]) -> bytes:
    """Return a record's JSON with fields put back in their places; the parts that they belong to are there."""
    if not values:
        return body
    tree = msgspec.json.decode(body)
    for pointer, value in values.items():
        *way, name = pointer.split("/")[1:]
        node = tree
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        node[name] = value
    return msgspec.json.encode(tree)


def shape(value: Any) -> Any:
    """Return what can be told of a value without telling it: which parts it has, and how many."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return _SHOWN


def leaves_of(pointer: str, value: Any) -> Iterator[str]:
    """Yield the pointer of every single value inside a value, or of its shape."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves_of(f"{pointer}/{name}", one)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves_of(f"{pointer}/{at}", one)
    else:
        yield pointer


def _take(node: Any, trie: _Trie, base: str, found: dict[str, Any]) -> None:
    """Take the personal fields below a node out of it."""
    if isinstance(node, list):
        below = trie.get(_MANY)
        if below:
            for at, one in enumerate(node):
                _take(one, below, f"{base}/{at}", found)
        return
    for name in trie.keys() & node.keys():
        below = trie[name]
        if below is None:
            value = node.pop(name)
            if value not in (None, []):
                found[f"{base}/{name}"] = value
        elif node[name] is not None:
            _take(node[name], below, f"{base}/{name}", found)


@cache
def _trie(kind: type[Part]) -> _Trie:
    """Return the paths of a kind's personal fields as one tree; a field that is personal is None."""
    root: _Trie = {}
    for path in personal_paths(kind):
        node = root
        *way, name = path.split("/")[1:]
        for step in way:
            below = node.setdefault(step, {})
            assert below is not None  # noqa: S101 - a personal field has no marked fields inside
            node = below
        node[name] = None
    return root
