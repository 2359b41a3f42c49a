"""Judge the form of identifiers from registers: EORI, VAT, LEI, GTIN, travel documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar

import msgspec
from stdnum import ean, lei, vatin
from stdnum.exceptions import InvalidFormat, InvalidLength, ValidationError
from stdnum.util import get_cc_module

from tidewaiter.kernel.codes import ICAO, Codes
from tidewaiter.kernel.records import Commodity, Party, Traveller
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import Rule, Sight

_CHECK_DIGIT = "the check digit of {value} does not fit."


_EORI = re.compile(r"([A-Z]{2})[A-Z0-9]{1,15}", re.ASCII)


class FMT008(Rule):
    """An EORI number is the country that gave it and one to fifteen letters and digits."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "Regulation (EU) 2015/2446, Annex 12-01"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Party: "scheme"}
    cases: ClassVar[dict[str, str]] = {
        "shape": "{value} is not of that form.",
        "country": "{value} begins with no country.",
    }

    def look(self, node: Party, sight: Sight) -> None:
        """Look at the number where the field says that it is one."""
        if node.scheme != "EORI" or node.id is None:
            return
        match = _EORI.fullmatch(node.id)
        if match is None:
            sight.find(self, "shape", "id", value=node.id)
        elif not self.codes.has("country", match[1]):
            sight.find(self, "country", "id", value=node.id)


def _checked(validate: Callable[[str], str]) -> Callable[[str], str]:
    """Return a remembered check that says ok, shape or check-digit."""

    @lru_cache(maxsize=16_384)
    def check(number: str) -> str:
        try:
            validate(number)
        except (InvalidFormat, InvalidLength):
            return "shape"
        except (ValidationError, ValueError):
            return "check-digit"
        return "ok"

    return check


_vat = _checked(vatin.validate)
_lei = _checked(lei.validate)
_gtin = _checked(ean.validate)


@lru_cache(maxsize=1_024)
def _has_vat_rules(country: str) -> bool:
    """Say whether the form of a country's VAT numbers is known; EL is Greece and XI Northern Ireland."""
    return get_cc_module({"EL": "gr", "XI": "gb"}.get(country, country.lower()), "vat") is not None


_VAT = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,15}", re.ASCII)
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}", re.ASCII)
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII)


class FMT009(Rule):
    """A VAT number begins with its country and has the form and check digits of that country."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "Directive 2006/112/EC, Article 215; national rules in python-stdnum"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Party: "scheme"}
    cases: ClassVar[dict[str, str]] = {"shape": "{value} is not of that form.", "check-digit": _CHECK_DIGIT}

    def look(self, node: Party, sight: Sight) -> None:
        """Look at the number where the field says that it is one; a country without a known form is let pass."""
        if node.scheme != "VAT" or node.id is None:
            return
        if not _VAT.fullmatch(node.id):
            sight.find(self, "shape", "id", value=node.id)
        elif _has_vat_rules(node.id[:2]) and (verdict := _vat(node.id)) != "ok":
            sight.find(self, verdict, "id", value=node.id)


class FMT010(Rule):
    """A legal entity identifier is 20 characters, the last two of them check digits that fit."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "ISO 17442-1"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Party: "scheme"}
    cases: ClassVar[dict[str, str]] = {"shape": "{value} is not of that form.", "check-digit": _CHECK_DIGIT}

    def look(self, node: Party, sight: Sight) -> None:
        """Look at the identifier where the field says that it is one."""
        if node.scheme != "LEI" or node.id is None:
            return
        if not _LEI.fullmatch(node.id):
            sight.find(self, "shape", "id", value=node.id)
        elif _lei(node.id) != "ok":
            sight.find(self, "check-digit", "id", value=node.id)


class FMT011(Rule):
    """A Global Trade Item Number is 8, 12, 13 or 14 digits, the last of them a check digit that fits."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "GS1 General Specifications, 7.9"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Commodity: ("gtin",)}
    cases: ClassVar[dict[str, str]] = {"shape": "{value} is not of that form.", "check-digit": _CHECK_DIGIT}

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look at the number."""
        del node
        if not _GTIN.fullmatch(value):
            sight.find(self, "shape", field, value=value)
        elif _gtin(value) != "ok":
            sight.find(self, "check-digit", field, value=value)


_TRAVEL = re.compile(r"[A-Z0-9]{1,20}", re.ASCII)


class FMT013(Rule):
    """A travel document's number is capitals and digits, as in its machine-readable zone, and a nationality is ICAO's.

    Values are never repeated: they are personal data.
    """

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "ICAO Doc 9303-3"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Traveller: ""}
    cases: ClassVar[dict[str, str]] = {
        "number": "the number of document {number} is not.",
        "nationality": "the nationality is not.",
    }

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        edition = codes.at("country")
        entries = (edition.get(code) for code in codes.members("country")) if edition is not None else ()  # type: ignore[attr-defined]
        self._nations = ICAO | {entry.facts["alpha3"] for entry in entries if entry and "alpha3" in entry.facts}

    def look(self, node: Traveller, sight: Sight) -> None:
        """Look at documents and nationality."""
        for place, document in enumerate(node.documents):
            if document.number is not None and not _TRAVEL.fullmatch(document.number.rstrip("<")):
                sight.find(self, "number", f"documents/{place}/number", number=place + 1)
        if node.nationality is not None and node.nationality not in self._nations:
            sight.find(self, "nationality", "nationality")
