"""Prove names of tiles, what of a file each is, and proofs that are read from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.errors import LogFault, NoteFault
from tidewaiter.kernel.log import tiles, tree
from tidewaiter.kernel.log.tiles import ENTRIES, Tile, TileReader, TileSource
from tidewaiter.kernel.log.tree import Tree

SIZE = 70_000
GROWN = Tree(str(one).encode() for one in range(SIZE))


def source(tile: Tile) -> bytes:
    """Cut a tile out of the tree in memory."""
    return b"".join(GROWN.hashes(8 * tile.level, one) for one in range(tile.start, tile.start + tile.width))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 273, 112), "tile/1/273.p/112"),
        (Tile(63, 1_234_067), "tile/63/x001/x234/067"),
        (Tile(ENTRIES, 1_234_067, 1), "tile/entries/x001/x234/067.p/1"),
        (Tile(2, 1000, 255), "tile/2/x001/000.p/255"),
    ],
)
def a_tile_has_one_path(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/x001/../000",
        "tile/data/000",
        "",
    ],
)
def no_other_path_names_a_tile(path: str) -> None:
    with pytest.raises(NoteFault):
        tiles.parse_path(path)


@given(st.integers(0, 63), st.integers(0, 2**48), st.integers(1, 256))
def every_path_leads_back_to_its_tile(level: int, index: int, width: int) -> None:
    assert tiles.parse_path(Tile(level, index, width).path) == Tile(level, index, width)


def the_example_of_the_standard_has_its_tiles() -> None:
    found = list(tiles.tiles_between(0, SIZE, entries=False))
    assert sum(one.level == 0 and one.width == 256 for one in found) == 273
    assert [one for one in found if one.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [one for one in found if one.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert list(tiles.tiles_between(0, 256, entries=False)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_between(0, 0)) == []


@given(st.integers(0, 3_000), st.integers(0, 3_000))
def what_a_tree_has_more_than_a_smaller_one_is_exactly_what_is_new(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before, after = set(tiles.tiles_between(0, old)), set(tiles.tiles_between(0, new))
    assert set(tiles.tiles_between(old, new)) == after - before
    assert len(list(tiles.tiles_between(old, new))) == len(after - before)


@given(st.data(), st.integers(1, SIZE))
def every_proof_read_from_tiles_is_that_of_the_tree(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = TileReader(source).at(size)
    assert tree.inclusion_proof(hashes, index, size) == tree.inclusion_proof(GROWN.hashes, index, size)
    assert tree.consistency_proof(hashes, index, size) == tree.consistency_proof(GROWN.hashes, index, size)
    assert tree.root_hash(hashes, size) == GROWN.root(size)


def a_proof_needs_few_tiles_and_none_twice() -> None:
    asked: list[Tile] = []

    def counted(tile: Tile) -> bytes:
        asked.append(tile)
        return source(tile)

    reader = TileReader(counted)
    tree.inclusion_proof(reader.at(SIZE), 12_345, SIZE)
    tree.inclusion_proof(reader.at(SIZE), 12_346, SIZE)
    assert len(asked) == len(set(asked)) <= 5


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + bytes(32), lambda _: b""])
def a_tile_that_is_too_short_or_too_long_is_refused(damage: TileSource) -> None:
    reader = TileReader(lambda tile: damage(source(tile)))  # type: ignore[arg-type] # what is damaged is its bytes
    with pytest.raises(LogFault, match="instead of"):
        tree.inclusion_proof(reader.at(300), 3, 300)


@given(st.lists(st.binary(max_size=300), max_size=20))
def every_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries)) == entries


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x05abc", b"\x00\x01a\x00"])
def a_bundle_that_ends_inside_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(LogFault, match="ends inside"):
        tiles.unbundle(data)


def an_entry_that_is_too_long_is_refused() -> None:
    assert tiles.unbundle(tiles.bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(LogFault, match="65,536 bytes"):
        tiles.bundle([bytes(65_536)])
