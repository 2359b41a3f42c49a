"""Write the tables of the mappings' manual from the code, so that neither can stray from the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tidewaiter.stages.receive.faults import FAULTS
from tidewaiter.stages.receive.tables.mapping import COLUMN_KEYS, MAPPING_KEYS
from tidewaiter.stages.receive.tables.paths import SELECTORS
from tidewaiter.stages.receive.tables.shelf import load_mapping, shipped_mappings
from tidewaiter.stages.receive.tables.transforms import TRANSFORMS

_MARK = "<!-- {name}: begin (written by tidewaiter.stages.receive.tables.manual) -->\n{table}\n<!-- {name}: end -->"
_BLOCK = re.compile(
    r"<!-- (?P<name>[a-z-]+): begin \(written by tidewaiter\.stages\.receive\.tables\.manual\) -->\n"
    r".*?<!-- (?P=name): end -->",
    re.DOTALL,
)


def page(text: str) -> str:
    """Return the manual's text with its tables made new."""
    made = tables()
    return _BLOCK.sub(lambda block: _MARK.format(name=block["name"], table=made[block["name"]]), text)


def tables() -> Mapping[str, str]:
    """Return the manual's tables by name, in Markdown."""
    return {
        "mapping-keys": _table(("key", "meaning"), ((f"`{key}`", said) for key, said in MAPPING_KEYS.items())),
        "column-keys": _table(("key", "meaning"), ((f"`{key}`", said) for key, said in COLUMN_KEYS.items())),
        "transforms": _table(
            ("transform", "what it does", "for example", "makes of", "this"),
            (
                (f"`{one.usage}`", one.does, f"`{one.example}`", f"`{one.before}`", f"`{one.after}`")
                for one in TRANSFORMS.values()
            ),
        ),
        "selectors": _table(
            ("in a list of", "a word in brackets sets"),
            ((f"`{struct.__name__}`", f"`{field}`") for struct, field in SELECTORS.items()),
        ),
        "faults": _table(
            ("code", "rule", "severity", "sentence"),
            ((f"`{code}`", kind.rule, kind.severity, kind.sentence) for code, kind in FAULTS.items()),
        ),
        "shipped": _table(
            ("mapping", "kind", "table"),
            ((f"`{name}`", load_mapping(name).kind, load_mapping(name).title) for name in shipped_mappings()),
        ),
    }


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
