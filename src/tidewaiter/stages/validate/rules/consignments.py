"""Judge a declaration and the cargo report of the same consignment against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, NamedTuple

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord, CargoReport, Consignment, Declaration
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import Rule, Sight
from tidewaiter.stages.validate.rules._quantities import plain
from tidewaiter.stages.validate.rules._sides import (
    MASTER_TYPES,
    Named,
    Side,
    Stated,
    declared_documents,
    named,
    of_consignment,
    of_declaration,
    same_place,
    together,
)

_CANCEL = "1"
_HOUSE = "house"

REPORTS_MAX = 64
"""Most cargo reports that are remembered by their transport documents."""


class Declared(NamedTuple):
    """A declaration with the transport documents that it names, by their numbers."""

    record: Declaration
    documents: Mapping[str, Named]


class Report(NamedTuple):
    """A cargo report with its consignments, each with its index, by the numbers of their transport documents."""

    record: CargoReport
    by_number: Mapping[str, Sequence[tuple[int, Named, Consignment]]]


Reported = dict[str, tuple[int, Consignment]]
"""Number of a transport document → the consignment under it, and its index in the report."""


class XDO001(Rule):
    """The cargo report and the declaration of one consignment agree on packages, mass, containers, goods and places.

    They are of one consignment where they name the same transport document. Only what both state is compared. Where
    several declarations share the document, or the report has only some of a declaration's documents, only what
    exceeds is a finding: the rest may still come. The finding is a warning and lies with whichever came second,
    which need not be the one that is wrong.
    """

    level: ClassVar[str] = "document"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "Regulation (EU) 952/2013, Articles 127 and 145; WCO SAFE Framework, Pillar 1, Standard 6"
    cases: ClassVar[dict[str, str]] = {
        "packages": "{declared} packages are declared, and the cargo report has {reported}.",
        "mass": "{declared} kg gross are declared, and the cargo report has {reported} kg.",
        "container": "container {value} is declared, and is not in the cargo report.",
        "container-left-out": "container {value} is in the cargo report, and is not declared.",
        "goods": "goods of heading {declared} are declared, and the cargo report has {reported}.",
        "goods-left-out": "goods of heading {value} are in the cargo report, and are not declared.",
        "loading": "{declared} is declared as the place of loading, and the cargo report has {reported}.",
        "unloading": "{declared} is declared as the place of unloading, and the cargo report has {reported}.",
    }

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._share = Decimal(str(settings.sum_tolerance_share))
        self._least = Decimal(str(settings.mass_tolerance_kilograms))
        self._reports: dict[int, Report] = {}

    def hold(self, record: AnyRecord, others: Sequence[AnyRecord], sight: Sight) -> None:
        """Hold a record against those, the oldest first, that name one of its transport documents."""
        if getattr(record, "function", None) == _CANCEL:
            return
        open_ones = [one for one in others if getattr(one, "function", None) != _CANCEL]
        declared = [Declared(one, declared_documents(one)) for one in open_ones if type(one) is Declaration]
        if type(record) is Declaration:
            reports = [self._report(one) for one in open_ones if type(one) is CargoReport]
            own = Declared(record, declared_documents(record))
            self._declaration(own, _by_number([own, *declared]), reports, sight)
        elif type(record) is CargoReport:
            report, by_number, held = self._report(record), _by_number(declared), set[str]()
            for one in declared:
                found = _covered(one, [report])
                if not held & found.keys():
                    self._declaration(one, by_number, [report], sight)
                held |= found.keys()

    def _report(self, report: CargoReport) -> Report:
        """Return a report by its transport documents; a report that many declarations name is sorted once."""
        known = self._reports.get(id(report))
        if known is None:
            if len(self._reports) >= REPORTS_MAX:
                self._reports.clear()
            known = self._reports[id(report)] = _sorted(report)
        return known

    def _declaration(
        self,
        declaration: Declared,
        by_number: Mapping[str, Sequence[Declared]],
        reports: Sequence[Report],
        sight: Sight,
    ) -> None:
        """Hold a declaration, with those that share its documents, against the consignments that it covers."""
        found = _covered(declaration, reports)
        if not found:
            return
        fellows = {id(one.record): one for number in found for one in by_number.get(number, ())}
        fellows.pop(id(declaration.record), None)
        sharing = list(fellows.values())
        elsewhere = any(_left(one, found) or _covered(one, reports).keys() - found.keys() for one in sharing)
        declared = [declaration, *([] if elsewhere else sharing)]
        reported = [of_consignment(one, f"consignments/{index}") for index, one in found.values()]
        self.compare(
            together([of_declaration(one.record) for one in declared]),
            together(reported),
            sight,
            more_declared=bool(sharing),
            more_reported=elsewhere or bool(_left(declaration, found)),
        )

    def compare(
        self, declared: Side, reported: Side, sight: Sight, *, more_declared: bool = False, more_reported: bool = False
    ) -> None:
        """Compare what both sides state; `more_...` says that a side may not be complete."""
        if declared.mass is not None and reported.mass is not None:
            slack = max(self._least, max(declared.mass.value, reported.mass.value) * self._share)
        else:
            slack = self._least
        quantities = (
            ("packages", declared.packages, reported.packages, Decimal(0)),
            ("mass", declared.mass, reported.mass, slack),
        )
        for code, one, other, most in quantities:
            if one is not None and other is not None:
                above, below = one.value - other.value > most, other.value - one.value > most
                if (above and not more_reported) or (below and not more_declared):
                    facts = {"declared": plain(one.value), "reported": plain(other.value)}
                    sight.find(self, code, _path(sight, one, other), **facts)
        self._containers(declared, reported, sight, more=(more_declared, more_reported))
        self._goods(declared, reported, sight, more=more_declared)
        for code in ("loading", "unloading"):
            self._place(code, getattr(declared, code), getattr(reported, code), sight)

    def _containers(self, declared: Side, reported: Side, sight: Sight, *, more: tuple[bool, bool]) -> None:
        """Hold the containers against each other, both ways."""
        if not declared.containers or not reported.containers:
            return
        more_declared, more_reported = more
        here = type(sight.record) is Declaration
        for value, path in declared.containers.items():
            if value not in reported.containers and not more_reported:
                sight.find(self, "container", path if here else _around(reported.containers), value=value)
        for value, path in reported.containers.items():
            if value not in declared.containers and not more_declared:
                at = _around(declared.containers) if here else path
                sight.find(self, "container-left-out", at, value=value)

    def _goods(self, declared: Side, reported: Side, sight: Sight, *, more: bool) -> None:
        """Hold the headings against each other: none in common, or some of the report's that are not declared."""
        if not declared.goods or not reported.goods:
            return
        here = type(sight.record) is Declaration
        first = next(iter((declared if here else reported).goods.values()))
        if not declared.goods.keys() & reported.goods.keys():
            facts = {"declared": ", ".join(declared.goods), "reported": ", ".join(reported.goods)}
            sight.find(self, "goods", first, **facts)
            return
        for value, path in reported.goods.items():
            if value not in declared.goods and not more:
                sight.find(self, "goods-left-out", first if here else path, value=value)

    def _place(self, code: str, declared: Mapping[str, str], reported: Mapping[str, str], sight: Sight) -> None:
        """Hold a place against each of those reported."""
        if declared and reported and not any(same_place(one, other) for one in declared for other in reported):
            path = next(iter((declared if type(sight.record) is Declaration else reported).values()))
            sight.find(self, code, path, declared=", ".join(declared), reported=", ".join(reported))


