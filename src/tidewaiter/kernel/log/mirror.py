"""Follow somebody else's log into a folder of static files, and keep nothing that is not proven.

1. The newest checkpoint must be signed by the log, and have the quorum of a policy if one is given.
2. It must fit what was seen of the log before, mirrored or not; if it does not, the proof of it is kept.
3. It is noted as pending, so that it is held against whatever the log says next, even if this run ends early.
4. Tiles are fetched from the root down and bundles after them, each checked by what is above it before it is kept.
5. Only when everything is on the disk does the checkpoint take its place.

A run that ends early, for its bounds or a crash, has lost nothing: the next one goes on. The folder has the form that
an export has, so whoever reads one reads the other.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from tidewaiter.kernel.errors import LogFault, NotFound, NotProven
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log import files as log_files
from tidewaiter.kernel.log import fork as forks
from tidewaiter.kernel.log import policy as policies
from tidewaiter.kernel.log import tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.export import CHECKPOINT
from tidewaiter.kernel.log.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileReader,
    bundle,
    rows_at,
    tiles_between,
    unbundle,
)
from tidewaiter.kernel.log.tree import HASH_BYTES, TILE_HEIGHT, Hashes

if TYPE_CHECKING:
    from tidewaiter.kernel.log.notes import Verifier
    from tidewaiter.kernel.log.policy import Policy
    from tidewaiter.kernel.settings import Settings

PENDING = "checkpoint-pending"
"""The newest checkpoint that was seen, while what it stands for is not all here yet."""


class Remote(Protocol):
    """A log that can be read. Raises NotFound for what it has not, LogFault where it cannot be had."""

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint."""
        ...

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or a bundle."""
        ...


class Bounds(msgspec.Struct, frozen=True):
    """How much one run may fetch, and how long it may take."""

    tiles_max: int
    bytes_max: int
    seconds_max: float


class Followed(msgspec.Struct, frozen=True):
    """What a run did: what the folder now stands for (None: nothing yet), what the log last said, what was fetched.

    `complete` says that the folder has all that was ever seen of the log.
    """

    mirrored: Checkpoint | None
    newest: Checkpoint
    tiles: int
    bytes: int
    complete: bool


def bounds(settings: Settings) -> Bounds:
    """Return the bounds that the settings give."""
    return Bounds(settings.mirror_tiles_max, settings.mirror_bytes_max, settings.mirror_seconds_max)


def follow(
    remote: Remote,
    folder: Path,
    origin: str,
    keys: Sequence[Verifier],
    *,
    bounds: Bounds,
    policy: Policy | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Followed:
    """Bring a folder up to date with a log, as far as the bounds allow.

    Raises NotProven where the log's word does not hold, or it signed what excludes what it signed before; LogFault
    where it does not have what it should, or another run is under way.
    """
    with log_files.holding(folder, 0):
        # 1. The checkpoint is the log's, and witnessed.
        signed = remote.checkpoint()
        newest, note = checkpoints.verified(signed, origin, keys)
        if policy is not None:
            policies.judge(policy, newest, note, keys)
        kept = _read(folder / CHECKPOINT, origin, keys)
        seen = _read(folder / PENDING, origin, keys) or kept
        fetcher = _Fetcher(remote, bounds, clock)
        try:
            # 2. It fits what was seen before.
            tiles, target = _fitting(fetcher, folder, signed, seen)
            done = -1 if kept is None else checkpoints.parse(kept)[0].size
            if tiles.made.size > done:
                # 3. It is held against what comes next.
                _put(folder / PENDING, target)
                _sync(folder)
                # 4. What it stands for, from the root down.
                tiles.keep()
                for tile in tiles_between(max(done, 0), tiles.made.size):
                    tiles.bundle(tile) if tile.level == ENTRIES else tiles.source(tile)
                # 5. All is on the disk, and counts.
                tiles.finish(max(done, 0), target)
                kept = target
        except _Enough:
            return Followed(_parsed(kept), newest, fetcher.tiles, fetcher.bytes, complete=False)
        return Followed(_parsed(kept), newest, fetcher.tiles, fetcher.bytes, complete=True)


class _Enough(Exception):
    """The bounds of a run are reached."""


class _Fetcher:
    """Fetches within the bounds of a run."""

    def __init__(self, remote: Remote, bounds: Bounds, clock: Callable[[], float]) -> None:
        self.tiles = 0
        self.bytes = 0
        self._remote = remote
        self._bounds = bounds
        self._clock = clock
        self._until = clock() + bounds.seconds_max

    def fetch(self, tile: Tile) -> bytes:
        """Return a tile; a partial one that is gone, as the log may let it, is cut out of the full one."""
        try:
            return self._one(tile)
        except NotFound:
            full = Tile(tile.level, tile.index)
            if tile == full:
                raise
        data = self._one(full)
        return bundle(unbundle(data)[: tile.width]) if tile.level == ENTRIES else data[: tile.width * HASH_BYTES]

    def _one(self, tile: Tile) -> bytes:
        """Fetch one file."""
        limits = self._bounds
        if self.tiles >= limits.tiles_max or self.bytes >= limits.bytes_max or self._clock() >= self._until:
            raise _Enough
        self.tiles += 1
        data = self._remote.tile(tile)
        self.bytes += len(data)
        return data


class _Tiles:
    """The tiles of one checkpoint: from the folder or from the log, each proven by the one above it, and kept."""

    def __init__(self, fetcher: _Fetcher, folder: Path, made: Checkpoint) -> None:
        self.made = made
        self._fetcher = fetcher
        self._folder = folder
        self._waiting: dict[Tile, bytes] | None = {}
        reader = TileReader(self.source)
        self.hashes = reader.at(made.size)
        self._edge = self._proven_edge()

    def _proven_edge(self) -> dict[Tile, bytes]:
        """Return the partial tiles at the right edge, which together make the root that was signed."""
        rows = enumerate(rows_at(self.made.size))
        edge = [Tile(level, row // TILE_WIDTH, row % TILE_WIDTH) for level, row in rows if row % TILE_WIDTH]
        local = {tile: self._local(tile) for tile in edge}
        here = {tile: data for tile, data in local.items() if data is not None}
        if len(here) == len(edge) and self._has_root(here):
            return here
        found = {tile: self._fetcher.fetch(tile) for tile in edge}
        if not self._has_root(found):
            message = f"The tiles of {self.made.origin} do not have the root of its {self.made.size:,} entries."
            raise LogFault(message, _LIES)
        for tile, data in found.items():
            self._keep(tile, data)
        return found

    def _has_root(self, edge: dict[Tile, bytes]) -> bool:
        """Say whether the partial tiles have the root that was signed."""
        if any(len(data) != tile.width * HASH_BYTES for tile, data in edge.items()):
            return False
        hashes = TileReader(lambda tile: edge[tile]).at(self.made.size)
        return tree.root_hash(hashes, self.made.size) == self.made.root

    def source(self, tile: Tile) -> bytes:
        """Return a tile of hashes that is proven; one that the folder has not, or has wrong, is fetched and kept."""
        if tile.width < TILE_WIDTH:
            return self._edge[tile]
        wanted = self.hashes((tile.level + 1) * TILE_HEIGHT, tile.index)
        waiting = (self._waiting or {}).get(tile)
        here = self._local(tile) if waiting is None else waiting
        if here is not None and _top(here) == wanted:
            return here
        data = self._fetcher.fetch(tile)
        if _top(data) != wanted:
            message = (
                f"The tile {tile.path} of {self.made.origin} does not hold the hashes that the tile above it says."
            )
            raise LogFault(message, _LIES)
        self._keep(tile, data)
        return data

    def bundle(self, tile: Tile) -> None:
        """See to it that the folder has a bundle whose entries have the hashes of the log."""
        wanted = self.source(Tile(0, tile.index, tile.width))
        here = self._local(tile)
        if here is not None and _hashes_of(here) == wanted:
            return
        data = self._fetcher.fetch(tile)
        if _hashes_of(data) != wanted:
            message = (
                f"The entries of {tile.path} of {self.made.origin} do not have the hashes that the log has of them."
            )
            raise LogFault(message, _LIES)
        self._keep(tile, data)

    def keep(self) -> None:
        """Keep what was fetched so far, and from now on everything at once: the checkpoint fits what was seen."""
        waiting, self._waiting = self._waiting or {}, None
        for tile, data in waiting.items():
            self._keep(tile, data)

    def finish(self, done: int, signed: bytes) -> None:
        """Put the checkpoint in place once all is on the disk that it adds to `done` entries; drop what is needless."""
        added = [self._folder / tile.path for tile in tiles_between(done, self.made.size)]
        for folder in {above for path in added for above in _folders(path, self._folder)}:
            _sync(folder)
        _put(self._folder / CHECKPOINT, signed)
        _sync(self._folder)
        (self._folder / PENDING).unlink(missing_ok=True)
        for path in added:
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)  # its partial forms, if it is full

    def _local(self, tile: Tile) -> bytes | None:
        """Return what the folder has as a tile, right or wrong."""
        try:
            return (self._folder / tile.path).read_bytes()
        except FileNotFoundError:
            return None

    def _keep(self, tile: Tile, data: bytes) -> None:
        """Keep a tile that is proven."""
        if self._waiting is not None:
            self._waiting[tile] = data
            return
        _put(self._folder / tile.path, data)


_LIES = "Nothing of it was kept. Ask the log's people; a partner who mirrors the same log may have it right."


def _fitting(fetcher: _Fetcher, folder: Path, signed: bytes, seen: bytes | None) -> tuple[_Tiles, bytes]:
    """Return the larger of two signed checkpoints with its tiles, if it grew from the smaller one."""
    newest = checkpoints.parse(signed)[0]
    if seen is None:
        return _Tiles(fetcher, folder, newest), signed
    before = checkpoints.parse(seen)[0]
    if newest.size > before.size:
        tiles = _Tiles(fetcher, folder, newest)
        _check_one_log(tiles.hashes, seen, signed, folder)
        return tiles, signed
    if newest.size == before.size:
        _check_one_log(_no_hashes, signed, seen, folder)
    try:
        tiles = _Tiles(fetcher, folder, before)
        _check_one_log(tiles.hashes, signed, seen, folder)
    except NotFound:
        message = (
            f"The log {before.origin} signed {before.size:,} entries before; now it says {newest.size:,}, and has not "
            "what it signed."
        )
        raise LogFault(message, "Ask its people whether an old backup was restored.") from None
    return tiles, seen


def _check_one_log(hashes: Hashes, small: bytes, large: bytes, folder: Path) -> None:
    """Refuse a checkpoint that excludes one that was seen before, and keep the proof of it."""
    found = forks.find(hashes, small, large)
    if found is not None:
        path = forks.keep(found, folder)
        one, other = (checkpoints.parse(which)[0] for which in (small, large))
        message = (
            f"The log {one.origin} has signed two states, of {one.size:,} and of {other.size:,} entries, that exclude "
            "each other."
        )
        raise NotProven(message, f"Do not rely on it. The proof is in {path}: show it to partners.", proof=str(path))


def _no_hashes(_level: int, _index: int) -> bytes:
    """Have no hashes: two checkpoints of one size need none."""
    message = "Two checkpoints of one size are compared without hashes."
    raise LogFault(message)


def _read(path: Path, origin: str, keys: Sequence[Verifier]) -> bytes | None:
    """Return a checkpoint that the folder has, if it is the log's; raises NotProven where it is another's."""
    if not path.exists():
        return None
    data = path.read_bytes()
    checkpoints.verified(data, origin, keys)
    return data


def _parsed(signed: bytes | None) -> Checkpoint | None:
    """Return what a checkpoint says."""
    return None if signed is None else checkpoints.parse(signed)[0]


def _top(data: bytes) -> bytes | None:
    """Return the hash over a full tile, or None where it is none."""
    if len(data) != TILE_WIDTH * HASH_BYTES:
        return None
    nodes = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    while len(nodes) > 1:
        nodes = tree.parents(nodes)
    return nodes[0]


def _hashes_of(data: bytes) -> bytes | None:
    """Return the hashes of a bundle's entries, or None where it is none."""
    try:
        return b"".join(tree.leaf_hashes(unbundle(data)))
    except LogFault:
        return None


def _folders(path: Path, top: Path) -> list[Path]:
    """Return the folders from a file up to and with the top one."""
    return [one for one in path.parents if one == top or top in one.parents]


def _put(path: Path, data: bytes) -> None:
    """Write a file so that its bytes are on the disk before it has its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _sync(folder: Path) -> None:
    """Wait until a folder's names are on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
