"""Publish a log as static files that other tools read (C2SP tlog-tiles), and check such a folder.

The folder can be served by any web server, or handed over on a disk. A checkpoint is put in it last, so whoever reads
it finds every tile that it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tidewaiter.kernel.errors import LogFault
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileReader,
    TileSource,
    bundle,
    tiles_between,
    unbundle,
)
from tidewaiter.kernel.log.tree import HASH_BYTES, Peaks

CHECKPOINT = "checkpoint"


def export(source: TileSource, signed: bytes, folder: Path, keys: Sequence[Verifier]) -> int:
    """Publish a log up to a signed checkpoint, and return how many files were written.

    What an earlier export left in the folder is added to, if its checkpoint is an earlier one of this log; it is never
    changed. Raises LogFault where the folder holds another log, or a later state of this one.
    """
    made = checkpoints.parse(signed)[0]
    done = _exported(source, made, folder, keys)
    written = 0
    for tile in tiles_between(done, made.size):
        _put(folder / tile.path, source(tile))
        written += 1
    _put(folder / CHECKPOINT, signed)
    return written + 1


def folder_source(folder: Path) -> TileSource:
    """Return what reads tiles from an exported folder; a partial tile that is gone is read from the full one."""

    def read(tile: Tile) -> bytes:
        """Return a tile."""
        try:
            return (folder / tile.path).read_bytes()
        except FileNotFoundError:
            full = Tile(tile.level, tile.index)
            if tile == full or not (folder / full.path).exists():
                message = f"The tile {tile.path} is missing."
                raise LogFault(message) from None
        data = (folder / full.path).read_bytes()
        return bundle(unbundle(data)[: tile.width]) if tile.level == ENTRIES else data[: tile.width * HASH_BYTES]

    return read


def check_export(folder: Path, origin: str, keys: Sequence[Verifier]) -> Checkpoint:
    """Read an exported log whole, and return its checkpoint if every entry and every tile belongs to its root."""
    found, _ = checkpoints.verified((folder / CHECKPOINT).read_bytes(), origin, keys)
    source = folder_source(folder)
    peaks = Peaks()
    open_rows: dict[int, tuple[int, list[bytes]]] = {}
    for index in range(-(-found.size // TILE_WIDTH)):
        tile = Tile(ENTRIES, index, min(TILE_WIDTH, found.size - index * TILE_WIDTH))
        entries = unbundle(source(tile))
        if len(entries) != tile.width:
            message = f"The bundle {tile.path} has {len(entries)} entries."
            raise LogFault(message)
        grown = tree.grow(peaks, tree.leaf_hashes(entries))
        peaks = grown.peaks
        for level, row in enumerate(grown.rows):
            number, waiting = open_rows.get(level, (0, []))
            waiting = [*waiting, *row]
            if len(waiting) == TILE_WIDTH:
                _compare(source, Tile(level, number), waiting)
                number, waiting = number + 1, []
            open_rows[level] = number, waiting
    for level, (number, waiting) in open_rows.items():
        if waiting:
            _compare(source, Tile(level, number, len(waiting)), waiting)
    if peaks.root() != found.root:
        message = "The entries do not have the root of the checkpoint."
        raise LogFault(message)
    return found


def _compare(source: TileSource, tile: Tile, row: Sequence[bytes]) -> None:
    """Refuse a tile that does not hold the hashes that were computed."""
    if source(tile) != b"".join(row):
        message = f"The tile {tile.path} does not hold the hashes of what is below it."
        raise LogFault(message)


def _exported(source: TileSource, made: Checkpoint, folder: Path, keys: Sequence[Verifier]) -> int:
    """Return how many entries the folder holds already; raises LogFault where they are not this log's."""
    path = folder / CHECKPOINT
    if not path.exists():
        return 0
    before, _ = checkpoints.verified(path.read_bytes(), made.origin, keys)
    if before.size > made.size or tree.root_hash(TileReader(source).at(made.size), before.size) != before.root:
        message = f"The folder {folder} holds another log, or a later state of this one."
        raise LogFault(message, "Export to an empty folder, and find out which of the two is right.")
    return before.size


def _put(path: Path, data: bytes) -> None:
    """Write a file so that readers find it whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
