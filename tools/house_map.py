"""Write the map of the house into ARCHITECTURE.md, from the docstrings, in journey order."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "src" / "tidewaiter"
PAGE = REPOSITORY / "ARCHITECTURE.md"
BEGIN, END = "<!-- map: begin (written by tools/house_map.py) -->", "<!-- map: end -->"
STOREYS = ("__main__.py", "doors", "playground", "node.py", "answers.py", "journey.py", "stages", "world", "kernel")
"""What stands below `tidewaiter`, top to bottom."""


def stages() -> tuple[str, ...]:
    """Return the stages in journey order, as the import contract lists them (last first there)."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["id"] == "stages")
    return tuple(layer.strip("()") for layer in reversed(layers))


def sentence(path: Path) -> str:
    """Return the first line of a module's docstring, or of a package's."""
    module = path / "__init__.py" if path.is_dir() else path
    return (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").split("\n", 1)[0]


def rooms(folder: Path, order: tuple[str, ...] = ()) -> list[Path]:
    """Return the packages and public modules of a folder: those of the order first, packages before modules."""
    found = [
        path
        for path in folder.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists())
        or (path.suffix == ".py" and (path.name in order or not path.name.startswith("_")))
    ]
    rank = {name: place for place, name in enumerate(order)}
    return sorted(found, key=lambda path: (rank.get(path.name, len(rank)), path.is_file(), path.name))


def lines(folder: Path, indent: str = "", order: tuple[str, ...] = STOREYS) -> Iterator[tuple[str, str]]:
    """Yield (tree, sentence) for everything below the folder."""
    below = rooms(folder, order)
    for path in below:
        last = path == below[-1]
        name = f"{path.name}/" if path.is_dir() else path.name
        yield f"{indent}{'└── ' if last else '├── '}{name}", sentence(path)
        if path.is_dir():
            inner = stages() if path == PACKAGE / "stages" else ()
            yield from lines(path, indent + ("    " if last else "│   "), inner)


def house_map() -> str:
    """Return the map as a block of text."""
    listed = [("src/tidewaiter/", sentence(PACKAGE)), *lines(PACKAGE)]
    width = max(len(tree) for tree, _ in listed) + 2
    return "\n".join(["```", *(f"{tree:<{width}}{said}".rstrip() for tree, said in listed), "```"])


def page(text: str) -> str:
    """Return the page with its map made new; raises ValueError where the marks are missing."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        message = f"{PAGE.name} has lost the marks between which the map stands."
        raise ValueError(message)
    return f"{head}{BEGIN}\n{house_map()}\n{END}{tail}"


def main() -> int:
    """Write the map, or with --check say whether it is stale."""
    text = PAGE.read_text(encoding="utf-8")
    fresh = page(text)
    if "--check" in sys.argv[1:]:
        if text != fresh:
            print(f"{PAGE.name}: the map is stale; run `make docs`.")
        return int(text != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
