"""Hold what validation finds in a world against what was planted in it, rule by rule.

Usage: python benchmarks/planted.py [--countries GH,BF,NL,AE,VN] [--days 20] [--consignments 12000] [--seed planted]

Every letter is written as bytes, read, and checked. A rule counts once in a document, however often it is broken there.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord, CargoReport, Declaration, TransitMovement
from tidewaiter.kernel.settings import Settings
from tidewaiter.playground.post import Parcel, parcels
from tidewaiter.stages import receive, validate
from tidewaiter.world import Day, Letter, Setup, play

_START = date(2026, 2, 2)
_Place = tuple[str, str, str]
"""A country, the number of a document, a rule."""


def document(record: AnyRecord, path: str) -> str:
    """Return the number of the document that a finding is about: of the consignment it lies in, or of the record."""
    if isinstance(record, CargoReport) and path.startswith("/consignments/"):
        carried = record.consignments[int(path.split("/")[2])].transport_document
        return (carried and carried.number) or ""
    return record.mrn or "" if isinstance(record, Declaration | TransitMovement) else ""


def found(parcel: Parcel, checker: validate.Checker, settings: Settings) -> Iterator[_Place]:
    """Yield where rules are broken in a parcel."""
    mapping = receive.read_mapping(parcel.mapping, parcel.name) if parcel.mapping else None
    opened = receive.open_source(io.BytesIO(parcel.data), name=parcel.name, settings=settings, mapping=mapping)
    for reading in opened.readings():
        broken = checker.check(reading.record, reading.faults)
        for number, rule in {(document(reading.record, one.path or ""), one.rule) for one in broken}:
            yield parcel.country, number, rule


def main() -> int:
    """Print the table; return 1 where the two differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--countries", default="GH,BF,NL,AE,VN")
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--consignments", type=int, default=12_000)
    parser.add_argument("--seed", default="planted")
    asked = parser.parse_args()
    setup = Setup(
        seed=asked.seed,
        countries=tuple(asked.countries.split(",")),
        start=_START,
        days=asked.days,
        consignments=asked.consignments,
    )
    settings = Settings(home="unused")
    checker = validate.Checker(Codes(), today=_START + timedelta(days=asked.days + 60), settings=settings)
    planted: Counter[_Place] = Counter()
    letters = 0

    def told(days: Iterator[Day]) -> Iterator[Letter]:
        """Yield the letters of all days, and count what was planted in them."""
        nonlocal letters
        for day in days:
            planted.update((slip.country, slip.reference, rule) for slip in day.slips for rule, _ in slip.findings)
            letters += len(day.letters)
            yield from day.letters

    seen: Counter[_Place] = Counter()
    for parcel in parcels(told(play(setup)), window=timedelta(hours=6)):
        seen.update(found(parcel, checker, settings))
    print(f"{letters:,} documents of {len(setup.countries)} countries and {setup.days} days, every scheme played\n")
    print("| rule | planted | found | in the same documents |\n|---|---|---|---|")
    for rule in sorted({rule for _, _, rule in (*planted, *seen)}):
        ours, theirs = (Counter({place: n for place, n in one.items() if place[2] == rule}) for one in (planted, seen))
        print(f"| {rule} | {ours.total():,} | {theirs.total():,} | {(ours & theirs).total():,} |")
    print(f"| all | {planted.total():,} | {seen.total():,} | {(planted & seen).total():,} |")
    for country, reference, rule in sorted((planted - seen).elements()):
        print(f"{rule} was planted in {reference} of {country}, and not found")
    for country, reference, rule in sorted((seen - planted).elements()):
        print(f"{rule} was found in {reference} of {country}, and not planted")
    return int(planted != seen)


if __name__ == "__main__":
    raise SystemExit(main())
