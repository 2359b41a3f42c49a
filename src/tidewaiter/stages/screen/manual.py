"""Write the manual pages of features, profiles and rule packs from their declarations."""

from __future__ import annotations

from tidewaiter.stages.screen._conditions import FUNCTIONS
from tidewaiter.stages.screen._past import DERIVED
from tidewaiter.stages.screen.features import CATALOGUE, HELPERS, SUBJECTS
from tidewaiter.stages.screen.features.shape import (
    PATTERN_STRENGTH,
    PRICE_SPREAD,
    PRICE_STRENGTH,
    PRIOR_RATE,
    PRIOR_STRENGTH,
    RATE_STRENGTH,
)
from tidewaiter.stages.screen.profiles import PROFILES, STATISTICS
from tidewaiter.stages.screen.rules import RulePack, load_pack

_GENERATED = "Generated from the declarations in `src/tidewaiter/stages/screen` by `make docs`; do not edit."

_FEATURES_HEAD = f"""\
# Features

{_GENERATED}

A feature says one thing about a goods item, as of the day before its declaration: only what became known strictly
before that day enters. Rules name features; a fitted model uses those marked *fitted*; every reason an officer reads
is about one subject and shows the values behind it.

Past rates are shrunk (empirical Bayes): few outcomes say little, and the rate of the level above stands in for what is
missing. Without any outcome the rate is {PRIOR_RATE:.0%}, which weighs as much as {PRIOR_STRENGTH:.0f} outcomes; the
level above weighs {RATE_STRENGTH:.0f}, for a repeated consignment {PATTERN_STRENGTH:.0f}; the usual unit value of the
level above weighs {PRICE_STRENGTH:.0f} earlier items; the logarithm of a unit value or a mass is believed to spread by
{PRICE_SPREAD:.0f} until some are known.

A consignment *pattern* is goods, departure, origin, duty rate, duty type and net mass together. Rates of goods and
routes count each pattern once and leave the row's own out, so that a repeat is judged as a repeat, once. What was
inspected was chosen: rates follow what was controlled, not all trade.
"""

_PACKS_HEAD = f"""\
# Rule packs

{_GENERATED}

A rule pack is a TOML file. The setting `rule_pack` names one; where it is empty, the pack that ships is used. A rule
that hits is a lead, never a proof. Without a fitted model its weight is added to the log-odds of the past rate of all
goods; a fitted model has its own weight for the rules it was fitted with, and a rule it does not know adds its own.

A pack has a table `[pack]` with `id`, `title` and `edition`, and one `[[rule]]` a rule:

| key | what it says |
|---|---|
| `id` | three capitals, a hyphen, three digits |
| `title` | what the rule is about, in a few words |
| `message` | what an officer reads; `{{feature}}` stands for a feature's value |
| `condition` | a SQL expression over the [features](features.md), true where the rule hits; null is not a hit |
| `weight` | added to the log-odds, from -5 to 5 |
| `severity` | low, medium or high |
| `source` | the public typology it comes from |
| `legal_basis` | the law behind it, where there is one |
| `owner` | who answers for it |
| `valid_from`, `valid_to` | first and last day it holds; without `valid_to` it holds on |
| `review` | the day by which it must be looked at again |

A condition is checked before anything runs. It may use `and`, `or`, `not`, `=`, `<>`, `<`, `<=`, `>`, `>=`, `between`,
`in` with a list, `is null`, `is not null`, `+`, `-`, `*`, `/` (null where the divisor is zero), brackets, and:

| function | meaning |
|---|---|
"""


def features_page() -> str:
    """Return the page of subjects, features, helpers and profiles."""
    parts = [_FEATURES_HEAD]
    for subject in SUBJECTS:
        rows = [
            f"| `{one.name}` | {one.kind} | {one.unit} | {_cell(one.meaning)} | {_cell(one.null)} | "
            f"{'yes' if one.fitted else 'no'} |"
            for one in CATALOGUE
            if one.subject == subject.name
        ]
        head = "| feature | kind | unit | meaning | null means | fitted |\n|---|---|---|---|---|---|\n"
        parts.append(f"## {subject.title}\n\n{head}" + "\n".join(rows) + "\n")
    formulas = [(one.name, one.formula) for one in CATALOGUE if one.formula != one.name]
    parts.append(
        "## Formulas\n\nSQL over the columns of an item, the columns derived from them, and statistics of the past "
        "(`past_<profile>_<statistic>`).\n\n" + _formulas("feature", formulas)
    )
    parts.append("## Steps that several features share\n\n" + _formulas("step", HELPERS))
    parts.append("## Derived columns\n\n" + _formulas("column", DERIVED))
    return "\n".join([*parts, _profiles()])


def packs_page(pack: RulePack | None = None) -> str:
    """Return the page of what a pack may say, and of the rules that ship."""
    pack = pack or load_pack()
    rows = [
        f"| {rule.id} | {_cell(rule.title)} | `{_cell(rule.condition)}` | {rule.weight:+.1f} | {rule.severity} | "
        f"{_cell(rule.source)} |"
        for rule in pack.rules
    ]
    functions = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in FUNCTIONS.items())
    return (
        f"{_PACKS_HEAD}{functions}\n\n## {pack.head.title}\n\nPack `{pack.head.id}`, edition {pack.head.edition}, "
        f"{len(pack.rules)} rules.\n\n| rule | title | condition | weight | severity | source |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def pages() -> dict[str, str]:
    """Return the file names of both pages, below docs/reference, with their text."""
    return {"features.md": features_page(), "rule-packs.md": packs_page()}


def _profiles() -> str:
    """Return the tables of profiles and of what they count."""
    rows = [f"| `{one.name}` | {one.title} | {one.of} | `{_cell(one.key)}` |" for one in PROFILES]
    counted = [f"| {of} | {', '.join(f'`{name}`' for name in names)} |" for of, names in STATISTICS.items()]
    return (
        "## Profiles\n\nEach is a Parquet file with a row for every key and day on which something changed: how things "
        "stood at the end of that day.\n\n| profile | of | counts | key |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n\n| counts | statistics |\n|---|---|\n"
        + "\n".join(counted)
        + "\n"
    )


def _formulas(what: str, pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    """Return a table of formulas."""
    rows = "\n".join(f"| `{name}` | `{_cell(formula)}` |" for name, formula in pairs)
    return f"| {what} | formula |\n|---|---|\n{rows}\n"


def _cell(text: str) -> str:
    """Keep a text inside its cell."""
    return text.replace("|", "\\|")
