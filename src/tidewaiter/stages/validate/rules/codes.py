"""Judge codes against their lists: countries, currencies, units, packages, modes, terms."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import ClassVar

import msgspec

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import (
    ROLES,
    Address,
    Amount,
    CargoReport,
    Consignment,
    Declaration,
    Event,
    GoodsItem,
    GoodsShipment,
    Intelligence,
    Journey,
    Location,
    Measure,
    MovementStep,
    Outcome,
    Packaging,
    Party,
    TransitMovement,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import LIST_SOURCE, Judge, Rule, Sight
from tidewaiter.stages.validate.rules._quantities import main_means

_NOT_IN = "{value} is not in " + LIST_SOURCE
_PARTIAL = _NOT_IN + ", which is not the whole list."


class COD001(Rule):
    """A country is an ISO 3166-1 code in force on the day of the declaration."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "ISO 3166-1; codes that customs add"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        Address: ("country",),
        Location: ("country",),
        TransportMeans: ("nationality",),
        GoodsShipment: ("export_country", "destination_country"),
        Consignment: ("departure_country",),
        GoodsItem: ("origin",),
    }
    cases: ClassVar[dict[str, str]] = {
        "unknown": _NOT_IN + ".",
        "not-in-force": "{value} ({name}) is in " + LIST_SOURCE + ", but was not in force on {day}.",
    }

    def when_of(self, kind: type[msgspec.Struct], attribute: str) -> str:
        """Ask only of codes that are no country's today."""
        del kind, attribute
        return "value not in sight.days.countries"

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look up the country; those of travellers are of three letters, as in their passports (FMT-013)."""
        del node
        if len(value) == len("NLD") and type(sight.record) is Journey:
            return
        if value not in sight.days.countries:
            _dated(self, "country", value, field, sight)


class COD002(Rule):
    """A currency is an ISO 4217 code in force on the day of the declaration."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "ISO 4217"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Amount: ""}
    cases: ClassVar[dict[str, str]] = {
        "unknown": _NOT_IN + ".",
        "not-in-force": "{value} ({name}) is in " + LIST_SOURCE + ", but was not in force on {day}.",
        "missing": "the amount names none.",
    }
    warns = frozenset(("missing",))

    def look(self, node: Amount, sight: Sight) -> None:
        """Look up the currency."""
        code = node.currency
        if code is None:
            if node.value:
                sight.find(self, "missing", "currency")
        elif code not in sight.days.currencies:
            _dated(self, "currency", code, "currency", sight)


def _dated(rule: Rule, list_id: str, code: str, field: str, sight: Sight) -> None:
    """Say whether the list lacks the code or has it for other days."""
    edition = rule.codes.edition(list_id, sight.day)
    entry = rule.codes.entry(list_id, code, sight.day)
    if entry is None:
        sight.find(rule, "unknown", field, value=code, list=list_id, edition=edition)
    else:
        day = sight.day.isoformat()
        sight.find(rule, "not-in-force", field, value=code, list=list_id, edition=edition, name=entry.name, day=day)


class _Listed(Rule):
    """A code is in its list; where the list at hand is not the whole one, a code of the right shape only warns."""

    list_id: ClassVar[str]
    shape: ClassVar[re.Pattern[str]]
    cases: ClassVar[dict[str, str]] = {"unknown": _NOT_IN + ".", "not-listed": _PARTIAL}
    warns = frozenset(("not-listed",))

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._members: Container[str] = codes.members(self.list_id)

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look up the code."""
        del node
        if value in self._members:
            return
        edition = self.codes.at(self.list_id)
        partial = edition is not None and not edition.complete and self.shape.fullmatch(value)
        named = self.codes.edition(self.list_id)
        sight.find(self, "not-listed" if partial else "unknown", field, value=value, list=self.list_id, edition=named)


class COD003(_Listed):
    """A unit is a code of UN/ECE Recommendation 20."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "UN/ECE Recommendation 20"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Measure: ("unit",)}
    list_id, shape = "unit", re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
    qualified = re.compile(r"(?P<unit>[A-Z0-9]{2,3})#[A-Z0-9]", re.ASCII)
    """A unit with a qualifier, as the customs tariff of the European Union has them (KGM#G)."""

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look up the unit without its qualifier."""
        found = self.qualified.fullmatch(value)
        super().judge(value if found is None else found["unit"], field, node, sight)


class COD004(_Listed):
    """A kind of package is a code of UN/ECE Recommendation 21."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "UN/ECE Recommendation 21"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Packaging: ("type",)}
    list_id, shape = "package", re.compile(r"[A-Z0-9]{2}", re.ASCII)


