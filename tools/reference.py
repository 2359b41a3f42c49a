"""Write the reference pages under docs/reference from the code that they describe."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tidewaiter.kernel import errors
from tidewaiter.kernel.access import manual as permissions_manual
from tidewaiter.kernel.records import schema
from tidewaiter.kernel.settings import FILE, PREFIX, describe
from tidewaiter.stages import validate
from tidewaiter.stages.receive.edifact.tables import manual as messages_manual
from tidewaiter.stages.receive.tables import manual as mapping_manual
from tidewaiter.stages.screen import manual as screen_manual
from tidewaiter.world.schemes import Scheme, all_schemes

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "docs" / "reference"


def settings_page() -> str:
    """Return the table of settings."""
    rows = [f"| `{name}` | {_default(default)} | {meaning} |" for name, meaning, default in describe()]
    return "\n".join(
        [
            "# Settings",
            "",
            "Generated from `src/tidewaiter/kernel/settings.py` by `make docs`; do not edit.",
            "",
            f"Each setting is a key of `{FILE}` in the node's home folder and an environment variable: `{PREFIX}` and",
            "the name in capitals. The command line beats the environment, the environment beats the file, the file",
            "beats the default.",
            "",
            "| setting | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _default(value: object) -> str:
    """Show a default: integers with separators, an empty text as nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"`{value}`" if value != "" else "empty"


def error_classes() -> list[type[errors.TidewaiterError]]:
    """Return every class of the error family, in the order of the module."""
    found = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.TidewaiterError)]
    return sorted(found, key=lambda one: one.exit_code)


def errors_page() -> str:
    """Return the table of errors."""
    rows = [
        f"| {one.exit_code} | `{one.slug}` | `{one.__name__}` | {(one.__doc__ or '').strip().splitlines()[0]} |"
        for one in error_classes()
    ]
    return "\n".join(
        [
            "# Errors",
            "",
            "Generated from `src/tidewaiter/kernel/errors.py` by `make docs`; do not edit.",
            "",
            "Every error is a sentence that says where and why, and a remedy. The command `tidewaiter` ends with the",
            "exit code; problem details (RFC 9457) name the slug. Further codes: 0 done; 2 wrong usage, or faults",
            "found by `tidewaiter check`; 70 a fault of this program; 130 interrupted.",
            "",
            "| exit code | slug | class | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def schemes_page() -> str:
    """Return the list of the schemes of smuggling that an invented world plays."""
    rows = [
        f"| [`{name}`](#{name}) | {one.irregularity} | {one.rings:g} | {one.rate:g} | {_span(one.skill)} "
        f"| {one.cover:.0%} | {'yes' if one.safety else ''} |"
        for name, one in sorted(all_schemes().items())
    ]
    parts = [part for name, one in sorted(all_schemes().items()) for part in _scheme(name, one)]
    return "\n".join(
        [
            "# Schemes",
            "",
            "Generated from `src/tidewaiter/world/schemes` by `make docs`; do not edit.",
            "",
            "Each is a way of smuggling that an invented world plays: what a control that finds it calls it, how many",
            "rings of it are founded beside those of other schemes, how many consignments a ring tries a week, between",
            "which bounds its skill lies, which share of its consignments is honest, and whether the goods endanger",
            "people. A world of another size has as many more or fewer rings, at least one a country.",
            "",
            "| scheme | irregularity | rings | tries a week | skill | honest cover | endangers |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            *parts,
        ]
    )


def _span(bounds: tuple[float, float]) -> str:
    """Show two bounds."""
    return f"{bounds[0]:g} to {bounds[1]:g}"


def _scheme(name: str, one: Scheme) -> list[str]:
    """Return the section of a scheme: its docstring, what is done, and what it breaks."""
    return [f"## {name}", "", inspect.cleandoc(one.__doc__ or ""), "", f"*{one.story}*", "", f"Law: {one.law}", ""]


def has_cli() -> bool:
    """Say whether the command line exists."""
    return importlib.util.find_spec("tidewaiter.doors.cli.app") is not None


def commands() -> Iterator[tuple[str, Any]]:
    """Yield (full name, command) of every command and group, depth first, in the order of the help."""
    import typer  # noqa: PLC0415 - only where there is a command line

    from tidewaiter.doors.cli.app import app  # noqa: PLC0415 - as above

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield name, command
        for inner, one in getattr(command, "commands", {}).items():
            if not one.hidden:
                yield from walk(f"{name} {inner}", one)

    return walk("tidewaiter", typer.main.get_command(app))


def cli_page() -> str:
    """Return the manual of the command line."""
    head = ["# Command line", "", "Generated from `src/tidewaiter/doors/cli` by `make docs`; do not edit.", ""]
    return "\n".join([*head, *(line for name, command in commands() for line in _command(name, command))])


def _command(name: str, command: Any) -> list[str]:
    """Return the section of one command."""
    parts = [f"## {name}", "", inspect.cleandoc(command.help or "").replace("\b\n", ""), ""]
    rows = [_parameter(one) for one in command.params if not getattr(one, "hidden", False) and one.name != "help"]
    if command.epilog:
        parts += _epilog(inspect.cleandoc(command.epilog))
    if rows:
        parts += ["| parameter | meaning |", "|---|---|", *rows, ""]
    return parts


def _epilog(text: str) -> list[str]:
    """Return what stands below a command's options; examples become a block of code."""
    before, examples, after = text.partition("Examples:")
    if not examples:
        return [text, ""]
    typed = [line for line in after.replace("\b", "").splitlines() if line.strip()]
    return [*([before.strip(), ""] if before.strip() else []), "```console", *typed, "```", ""]


def _parameter(parameter: Any) -> str:
    """Return the row of one argument or option."""
    if parameter.param_type_name == "argument":
        shown = f"`{parameter.name.upper()}`"
    else:
        shown = " ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
    meaning = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
    return f"| {shown} | {meaning} |"


def pages() -> dict[str, str]:
    """Return path below docs/reference → text, of every generated page."""
    made = {"settings.md": settings_page(), "errors.md": errors_page(), **schema.pages(), **screen_manual.pages()}
    made["mappings.md"] = mapping_manual.page((FOLDER / "mappings.md").read_text(encoding="utf-8"))
    made["messages.md"] = messages_manual.page()
    made["permissions.md"] = permissions_manual.page()
    made["rules.md"] = validate.rules_markdown()
    made["replies.md"] = validate.replies_markdown()
    made["schemes.md"] = schemes_page()
    if has_cli():
        made["cli.md"] = cli_page()
    return made


def main() -> int:
    """Write the pages, or with --check name those that are stale."""
    stale = 0
    for name, text in pages().items():
        path = FOLDER / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"docs/reference/{name} is stale; run `make docs`.")
                stale = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
