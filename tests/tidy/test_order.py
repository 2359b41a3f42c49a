"""Check that the journey, the import contracts and the map tell one order."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]


def stages_of_the_journey() -> tuple[str, ...]:
    """Return STAGES of journey.py without importing the engines."""
    for node in ast.parse((REPOSITORY / "src/tidewaiter/journey.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "STAGES":
                return tuple(ast.literal_eval(node.value))
    return ()


STAGES = stages_of_the_journey()


def contract(name: str) -> dict[str, Any]:
    """Return an import contract by its id."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one for one in project["tool"]["importlinter"]["contracts"] if one["id"] == name)
    return found


def the_journey_runs_in_the_order_of_the_import_contract() -> None:
    assert tuple(reversed(contract("stages")["layers"])) == STAGES


def every_stage_of_the_journey_exists_and_no_other_does() -> None:
    folders = {path.parent.name for path in (REPOSITORY / "src" / "tidewaiter" / "stages").glob("*/__init__.py")}
    assert folders == set(STAGES)


def every_room_below_the_roof_is_in_the_contract_of_storeys() -> None:
    inside = REPOSITORY / "src" / "tidewaiter"
    rooms = {path.stem for path in inside.glob("*.py")} | {path.parent.name for path in inside.glob("*/__init__.py")}
    named = {room.strip("()") for layer in contract("storeys")["layers"] for room in layer.split(" | ")}
    assert named == rooms - {"__init__"}


def the_map_of_the_house_is_fresh() -> None:
    command = [sys.executable, "tools/house_map.py", "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def the_map_tells_the_stages_in_journey_order() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    below = text.partition("├── stages/")[2].partition("├── world/")[0]
    assert tuple(re.findall(r"^│   [├└]── (\w+)/", below, re.MULTILINE)) == STAGES
