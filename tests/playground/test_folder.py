"""Prove that a world's folder is whole or has no manifest, and is the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.playground.small_world import Day, Setup, days, made

from tidewaiter.kernel.errors import Conflict
from tidewaiter.kernel.seal import files
from tidewaiter.world.truth import open_truth, read_manifest, verify

FORMS = ("csv", "outcomes")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make guesses cheap, so that the tests are quick."""
    monkeypatch.setattr(files, "SCRYPT_N", 2)


def a_world_is_laid_out_by_country_with_its_mappings_and_its_truth(tmp_path: Path) -> None:
    folder = made(tmp_path / "world")
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        *(
            f"{country}/2026-01-0{day}T1800-{form}.csv"
            for country in ("GH", "NL")
            for day in (5, 6, 7)
            for form in FORMS
        ),
        "manifest.json",
        "mappings/csv.toml",
        "mappings/outcomes.toml",
        "truth.sealed",
    ]
    manifest = read_manifest(folder)
    assert (manifest.counts["GH"]["csv"].parcels, manifest.counts["GH"]["csv"].letters) == (3, 30)
    assert list(verify(folder, manifest)) == []
    truth = open_truth(folder, "tide", manifest.context)
    assert [one.evaded_usd for one in truth.planted()] == [11.0, 22.0] * 3
    assert len(list(truth.declared())) == 60


def the_manifest_tells_neither_the_seed_nor_the_truth(tmp_path: Path) -> None:
    text = (made(tmp_path / "world", Setup(seed="zebra-crossing")) / "manifest.json").read_text(encoding="utf-8")
    assert "zebra" not in text
    assert "hidden" not in text


def the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    for path in (path for path in one.rglob("*") if path.is_file()):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes(), path.name


def a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(Conflict, match="not an empty folder"):
        made(tmp_path)
    with pytest.raises(Conflict, match="not an empty folder"):
        made(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def a_run_that_was_stopped_leaves_no_manifest(tmp_path: Path) -> None:
    def stopped() -> Iterator[Day]:
        yield from days()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "world", world=stopped())
    assert (tmp_path / "world" / "GH").is_dir()
    assert not (tmp_path / "world" / "manifest.json").exists()
