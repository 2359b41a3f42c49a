"""Name tiles (C2SP tlog-tiles), cut them out of append-only files, and read hashes back from them.

Level n of tiles holds the hashes of the tree's level 8 * n. All hashes of a level stand in one file, in order, so a
tile is a slice of it and a partial tile a prefix of that slice; nothing is rewritten when a tile fills up. Entries
stand in one file too, each with its length before it (two bytes, big-endian), so an entry bundle is a slice as well.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import msgspec

from tidewaiter.kernel.errors import LogFault, NoteFault
from tidewaiter.kernel.log.tree import HASH_BYTES, TILE_HEIGHT, Hashes, parents

TILE_WIDTH = 1 << TILE_HEIGHT
LEVEL_MAX = 63
ENTRY_BYTES_MAX = 0xFFFF
"""Largest entry of a bundle: its length is two bytes."""
ENTRIES = -1
"""The level that stands for entry bundles."""
CACHED_TILES_MAX = 256

_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Tile(msgspec.Struct, frozen=True, order=True):
    """A tile: its level (`ENTRIES` for an entry bundle), its index in it, and how many hashes or entries it has."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """The path below a log's prefix: `tile/<L>/<N>[.p/<W>]`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number}{partial}"

    @property
    def start(self) -> int:
        """The place of its first hash (or entry) in the level."""
        return self.index * TILE_WIDTH


TileSource = Callable[[Tile], bytes]
"""Returns the content of a tile: 32 bytes for each hash."""


def parse_path(path: str) -> Tile:
    """Return the tile that a path names; raises NoteFault where the path is not exactly as the standard writes it."""
    found = _PATH.fullmatch(path)
    if found is not None:
        level, upper, last, width = found.groups()
        index = int(upper.replace("x", "").replace("/", "") + last)
        tile = Tile(ENTRIES if level == "entries" else int(level), index, int(width or TILE_WIDTH))
        if tile.path == path and tile.level <= LEVEL_MAX:
            return tile
    message = f"{path[:80]!r} is not the path of a tile."
    raise NoteFault(message)


def rows_at(size: int) -> list[int]:
    """Return how many hashes each level of tiles has when the tree has `size` leaves, from level 0 up."""
    rows = []
    while size:
        rows.append(size)
        size >>= TILE_HEIGHT
    return rows


def tiles_between(old: int, new: int, *, entries: bool = True) -> Iterator[Tile]:
    """Yield the tiles that a tree of `new` leaves has and one of `old` had not, a partial tile as it then is."""
    before = rows_at(old)
    for level, rows in enumerate(rows_at(new)):
        first = (before[level] if level < len(before) else 0) // TILE_WIDTH
        for index in range(first, -(-rows // TILE_WIDTH)):
            tile = Tile(level, index, min(TILE_WIDTH, rows - index * TILE_WIDTH))
            if level < len(before) and before[level] == rows:
                continue
            yield tile
            if level == 0 and entries:
                yield Tile(ENTRIES, index, tile.width)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as they stand in a bundle: each with its length before it."""
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            message = f"An entry has {len(entry):,} bytes; at most {ENTRY_BYTES_MAX:,} fit."
            raise LogFault(message)
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def unbundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle; raises LogFault where it ends inside one."""
    entries = []
    at, end = 0, len(data)
    while at < end:
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if stop > end or at + 2 > end:
            message = "A bundle of entries ends inside an entry."
            raise LogFault(message)
        entries.append(data[at + 2 : stop])
        at = stop
    return entries


class TileReader:
    """Hashes of trees read from tiles. Hashes inside a tile are computed once and kept for the tiles used last."""

    def __init__(self, source: TileSource) -> None:
        self._source = source
        self._kept: OrderedDict[Tile, list[list[bytes]]] = OrderedDict()

    def at(self, size: int) -> Hashes:
        """Return the hashes of the tree of `size` leaves."""
        rows = rows_at(size)

        def hashes(level: int, index: int) -> bytes:
            """Return the hash of a complete subtree."""
            row, height = divmod(level, TILE_HEIGHT)
            number, place = divmod(index << height, TILE_WIDTH)
            width = min(TILE_WIDTH, rows[row] - number * TILE_WIDTH)
            return self._inside(Tile(row, number, width))[height][place >> height]

        return hashes

    def _inside(self, tile: Tile) -> list[list[bytes]]:
        """Return the hashes inside a tile by height, from its own row up."""
        found = self._kept.get(tile)
        if found is not None:
            self._kept.move_to_end(tile)
            return found
        data = self._source(tile)
        if len(data) != tile.width * HASH_BYTES:
            message = f"The tile {tile.path} has {len(data):,} bytes instead of {tile.width * HASH_BYTES:,}."
            raise LogFault(message)
        found = [[data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]]
        while len(found) < TILE_HEIGHT and len(found[-1]) > 1:
            found.append(parents(found[-1]))
        self._kept[tile] = found
        if len(self._kept) > CACHED_TILES_MAX:
            self._kept.popitem(last=False)
        return found