class COD005(_Listed):
    """A mode of transport is a code of UN/ECE Recommendation 19."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "UN/ECE Recommendation 19"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {TransportMeans: ("mode",)}
    list_id, shape = "mode", re.compile(r"[0-9]", re.ASCII)


class COD006(Rule):
    """Delivery terms are an Incoterms code of an edition in force on the day, and fit the mode of transport."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "Incoterms 2000, 2010, 2020"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {GoodsShipment: "trade_terms"}
    cases: ClassVar[dict[str, str]] = {
        "unknown": "{value} is in no edition of the Incoterms in force on {day}.",
        "not-in-edition": "{value} is not in the edition {edition}.",
        "sea-only": "{value} is for carriage by sea or inland waterway, and the mode is {mode}.",
        "edition": "there is no edition {edition} in force on {day}.",
    }
    warns = frozenset(("sea-only", "edition"))

    def look(self, node: GoodsShipment, sight: Sight) -> None:
        """Look up the terms in the edition named, else in every edition that the day may know."""
        terms = node.trade_terms
        if terms is None or terms.code is None:
            return
        code, day = terms.code, sight.day
        editions = tuple(one for one in self.codes.editions("incoterm") if one.covers(day))
        if terms.edition is not None:
            named = next((one for one in editions if one.edition == terms.edition), None)
            if named is None:
                sight.find(self, "edition", "tradeTerms/edition", edition=terms.edition, day=day.isoformat())
            elif named.get(code) is None:
                sight.find(self, "not-in-edition", "tradeTerms/code", value=code, edition=terms.edition)
                return
        entry = next((one for edition in reversed(editions) if (one := edition.get(code))), None)
        if entry is None:
            sight.find(self, "unknown", "tradeTerms/code", value=code, day=day.isoformat())
            return
        means = main_means(node.consignment, sight.record)
        if entry.facts.get("mode") == "sea" and means is not None and means.mode in {"2", "3", "4", "5"}:
            sight.find(self, "sea-only", "tradeTerms/code", value=code, mode=means.mode)


_FUNCTION = frozenset("1459")
_FULL = frozenset(("full", "empty"))


class COD015(Rule):
    """A coded field holds one of the codes that its definition names."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "kinds of records, docs/reference; UN/EDIFACT 1225"
    _fields: ClassVar[dict[type[msgspec.Struct], tuple[tuple[str, frozenset[str]], ...]]] = {
        Declaration: (("function", _FUNCTION),),
        CargoReport: (("function", _FUNCTION),),
        TransitMovement: (("function", _FUNCTION),),
        Party: (("role", frozenset(ROLES)), ("scheme", frozenset(("EORI", "VAT", "LEI", "NATIONAL")))),
        TransportEquipment: (("fullness", _FULL),),
        TransportMeans: (("stage", frozenset(("departure", "border", "arrival"))),),
        Consignment: (("level", frozenset(("house", "master"))),),
        Event: (
            ("type", frozenset(("equipment", "transport", "shipment", "gate", "seal", "position"))),
            ("classifier", frozenset(("planned", "estimated", "actual"))),
            ("fullness", _FULL),
        ),
        MovementStep: (
            ("type", frozenset("departure passage incident arrival unloading discharge enquiry".split())),  # noqa: SIM905 - a list of words reads best as words
        ),
        Outcome: (
            ("control", frozenset(("documents", "scan", "physical", "audit"))),
            ("selection", frozenset(("targeted", "random", "all"))),
            ("result", frozenset(("conform", "irregular", "offence"))),
        ),
        Intelligence: (("handling", frozenset(("H0", "H1", "H2", "H3"))),),
    }
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        kind: tuple(name for name, _ in fields) for kind, fields in _fields.items()
    }
    cases: ClassVar[dict[str, str]] = {"unknown": "{value} is not one of {codes}."}

    def judge_of(self, kind: type[msgspec.Struct], attribute: str) -> Judge:
        """Return what looks up the codes of a field."""
        codes = dict(self._fields[kind])[attribute]

        def look_up(value: str, field: str, node: object, sight: Sight) -> None:
            del node
            if value not in codes:
                sight.find(self, "unknown", field, value=value, codes=", ".join(sorted(codes)))

        return look_up
