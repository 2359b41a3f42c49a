"""Let the log be read over HTTP as C2SP tlog-tiles says: checkpoints, tiles, bundles of entries."""

from __future__ import annotations

import gzip
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response

from tidewaiter.kernel.errors import LogFault, NoteFault, NotFound
from tidewaiter.kernel.log import checkpoint as checkpoints
from tidewaiter.kernel.log.files import CHECKPOINT_FILE, WITNESSED_FILE, DiskFiles, tile_source
from tidewaiter.kernel.log.notes import NOTE_BYTES_MAX
from tidewaiter.kernel.log.tiles import ENTRIES, parse_path, rows_at
from tidewaiter.kernel.log.tree import HASH_BYTES

if TYPE_CHECKING:
    from tidewaiter.doors.api.threads import Threads
    from tidewaiter.doors.api.wiring import Served

FOLDER = "log"
CHECKPOINT_TYPE = "text/plain; charset=utf-8"
TILE_TYPE = "application/octet-stream"

_CHECKPOINT_CACHE = "no-cache"
_TILE_CACHE = "max-age=31536000, immutable"
_GZIP_LEVEL = 6
_NOTE: dict[int | str, dict[str, Any]] = {200: {"description": "A signed checkpoint.", "content": {"text/plain": {}}}}
_TILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "Hashes, or entries with their lengths.", "content": {TILE_TYPE: {}}}
}


def add_to(app: FastAPI, node: Served, threads: Threads) -> None:
    """Add the routes."""
    folder = node.folder / FOLDER
    tile_cache = f"{'public' if node.settings.log_public else 'private'}, {_TILE_CACHE}"

    @app.get("/log/checkpoint", summary="The newest signed checkpoint.", response_class=Response, responses=_NOTE)
    async def newest() -> Response:
        """Return the checkpoint."""
        return _note(await threads.run(partial(read_note, folder, CHECKPOINT_FILE)))

    @app.get(
        "/log/witnessed-checkpoint",
        summary="The newest checkpoint that has its quorum of cosignatures.",
        response_class=Response,
        responses=_NOTE,
    )
    async def witnessed() -> Response:
        """Return the checkpoint."""
        return _note(await threads.run(partial(read_note, folder, WITNESSED_FILE)))

    @app.get(
        "/log/tile/{path:path}",
        summary="A tile of hashes, or a bundle of entries (C2SP tlog-tiles).",
        response_class=Response,
        responses=_TILE,
    )
    async def tile(path: str, request: Request) -> Response:
        """Return the tile; a bundle is packed for whoever takes it so."""
        packing = path.startswith("entries/") and "gzip" in request.headers.get("accept-encoding", "")
        data = await threads.run(partial(read_tile, folder, f"tile/{path}", packing=packing))
        headers = {"Cache-Control": tile_cache, "Vary": "Accept-Encoding"}
        if packing:
            headers["Content-Encoding"] = "gzip"
        return Response(data, HTTPStatus.OK, headers, TILE_TYPE)


def read_note(folder: Path, name: str) -> bytes:
    """Return a checkpoint of the log; raises NotFound where there is none yet."""
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        message = "There is no such checkpoint of this log yet."
        raise NotFound(message) from None


def read_tile(folder: Path, path: str, *, packing: bool = False) -> bytes:
    """Return a tile, packed with gzip if asked for; raises NotFound where the log's newest checkpoint has none such.

    What stands in the files behind the checkpoint does not count, and is not shown. The files are opened for each
    tile, because they may be others after a restore.
    """
    try:
        tile = parse_path(path)
    except NoteFault as wrong:
        raise NotFound(wrong.sentence) from None
    files = DiskFiles(folder, writing=False)
    try:
        rows = rows_at(checkpoints.parse(files.read(CHECKPOINT_FILE, 0, NOTE_BYTES_MAX))[0].size)
        level = 0 if tile.level == ENTRIES else tile.level
        if level >= len(rows) or tile.start + tile.width > rows[level]:
            message = "The log has no such tile yet."
            raise NotFound(message)
        data = tile_source(files)(tile)
    except FileNotFoundError:
        message = "There is no log here yet."
        raise NotFound(message) from None
    finally:
        files.close()
    if tile.level != ENTRIES and len(data) != tile.width * HASH_BYTES:
        message = f"The file of the tile {path} is shorter than its checkpoint says."
        raise LogFault(message, "Audit the log: `tidewaiter log audit`.")
    return gzip.compress(data, _GZIP_LEVEL, mtime=0) if packing else data


def _note(data: bytes) -> Response:
    """Answer with a checkpoint, which is another one soon."""
    return Response(data, HTTPStatus.OK, {"Cache-Control": _CHECKPOINT_CACHE}, CHECKPOINT_TYPE)
