"""Check that the pages about security name what there is: files, tests, keys, settings, leaves."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tidewaiter import node
from tidewaiter.kernel.db import work
from tidewaiter.kernel.seal import ring, vault
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.record import sealing

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "src" / "tidewaiter"
TABLE = REPOSITORY / "docs" / "security" / "asvs.md"
INVENTORY = (REPOSITORY / "docs" / "security" / "inventory.md").read_text(encoding="utf-8")

LEVELS: dict[str, str] = dict(
    re.findall(
        r"(\d+\.\d+) (\d+)",
        """
        1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
        2.1 122  2.2 112  2.3 12223  2.4 23
        3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
        4.1 12233  4.2 23333  4.3 22  4.4 1222
        5.1 2  5.2 112333  5.3 113  5.4 222
        6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
        7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
        8.1 1233  8.2 1123  8.3 133  8.4 23
        9.1 111  9.2 1222
        10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
        11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
        12.1 12233  12.2 11  12.3 22223
        13.1 2333  13.2 222223  13.3 2233  13.4 1222233
        14.1 22  14.2 12223333  14.3 122
        15.1 12233  15.2 12233  15.3 1222222  15.4 3333
        16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
        17.1 23  17.2 22223333  17.3 22
        """,
    )
)
"""Section → the level of each of its requirements, in ASVS 5.0.0."""
AT_LEVEL_3 = ("11.", "2.3.5", "4.1.5", "7.5.3", "13.1.4", "13.3.")
"""Requirements about signatures, keys and second officers: these have rows at level 3 too."""
STATES = {"met", "partly", "not met", "not applicable"}

ROW = re.compile(r"\| (V\d+\.\d+|\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) (.+)")
STATE = re.compile(r"\*\*([a-z ]+)\*\*(: .+)?")
NAMED = re.compile(r"`([^`]+)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

CRYPTOGRAPHY = {"cryptography", "hashlib", "hmac", "secrets", "ssl", "argon2", "pyotp", "webauthn", "pkcs11", "boto3"}
NO_SECRETS = {"log_origin", "lake_rows_per_file"}
"""Settings whose names end as those of addresses and secrets do."""
RUNS = {"subprocess", "pickle", "marshal", "shelve", "dill", "cloudpickle", "pty", "commands"}
RUNS_CODE = {
    "stages/receive/tables/builder.py",
    "stages/screen/_conditions.py",
    "stages/validate/visiting.py",
}
"""Modules that write code of our own names and run it; each says why."""
COMPARES = {
    "doors/api/tokens.py",
    "kernel/access/approvals.py",
    "kernel/access/codes.py",
    "kernel/access/sessions.py",
}
"""Modules that hold a secret that was given against one that is kept."""


class Row(NamedTuple):
    """A row of the table: the requirements it is about, its cells."""

    numbers: tuple[str, ...]
    level: str
    state: str
    remark: str
    where: str
    shown: str


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of the table."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        matched = ROW.match(line)
        if matched is None:
            assert not re.match(r"\| V?\d", line), line
            continue
        cells = [one.strip() for one in line.strip().strip("|").split("|")]
        assert len(cells) == 5, line
        said = STATE.fullmatch(cells[2])
        assert said is not None, line
        found.append(Row(_numbers(matched[1]), cells[1], said[1], said[2] or "", cells[3], cells[4]))
    return tuple(found)


def _numbers(text: str) -> tuple[str, ...]:
    """Return the requirements that a row is about; of a section, all."""
    if text.startswith("V"):
        return tuple(f"{text[1:]}.{at}" for at in range(1, len(LEVELS[text[1:]]) + 1))
    return tuple(text.split(", "))


def level_of(number: str) -> str:
    """Return the level of a requirement."""
    section, _, at = number.rpartition(".")
    return LEVELS[section][int(at) - 1]


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return every module of the program by its path in the package, with its syntax tree."""
    return tuple(
        (path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(SOURCE.rglob("*.py"))
    )


def imported(tree: ast.Module) -> set[str]:
    """Return the names of the packages that a module imports, anywhere in it."""
    names = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.Import):
            names |= {each.name.partition(".")[0] for each in one.names}
        elif isinstance(one, ast.ImportFrom) and one.module is not None:
            names.add(one.module.partition(".")[0])
    return names


