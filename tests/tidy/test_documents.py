"""Check that what the documents say is what the program has."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tidewaiter import __version__
from tidewaiter.kernel import errors
from tidewaiter.kernel.settings import Settings

REPOSITORY = Path(__file__).parents[2]
REFERENCE = REPOSITORY / "docs" / "reference"
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
HAS_CLI = importlib.util.find_spec("tidewaiter.doors.cli") is not None
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def named(path: Path) -> str:
    """Return the path from the repository's root."""
    return path.relative_to(REPOSITORY).as_posix()


def project() -> dict[str, object]:
    """Return the [project] table."""
    found: dict[str, object] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def every_reference_page_is_fresh() -> None:
    command = [sys.executable, "tools/reference.py", "--check"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def every_setting_is_documented() -> None:
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert [name for name in Settings.__struct_fields__ if f"| `{name}` |" not in text] == []


def every_error_is_documented_and_has_a_slug_of_its_own() -> None:
    text = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    family = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.TidewaiterError)]
    assert [one.__name__ for one in family if f"`{one.slug}` | `{one.__name__}`" not in text] == []
    assert len({one.slug for one in family}) == len(family)
    for one in family:
        assert (one.__doc__ or "").split("\n", 1)[0].endswith("."), one.__name__


@pytest.mark.skipif(not HAS_CLI, reason="there is no command line yet")
def every_command_is_documented_and_every_documented_command_exists() -> None:
    from typer.main import get_command  # noqa: PLC0415 - only where there is a command line

    from tidewaiter.doors.cli.app import app  # noqa: PLC0415 - as above

    commands = getattr(get_command(app), "commands", {})
    assert commands
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    for name, command in commands.items():
        assert f"\n## tidewaiter {name}\n" in text, name
        assert command.help, f"tidewaiter {name} has no help"
    for page in PAGES:
        for block in re.findall(r"```(?:console|sh|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                typed = re.match(r"(?:\$ )?tidewaiter (?:--\S+ \S+ )*([a-z]+)", line.strip())
                if typed is not None:
                    assert typed[1] in commands, f"{named(page)} names `tidewaiter {typed[1]}`"


@pytest.mark.parametrize("path", PAGES, ids=named)
def no_link_between_documents_leads_nowhere(path: Path) -> None:
    links = [one for one in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in one and ":" not in one]
    assert [one for one in links if not (path.parent / one).exists()] == []


def the_changelog_has_an_entry_for_this_version() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project()["version"] == __version__
    assert re.search(rf"^## {re.escape(__version__)}\b", text, re.MULTILINE)


def every_dependency_is_argued() -> None:
    text = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    listed = project()["dependencies"]
    assert isinstance(listed, list)
    names = [re.split(r"[\[<>=~!; ]", one, maxsplit=1)[0] for one in listed]
    assert [name for name in names if f"| {name.lower()} |" not in text] == []


def the_makefile_is_short_and_every_target_says_what_it_does() -> None:
    lines = (REPOSITORY / "Makefile").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    targets = [line for line in lines if re.match(r"[a-z][a-z-]*:(?!=)", line)]
    assert [line for line in targets if "## " not in line] == []


def every_published_schema_is_a_json_schema() -> None:
    for path in (REFERENCE / "schemas").glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert schema["$schema"].startswith("https://json-schema.org/"), path.name
        assert schema["$ref"].removeprefix("#/$defs/") in schema["$defs"], path.name
