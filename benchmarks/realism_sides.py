"""Hold two sides of a world's trade against each other, and count what validation says of its letters."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

import numpy as np
from worlds import is_import, mode_of, number, transport_number

from tidewaiter.kernel.records import Declaration
from tidewaiter.stages import validate
from tidewaiter.world.geography import COUNTRIES, rate
from tidewaiter.world.model import Letter

MODES = {"1": "sea", "4": "air", "3": "road"}
_Side = tuple[float, datetime, str, str, str]
"""Value in US dollars, moment, mode, country, reference."""


class Mirror:
    """Export and import declarations of one consignment, where both countries have a node; by transport document."""

    def __init__(self) -> None:
        self._sent: defaultdict[str, list[_Side]] = defaultdict(list)
        self._came: defaultdict[str, list[_Side]] = defaultdict(list)
        self.hidden: set[str] = set()

    def add(self, record: Declaration, day: int) -> None:
        """Take in a declaration of a day, counted from 0."""
        shipment = record.goods_shipment
        if shipment is None or record.accepted is None:
            return
        ends = {shipment.export_country or "", shipment.destination_country or ""}
        if not all(code in COUNTRIES and COUNTRIES[code].home for code in ends):
            return
        inward, dollars = is_import(record), 0.0
        for item in record.items:
            amount = item.customs_value if inward else item.statistical_value
            dollars += number(amount) * rate(str(amount.currency), day) if amount is not None else 0.0
        country = shipment.destination_country if inward else shipment.export_country
        side = (dollars, record.accepted, mode_of(record), country or "", record.mrn or "")
        (self._came if inward else self._sent)[transport_number(record)].append(side)

    def said(self) -> str:
        """Say how the two sides differ in honest trade, by mode of transport and by what value the importer counts."""
        ratios: defaultdict[str, list[float]] = defaultdict(list)
        delays: defaultdict[str, list[float]] = defaultdict(list)
        for document, sent in self._sent.items():
            came = self._came.get(document, [])
            if not came or any(one[4] in self.hidden for one in (*sent, *came)):
                continue
            value, at, mode, _, _ = sent[0]
            practice = COUNTRIES[came[0][3]].practice
            basis = practice.value if practice is not None else ""
            name = f"{MODES.get(mode, mode)}, imports {basis}"
            ratios[name].append(sum(one[0] for one in came) / max(value, 0.01))
            delays[name].append((came[0][1] - at).total_seconds() / 86_400)
        lines = ["mirror of honest consignments: import value beside export value, days from export to import"]
        for name in sorted(ratios):
            low, middle, high = np.quantile(ratios[name], (0.1, 0.5, 0.9))
            soon, usual, late = np.quantile(delays[name], (0.1, 0.5, 0.9))
            lines.append(
                f"  {name}: {len(ratios[name]):,} pairs; ratio {middle:.3f} ({low:.3f} to {high:.3f}, 10 to 90 %); "
                f"days {usual:.1f} ({soon:.1f} to {late:.1f})"
            )
        lines.append("  published: the IMF's Direction of Trade Statistics takes 1.06 for all trade (Yearbook 2017)")
        return "\n".join(lines)


class Faults:
    """Findings of validation, in one letter of so many, by form."""

    def __init__(self, checker: validate.Checker, each: int) -> None:
        self._checker = checker
        self._each = each
        self._letters: Counter[str] = Counter()
        self._checked: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._warned: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()

    def look(self, letter: Letter) -> None:
        """Check a letter if it is its turn."""
        self._letters[letter.form] += 1
        if self._letters[letter.form] % self._each:
            return
        findings = self._checker.check(letter.record, ())
        self._checked[letter.form] += 1
        self._errors[letter.form] += any(one.severity == "error" for one in findings)
        self._warned[letter.form] += any(one.severity != "error" for one in findings)
        self._rules.update({f"{letter.form} {one.rule}" for one in findings})

    def said(self) -> str:
        """Say what share of letters has errors and warnings, by form, and which rules they break most."""
        lines = ["findings of validation, before other documents are held against them:"]
        for form, checked in sorted(self._checked.items()):
            lines.append(
                f"  {form}: {checked:,} checked; {self._errors[form] / checked:.1%} with errors, "
                f"{self._warned[form] / checked:.1%} with warnings"
            )
        most = ", ".join(f"{name} {count:,}" for name, count in self._rules.most_common(24))
        return "\n".join([*lines, f"  most: {most}"])