def called(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield what a module calls, by name and with its last owner: `eval`, `os.system`."""
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            yield one.func.id, one
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            owner = one.func.value.id if isinstance(one.func.value, ast.Name) else ""
            yield f"{owner}.{one.func.attr}", one


# --- the table -------------------------------------------------------------------------------------------------------


def every_requirement_of_the_yardstick_has_one_row() -> None:
    counted = Counter(number for row in rows() for number in row.numbers)
    wanted = {
        f"{section}.{at}"
        for section, levels in LEVELS.items()
        for at, level in enumerate(levels, start=1)
        if level != "3" or f"{section}.{at}".startswith(AT_LEVEL_3)
    }
    assert sorted(wanted - set(counted)) == []
    assert [number for number, count in counted.items() if count > 1] == []
    assert all(level_of(number) for number in counted)


def every_row_says_its_level_its_state_and_what_is_missing() -> None:
    for row in rows():
        levels = sorted({level_of(number) for number in row.numbers})
        assert row.level == (levels[0] if len(levels) == 1 else f"{levels[0]} to {levels[-1]}"), row
        assert row.state in STATES, row
        assert row.state == "met" or row.remark, row
        if row.state == "met":
            assert NAMED.search(row.where), row
            assert TEST.search(row.shown) or "`docs/" in row.where or "`pyproject.toml`" in row.where, row


def every_file_and_every_test_that_is_named_exists() -> None:
    for row in rows():
        assert [name for name in NAMED.findall(row.where) if not (REPOSITORY / name).exists()] == [], row
        shown = TEST.findall(row.shown)
        assert len(shown) == len(NAMED.findall(row.shown)), row
        assert [f"{path}::{name}" for path, name in shown if name not in tests_of(path)] == [], row


@cache
def tests_of(path: str) -> frozenset[str]:
    """Return the tests of a file, by the prefixes of the project."""
    if not (REPOSITORY / path).is_file():
        return frozenset()
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    listed = tomllib.loads(text)["tool"]["pytest"]["ini_options"]["python_functions"]
    prefixes = tuple(one.rstrip("*") for one in listed)
    tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
    return frozenset(
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith(prefixes)
    )


# --- the inventory ---------------------------------------------------------------------------------------------------


def every_module_that_uses_cryptography_is_in_the_inventory() -> None:
    used = {
        f"src/tidewaiter/{path}"
        for path, tree in modules()
        if imported(tree) & CRYPTOGRAPHY or any(name == "os.urandom" for name, _ in called(tree))
    }
    part = INVENTORY.partition("## Where cryptography is used")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(src/[^`]+)`", part))
    assert sorted(used - listed) == []
    assert sorted(listed - used) == []


def every_key_that_there_is_has_a_row() -> None:
    part = INVENTORY.partition("## Keys")[2].partition("\n## ")[0]
    there = {
        *(vault.SIGNER, vault.COSIGNER, f"{ring.WRAPPER}N", ring.BLIND, ring.DIGEST),
        *("record", *sealing.PURPOSES.values(), sealing.SOURCE, work.EVIDENCE, node._ACCESS),
    }
    assert sorted(one for one in there if f"`{one}`" not in part) == []


def every_setting_with_an_address_or_a_secret_is_in_the_inventory() -> None:
    ends = ("_url", "_file", "_endpoint", "_module", "_token", "_policy", "_region", "_authorities", "_origin", "_seed")
    names = [name for name in Settings.__struct_fields__ if name.endswith(ends) and name not in NO_SECRETS]
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in INVENTORY] == []


def every_kind_of_leaf_is_in_the_inventory() -> None:
    kinds = set()
    for _, tree in modules():
        for name, call in called(tree):
            first = call.args[0] if call.args else None
            if name.rpartition(".")[2] in {"leave", "on_event"} and isinstance(first, ast.Constant):
                kinds.add(str(first.value))
    assert len(kinds) > 30
    assert sorted(one for one in kinds if f"`{one}`" not in INVENTORY) == []


def every_file_that_the_inventory_names_exists() -> None:
    assert [one for one in re.findall(r"`(src/[^`]+)`", INVENTORY) if not (REPOSITORY / one).exists()] == []


# --- what the table says of the whole program ------------------------------------------------------------------------


def no_module_runs_commands_or_code_that_came_as_data() -> None:
    for path, tree in modules():
        assert imported(tree) & RUNS == set(), path
        names = {name for name, _ in called(tree)}
        assert not {name for name in names if re.match(r"os\.(system|popen|exec|spawn|posix_spawn)", name)}, path
        assert "eval" not in names, path
        assert "exec" not in names or path in RUNS_CODE, path


def no_module_uses_a_broken_hash() -> None:
    for path, tree in modules():
        names = {name for name, _ in called(tree)}
        assert names.isdisjoint({"hashlib.md5", "hashlib.sha1", "hashlib.new"}), path


def no_module_draws_secrets_from_a_seeded_generator() -> None:
    assert [path for path, tree in modules() if "random" in imported(tree) and not path.startswith("world/")] == []


def every_comparison_of_secrets_takes_the_same_time() -> None:
    there = {path for path, tree in modules() if any(name == "hmac.compare_digest" for name, _ in called(tree))}
    assert sorted(COMPARES - there) == []
