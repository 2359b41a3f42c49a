"""Read every UN/EDIFACT, WCO and NCTS sample; print what was read, and what is wrong with it.

Usage: python benchmarks/samples.py [--data ../shared/data] [--schemas]

One line a sample of a Markdown table: its format, the records read, its findings by rule (errors, then warnings in
brackets), and for one that gives no record of trade, the rule and sentence that say why. With --schemas the documents
are also held against the schemas beside them. Exits with 1 where reading or checking raised.
"""

from __future__ import annotations

import argparse
import io
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from proofs import SETTINGS, checker

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.records import Message
from tidewaiter.stages import receive
from tidewaiter.stages.receive.xml.schemas import Schemas
from tidewaiter.stages.validate import Finding

GROUPS = (
    ("edifact-samples", ("*.edi", "*.txt")),
    ("wco-dms/samples", ("*.xml",)),
    ("ncts-p6/samples", ("*.xml",)),
)
NAME_MAX, WHY_MAX = 60, 110


class Line(NamedTuple):
    """What came of one sample."""

    group: str
    name: str
    format: str
    read: str
    findings: str
    why: str
    raised: bool = False


def samples(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield the group and the path of every sample."""
    for group, patterns in GROUPS:
        folder = data / group
        yield from ((group.split("/")[0], path) for pattern in patterns for path in sorted(folder.rglob(pattern)))


def schemas_of(data: Path, group: str) -> Schemas:
    """Return the schemas beside the samples of a group."""
    folder = data / group
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.xsd"))}
    return Schemas({group: files})


def line_of(group: str, path: Path, schemas: Schemas | None) -> Line:
    """Read and check one sample."""
    name = path.stem[-NAME_MAX:]
    try:
        stream = io.BytesIO(path.read_bytes())
        opened = receive.open_source(stream, name=path.name, settings=SETTINGS, schemas=schemas)
        readings = list(opened.readings())
        findings = [one for reading in readings for one in checker().check(reading.record, reading.faults)]
    except Refused as error:
        return Line(group, name, "-", "0", "-", f"{error} {error.remedy}")
    except Exception as error:  # noqa: BLE001 - that nothing raises is what is shown
        traceback.print_exc()
        return Line(group, name, "-", "-", "-", f"RAISED {type(error).__name__}", raised=True)
    head = opened.head.message
    kinds = Counter(type(one.record).__name__ for one in readings)
    trade = sum(count for kind, count in kinds.items() if kind != Message.__name__)
    read = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if kind != Message.__name__) or "0"
    kind = " ".join(filter(None, (opened.head.format, head.type, head.directory)))
    return Line(group, name, kind, read, by_rule(findings), "" if trade else why(findings))


def by_rule(findings: Sequence[Finding]) -> str:
    """Return how often each rule was broken, errors before warnings."""
    errors = Counter(one.rule for one in findings if one.severity == "error")
    warnings = Counter(one.rule for one in findings if one.severity != "error")
    said = [f"{rule} × {count}" for rule, count in sorted(errors.items())]  # noqa: RUF001 - times
    said += [f"({rule} × {count})" for rule, count in sorted(warnings.items())]  # noqa: RUF001 - times
    return ", ".join(said) or "none"


def why(findings: Sequence[Finding]) -> str:
    """Return the rule and the sentence that say why nothing of trade was read."""
    telling = [one for one in findings if one.code in TELLING] or [one for one in findings if one.severity == "error"]
    if not telling:
        return "nothing says why"
    law, _, case = telling[0].message.partition(": ")
    return f"{telling[0].rule}: {case or law}"


TELLING = ("unknown-message", "empty-envelope", "too-many-segments", "xml-dtd", "xml-limit", "xml-malformed")
"""Codes of findings that explain by themselves why there is no record, the first of them counts."""


def main() -> None:
    """Print the table and its sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--schemas", action="store_true", help="hold documents against the schemas beside them")
    arguments = parser.parse_args()
    loaded: dict[str, Schemas] = {}
    print("| sample | format | read | findings by rule | why refused |\n|---|---|---|---|---|")
    lines: list[Line] = []
    for group, path in samples(arguments.data):
        if arguments.schemas and group not in loaded:
            loaded[group] = schemas_of(arguments.data, group)
        lines.append(line_of(group, path, loaded.get(group)))
        one = lines[-1]
        cells = (f"{one.group}: {one.name}", one.format, one.read, one.findings, one.why[:WHY_MAX])
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    for group in dict.fromkeys(one.group for one in lines):
        here = [one for one in lines if one.group == group]
        refused, raised = sum(bool(one.why) for one in here), sum(one.raised for one in here)
        print(f"\n{group}: {len(here)} samples, {len(here) - refused} read, {refused} refused, {raised} raised")
    sys.exit(1 if any(one.raised for one in lines) else 0)


if __name__ == "__main__":
    main()
