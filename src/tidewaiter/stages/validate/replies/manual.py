"""Write the manual's page of replies from the tables that make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tidewaiter.stages.receive.faults import FAULTS
from tidewaiter.stages.validate.replies.syntax_codes import (
    FUNCTIONAL_ERRORS,
    REASONS,
    SYNTAX_ERRORS,
    UNSPECIFIED,
    functional_cases,
)

_FORMATS: Mapping[str, tuple[str, str]] = {
    "contrl": (
        "UN/EDIFACT CONTRL",
        "each interchange: which messages are taken, and each error of syntax by segment, element and component",
    ),
    "cusres": ("UN/EDIFACT CUSRES (D.08B)", "each message to customs: every finding, with its rule, words and place"),
    "wco": ("WCO Data Model 3.6, Response", "each message: every finding, with the sections that lead to the field"),
    "ncts": (
        "NCTS phase 6, CC056C, CC057C or CC928C",
        "one message: its errors, with the functional error, the rule and the XPath; or that it was received",
    ),
    "problem": ("RFC 9457 problem details", "any source: every finding, as JSON"),
}
"""Reply → (format, what it says)."""

_HEAD = """\
# Replies

<!-- Made from the tables of replies by tidewaiter.stages.validate.replies_markdown. -->

`tidewaiter reply` writes what a sender is answered. Without a format the source's own is taken: for an interchange
CONTRL where its syntax is wrong and CUSRES where it is about content, for XML a WCO response or an NCTS message, and
problem details for everything else. A reply never holds a value of a personal field.

| reply | format | says of |
|---|---|---|
"""


def replies_markdown() -> str:
    """Return the manual's page of replies: `docs/reference/replies.md`."""
    lines = [_HEAD.rstrip("\n")]
    lines += [f"| `{name}` | {form} | {says} |" for name, (form, says) in _FORMATS.items()]
    lines += [
        "",
        "## Errors of syntax (UN/EDIFACT 0085)",
        "",
        f"CONTRL says the code; a fault that is in no line is said as {UNSPECIFIED}. A code without faults is one that",
        "a partner's CONTRL may have.",
        "",
        "| 0085 | meaning | faults |",
        "|---|---|---|",
    ]
    for code, meaning in SYNTAX_ERRORS.items():
        lines.append(f"| {code} | {meaning} | {_named(one for one in FAULTS if REASONS.get(one) == code)} |")
    lines += [
        "",
        "## Functional errors (NCTS, CL180)",
        "",
        "The code of a finding's case where there is one, else of its rule, else 12 for the rules of codes and 14 for",
        "every other.",
        "",
        "| code | meaning | cases and rules |",
        "|---|---|---|",
    ]
    for code, meaning in FUNCTIONAL_ERRORS.items():
        lines.append(f"| {code} | {meaning} | {_named(functional_cases(code))} |")
    return "\n".join(lines) + "\n"


def _named(codes: Iterable[str]) -> str:
    """Return codes as a list in a cell."""
    return " ".join(f"`{one}`" for one in codes)
