"""Prove that history is appended once, read by any engine, and really erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from tidewaiter.kernel.errors import NodeFault, StorageFault

if TYPE_CHECKING:
    from tidewaiter.node import Node


def _rows(*keys: str) -> pa.Table:
    """Make rows with a key and a text to look for in the raw bytes."""
    return pa.table({"record_key": list(keys), "text": [f"secret-{key}" for key in keys]})


def _keys(node: Node) -> list[str]:
    """Read all keys back through the engine."""
    paths = [str(path) for path in node.lake.paths("item")]
    with node.lake.engine() as engine:
        found = engine.execute("SELECT record_key FROM read_parquet(?) ORDER BY 1", [paths]).fetchall()
    return [key for (key,) in found]


def an_append_is_read_back(node: Node) -> None:
    node.lake.append("item", "b1", _rows("a", "b"))
    node.lake.append("item", "b2", _rows("c"))
    assert _keys(node) == ["a", "b", "c"]


def an_engine_reaches_nothing_outside_the_node(node: Node) -> None:
    node.lake.append("item", "b1", _rows("a"))
    stranger = node.folder.parent / "stranger.parquet"
    stranger.write_bytes(node.lake.paths("item")[0].read_bytes())
    with node.lake.engine() as engine:
        for path in (stranger, node.folder / "root.keys", node.folder / "lake" / ".." / "root.keys"):
            with pytest.raises(duckdb.PermissionException):
                engine.execute("SELECT * FROM read_blob(?)", [str(path)])
        for told in (
            f"COPY (SELECT 1) TO '{stranger}'",
            f"ATTACH '{stranger}.db'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
            "SET autoinstall_known_extensions = true",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(told)


def an_append_that_is_repeated_doubles_nothing(node: Node) -> None:
    node.lake.append("item", "b1", _rows("a", "b"))
    node.lake.append("item", "b1", _rows("a", "b"))
    assert _keys(node) == ["a", "b"]


def an_append_of_nothing_makes_no_file(node: Node) -> None:
    node.lake.append("item", "b1", _rows())
    assert node.lake.files("item") == []


def an_erased_record_is_gone_from_rows_and_bytes(node: Node) -> None:
    node.lake.append("item", "b1", _rows("a", "b"))
    node.lake.append("item", "b2", _rows("a"))
    assert node.lake.erase("item", ["a"]) == 2
    assert _keys(node) == ["b"]
    left = b"".join(path.read_bytes() for path in node.folder.rglob("*.parquet"))
    assert b"secret-b" in left
    assert b"secret-a" not in left
    assert node.lake.examine()[0] == []


def small_files_are_merged_and_nothing_is_lost(node: Node) -> None:
    for number in range(5):
        node.lake.append("item", f"b{number}", _rows(f"k{number}"))
    assert node.lake.compact("item") == 4
    assert len(node.lake.files("item")) == 1
    assert _keys(node) == [f"k{number}" for number in range(5)]


def a_missing_or_changed_file_is_found(node: Node) -> None:
    node.lake.append("item", "b1", _rows("a"))
    node.lake.append("item", "b2", _rows("b"))
    first, second = node.lake.paths("item")
    second.write_bytes(second.read_bytes() + b"x")
    assert node.lake.examine()[0] == [second]
    first.unlink()
    with pytest.raises(NodeFault, match="missing"):
        node.lake.files("item")


def a_folder_that_cannot_be_written_is_a_storage_fault(node: Node) -> None:
    (node.folder / "lake").mkdir(parents=True, exist_ok=True)
    (node.folder / "lake" / "item").write_bytes(b"a file where the folder should be")
    with pytest.raises(StorageFault, match="cannot be written"):
        node.lake.append("item", "b1", _rows("a"))