def _path(sight: Sight, declared: Stated, reported: Stated) -> str:
    """Return the pointer of the field in the record that the finding lies with."""
    return declared.path if type(sight.record) is Declaration else reported.path


def _around(values: Mapping[str, str]) -> str:
    """Return the pointer of the list in which the first of several values stands."""
    return next(iter(values.values())).removesuffix("/id").rpartition("/")[0]


def _sorted(report: CargoReport) -> Report:
    """Sort a report's consignments by their transport documents; a number may stand for several issuers'."""
    by_number: dict[str, list[tuple[int, Named, Consignment]]] = {}
    for index, consignment in enumerate(report.consignments):
        own = named(consignment.transport_document)
        if own is not None:
            by_number.setdefault(own.number, []).append((index, own, consignment))
    return Report(report, by_number)


def _by_number(declared: Sequence[Declared]) -> dict[str, list[Declared]]:
    """Return number of a transport document → the declarations that name it."""
    found: dict[str, list[Declared]] = {}
    for one in declared:
        for number in one.documents:
            found.setdefault(number, []).append(one)
    return found


def _covered(declaration: Declared, reports: Sequence[Report]) -> Reported:
    """Return the consignments of the reports that a declaration is about; of two reports the later one counts.

    A master consignment is left out where one of its house consignments is there: its goods would count twice.
    """
    found: Reported = {}
    for report in reports:
        for number, document in declaration.documents.items():
            for index, own, consignment in report.by_number.get(number, ()):
                if _one_issuer(own, document):
                    found[number] = (index, consignment)
    masters = _masters(found)
    houses = any(one.level == _HOUSE for _, one in found.values())
    return {
        number: (index, one)
        for number, (index, one) in found.items()
        if number not in masters and not (houses and one.level not in {_HOUSE, None})
    }


def _masters(found: Reported) -> set[str]:
    """Return the numbers of the master documents of consignments."""
    masters = (named(one.master_document) for _, one in found.values())
    return {one.number for one in masters if one is not None}


def _left(declaration: Declared, found: Reported) -> set[str]:
    """Return the transport documents of a declaration that no consignment found is about; masters stand aside."""
    documents, shipment = declaration.documents, declaration.record.goods_shipment
    masters = _masters(found) | {number for number, one in documents.items() if one.type in MASTER_TYPES}
    master = named(shipment.consignment.master_document) if shipment is not None and shipment.consignment else None
    return documents.keys() - found.keys() - masters - ({master.number} if master is not None else set())


def _one_issuer(one: Named, other: Named) -> bool:
    """Say whether two documents of one number may be the same: neither names another issuer."""
    return not one.issuer or not other.issuer or one.issuer == other.issuer
