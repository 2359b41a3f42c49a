"""Judge a declaration and the cargo report of the same consignment against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

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

    def hold(self, record: AnyRecord, others: Sequence[AnyRecord], sight: Sight) -> None:
        """Hold a record against those, the oldest first, that name one of its transport documents."""
        declarations = [one for one in others if type(one) is Declaration and one.function != _CANCEL]
        reports = [one for one in others if type(one) is CargoReport and one.function != _CANCEL]
        if getattr(record, "function", None) == _CANCEL:
            return
        if type(record) is Declaration:
            self._declaration(record, declarations, reports, sight)
        elif type(record) is CargoReport:
            held: set[str] = set()
            for declaration in declarations:
                found = _covered(declaration, [record])
                if found and not held & found.keys():
                    fellows = [one for one in declarations if one is not declaration]
                    self._declaration(declaration, fellows, [record], sight)
                held |= found.keys()

    def _declaration(
        self, declaration: Declaration, fellows: Sequence[Declaration], reports: Sequence[CargoReport], sight: Sight
    ) -> None:
        """Hold a declaration, with those that share its documents, against the consignments that it covers."""
        found = _covered(declaration, reports)
        if not found:
            return
        sharing = [one for one in fellows if declared_documents(one).keys() & found.keys()]
        covered: set[str] = set(found)
        for one in sharing:
            covered |= _covered(one, reports).keys()
        elsewhere = any(_left(one, found) for one in sharing) or covered != found.keys()
        declared = [of_declaration(declaration)]
        if not elsewhere:
            declared += [of_declaration(one) for one in sharing]
        reported = [of_consignment(one, f"consignments/{index}") for index, one in found.values()]
        self.compare(
            together(declared),
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


def _covered(declaration: Declaration, reports: Sequence[CargoReport]) -> Reported:
    """Return the consignments of the reports that a declaration is about; of two reports the later one counts.

    A master consignment is left out where one of its house consignments is there: its goods would count twice.
    """
    wanted = declared_documents(declaration)
    found: Reported = {}
    for report in reports:
        for index, consignment in enumerate(report.consignments):
            own = named(consignment.transport_document)
            if own is not None and own.number in wanted and _one_issuer(own, wanted[own.number]):
                found[own.number] = (index, consignment)
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


def _left(declaration: Declaration, found: Reported) -> set[str]:
    """Return the transport documents of a declaration that no consignment found is about; masters stand aside."""
    documents = declared_documents(declaration)
    masters = _masters(found) | {number for number, one in documents.items() if one.type in MASTER_TYPES}
    shipment = declaration.goods_shipment
    master = named(shipment.consignment.master_document) if shipment is not None and shipment.consignment else None
    return documents.keys() - found.keys() - masters - ({master.number} if master is not None else set())


def _one_issuer(one: Named, other: Named) -> bool:
    """Say whether two documents of one number may be the same: neither names another issuer."""
    return not one.issuer or not other.issuer or one.issuer == other.issuer
