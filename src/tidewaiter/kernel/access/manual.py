"""Write the reference page of permissions from the table."""

from __future__ import annotations

from tidewaiter.kernel.access.table import Permission, Table, table

_SHORT = {"step-up": "step-up", "four-eyes": "four eyes", "four-eyes-if-any": "four eyes, if any"}


def page() -> str:
    """Return the page."""
    found = table()
    return "\n".join(
        [
            "# Permissions",
            "",
            "Generated from `src/tidewaiter/kernel/access/permissions.toml` by `make docs`; do not edit.",
            "",
            "What is not granted here is refused. Whoever has several roles may what any one of them may; a purpose",
            "must be open to the same role. *Step-up* is a second factor within `step_up_minutes_max`; *four eyes* is",
            "the approval of exactly this by another officer, of another account, who holds the permission and",
            "`approval.give`; *if any* lets it be done alone where there is no such officer.",
            "",
            "## Roles",
            "",
            "| role | who that is |",
            "|---|---|",
            *(f"| {name} | {meaning} |" for name, meaning in found.roles.items()),
            "",
            *_permissions(found),
            *_purposes(found),
        ]
    )


def _permissions(found: Table) -> list[str]:
    """Return the table of permission by role."""
    return [
        "## Permissions",
        "",
        f"| permission | lets one | {' | '.join(found.roles)} | needs | for |",
        f"|---|---|{'---|' * (len(found.roles) + 2)}",
        *(_row(found, name, one) for name, one in found.permissions.items()),
        "",
    ]


def _row(found: Table, name: str, one: Permission) -> str:
    """Return the row of a permission."""
    marks = " | ".join("yes" if role in one.may else "" for role in found.roles)
    needs = ", ".join(_SHORT[need] for need in sorted(one.needs, reverse=True))
    return f"| `{name}` | {one.does} | {marks} | {needs} | {', '.join(one.purposes)} |"


def _purposes(found: Table) -> list[str]:
    """Return the table of purpose by role."""
    return [
        "## Purposes",
        "",
        f"| purpose | is to | {' | '.join(found.roles)} |",
        f"|---|---|{'---|' * len(found.roles)}",
        *(
            f"| {name} | {one.meaning} | {' | '.join('yes' if role in one.roles else '' for role in found.roles)} |"
            for name, one in found.purposes.items()
        ),
        "",
    ]
