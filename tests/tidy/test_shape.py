"""Check the shape of the house: sentences, sizes, names, and who may import what is private."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCES = sorted((REPOSITORY / "src" / "tidewaiter").rglob("*.py"))
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
SCRIPTS = sorted([*(REPOSITORY / "tools").glob("*.py"), *(REPOSITORY / "benchmarks").glob("*.py")])

FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 400
LONG_FUNCTIONS: dict[str, str] = {}
"""`path:function` → why it is longer than a screen."""
LONG_MODULES: dict[str, str] = {}
"""Path → why it is longer than a sitting."""

JUNK_DRAWERS = {"utils", "util", "common", "helpers", "helper", "base", "misc", "core", "manager", "shared", "stuff"}
NOT_VERBS = {
    "A",
    "An",
    "The",
    "This",
    "These",
    "Module",
    "Package",
    "Functions",
    "Classes",
    "Tests",
    "Helper",
    "Helpers",
}
SCRIPTS_BY_PATH = "/db/migrations/"
"""Alembic runs these by their path: they are no package, and one lists every table in a function of its own."""


def named(path: Path) -> str:
    """Return the path from the repository's root."""
    return path.relative_to(REPOSITORY).as_posix()


def tree(path: Path) -> ast.Module:
    """Return the module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), named(path))


def opening(path: Path) -> str:
    """Return the first line of the module's docstring."""
    return (ast.get_docstring(tree(path)) or "").split("\n", 1)[0]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", [*SOURCES, *TESTS, *SCRIPTS], ids=named)
def every_module_opens_with_one_sentence_that_starts_with_a_verb(path: Path) -> None:
    said = opening(path)
    assert said, "there is no docstring"
    assert len(said) <= 100, f"{len(said)} characters: {said}"
    assert said.endswith("."), said
    first = re.split(r"[\s:,]", said, maxsplit=1)[0]
    package = path.name == "__init__.py" and path.parent.name == "tidewaiter"
    assert package or (re.fullmatch(r"[A-Z][a-z]+", first) and first not in NOT_VERBS), f"{first!r} is no verb: {said}"
    assert not re.search(r"(?:ing|ed|[^s]s)$", first) or package or first in {"Bring", "Focus", "Embed"}, said


@pytest.mark.parametrize("path", [*SOURCES, *TESTS, *SCRIPTS], ids=named)
def every_module_fits_a_sitting_and_every_function_a_screen(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= MODULE_LINES_MAX or named(path) in LONG_MODULES, f"{length} lines"
    for function in functions(path) if SCRIPTS_BY_PATH not in path.as_posix() else ():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        name = f"{named(path)}:{function.name}"
        assert lines <= FUNCTION_LINES_MAX or name in LONG_FUNCTIONS, f"{function.name}: {lines} lines"


def no_exception_to_a_size_outlives_its_reason() -> None:
    for name, reason in LONG_MODULES.items():
        assert reason
        assert len((REPOSITORY / name).read_text(encoding="utf-8").splitlines()) > MODULE_LINES_MAX, name
    for name, reason in LONG_FUNCTIONS.items():
        path, _, function = name.partition(":")
        found = [one for one in functions(REPOSITORY / path) if one.name == function]
        assert reason
        assert found, name


@pytest.mark.parametrize("path", SOURCES, ids=named)
def no_room_is_a_junk_drawer(path: Path) -> None:
    parts = {part.removeprefix("_").removesuffix(".py") for part in path.relative_to(REPOSITORY / "src").parts}
    allowed = {"_base.py"} if path.parent.name == "records" else set()
    assert not parts & JUNK_DRAWERS or path.name in allowed


def every_package_has_its_sentence() -> None:
    for path in SOURCES:
        if SCRIPTS_BY_PATH not in path.as_posix():
            assert (path.parent / "__init__.py").exists(), f"{named(path.parent)} has no __init__.py"


def imported(path: Path) -> Iterator[str]:
    """Yield every module of this package that a module imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("tidewaiter"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tidewaiter"):
            yield str(node.module)
            inside = REPOSITORY.joinpath("src", *str(node.module).split("."))
            yield from (f"{node.module}.{one.name}" for one in node.names if inside.joinpath(f"{one.name}.py").exists())


def at_home(module: str, path: Path) -> bool:
    """Say whether every private module of a dotted name belongs to a package that the file is in."""
    parts = module.split(".")
    here = path.relative_to(REPOSITORY / "src").with_suffix("").parts
    for place, part in enumerate(parts):
        if part.startswith("_") and not part.startswith("__") and tuple(parts[:place]) != here[:place]:
            return False
    return True


@pytest.mark.parametrize("path", SOURCES, ids=named)
def no_private_module_is_imported_away_from_home(path: Path) -> None:
    assert [one for one in imported(path) if not at_home(one, path)] == []


@pytest.mark.parametrize("path", TESTS, ids=named)
def every_test_is_named_as_a_sentence(path: Path) -> None:
    for function in tree(path).body:
        if isinstance(function, ast.FunctionDef) and re.match(r"(test|a|an|the|no|every|it)_", function.name):
            assert not function.name.startswith("test_"), f"{function.name} is no sentence"
            assert function.name.count("_") >= 3, f"{function.name} is no sentence"


def no_stage_is_an_empty_room() -> None:
    for folder in (REPOSITORY / "src" / "tidewaiter" / "stages").iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert (folder / "__init__.py").exists(), folder.name
            assert len(list(folder.glob("*.py"))) > 1, f"{folder.name} has no content"


def collected() -> tuple[str, ...]:
    """Return the prefixes by which tests are found."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    return tuple(one.removesuffix("*") for one in settings["tool"]["pytest"]["ini_options"]["python_functions"])


@pytest.mark.parametrize("path", [one for one in TESTS if one.name.startswith("test_")], ids=named)
def every_test_has_a_name_by_which_it_is_found(path: Path) -> None:
    module, prefixes = tree(path), collected()
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    asides = [
        one.name
        for one in module.body
        if isinstance(one, ast.FunctionDef)
        and not one.name.startswith((*prefixes, "_"))
        and one.name not in used
        and not any("fixture" in ast.dump(mark) for mark in one.decorator_list)
    ]
    assert asides == [], "nobody calls these, and no prefix in pyproject.toml finds them"
