"""Prove that artefacts are named by their content and that a half-written one never counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidewaiter.kernel.artifacts import Artifacts
from tidewaiter.kernel.errors import NodeFault, NotFound


def the_same_files_have_the_same_name(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    first = artifacts.put("model", {"a": b"1", "b": b"2"})
    assert artifacts.put("model", {"b": b"2", "a": b"1"}) == first
    assert artifacts.put("model", {"a": b"12", "b": b""}) != first


def a_folder_that_is_adopted_has_the_name_its_files_would_have(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "artefacts")
    made = tmp_path / "artefacts" / "scratch"
    made.mkdir(parents=True)
    (made / "a").write_bytes(b"1")
    adopted = artifacts.adopt("model", made)
    assert adopted == artifacts.put("model", {"a": b"1"})
    assert not made.exists()


def the_newest_artefact_is_current_until_another_is_pointed_at(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    assert artifacts.current("model") is None
    first = artifacts.put("model", {"a": b"1"})
    artifacts.put("model", {"a": b"2"})
    artifacts.point("model", first)
    current = artifacts.current("model")
    assert current is not None
    assert (current / "a").read_bytes() == b"1"


def a_slot_has_a_current_artefact_of_its_own(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    artifacts.put("codes", {"list": b"hs"}, slot="hs")
    artifacts.put("codes", {"list": b"office"}, slot="office")
    assert artifacts.slots("codes") == ("hs", "office")
    current = artifacts.current("codes", slot="hs")
    assert current is not None
    assert (current / "list").read_bytes() == b"hs"


def a_missing_artefact_is_said(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    digest = artifacts.put("model", {"a": b"1"})
    (tmp_path / "model" / digest / "a").unlink()
    (tmp_path / "model" / digest).rmdir()
    with pytest.raises(NodeFault, match="missing"):
        artifacts.current("model")
    with pytest.raises(NotFound):
        artifacts.point("model", digest)


def the_oldest_artefacts_go_but_never_a_current_one(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    first = artifacts.put("profiles", {"a": b"0"})
    for number in range(1, 5):
        artifacts.put("profiles", {"a": str(number).encode()}, current=False)
    artifacts.prune("profiles", keep=1)
    left = {place.name for place in (tmp_path / "profiles").iterdir() if place.is_dir()}
    assert first in left
    assert len(left) <= 2
