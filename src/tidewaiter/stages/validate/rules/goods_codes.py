"""Judge the codes of goods: the Harmonized System, its edition, and dangerous goods."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from tidewaiter.kernel.codes import HS_EDITIONS, Codes
from tidewaiter.kernel.records import Classification, DangerousGoods
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import LIST_SOURCE, Rule, Sight

_HS_TYPES = frozenset((None, "", "HS", "CN", "TSP", "TARIC", "HTS"))
"""Nomenclatures (Classification.type) whose first six digits are the Harmonized System's."""

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_NATIONAL = frozenset(("98", "99"))
_HEADING, _SUBHEADING, _LONGEST = 4, 6, 14


class COD011(Rule):
    """A goods code is six to fourteen digits, and begins with a chapter of the Harmonized System, 01 to 97 but 77."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "HS Convention, Annex"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Classification: "id"}
    cases: ClassVar[dict[str, str]] = {
        "malformed": "{value} is not digits only.{note}",
        "length": "{value} has {length} digits.{hint}{note}",
        "heading": "{value} is a heading and no subheading.{note}",
        "chapter": "there is no chapter {chapter} ({value}).{note}",
        "national-chapter": "chapter {chapter} ({value}) is for national use.{note}",
        "missing": "the code is empty.{note}",
    }
    warns = frozenset(("heading", "national-chapter"))

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        loaded = codes.loaded("hs")
        self._note = "" if loaded else " No HS list is loaded: structure and chapter are all that was checked."

    def look(self, node: Classification, sight: Sight) -> None:
        """Look at the digits and the first two of them."""
        code = node.id
        if code is None or node.type not in _HS_TYPES:
            return
        note = self._note
        chapter = code[:2]
        if _SUBHEADING <= len(code) <= _LONGEST and code.isdigit() and code.isascii():
            if chapter in _NATIONAL:
                sight.find(self, "national-chapter", "id", value=code, chapter=chapter, note=note)
            elif chapter in {"00", "77"}:
                sight.find(self, "chapter", "id", value=code, chapter=chapter, note=note)
        elif not code:
            sight.find(self, "missing", "id", note=note)
        elif not _DIGITS.fullmatch(code):
            sight.find(self, "malformed", "id", value=code, note=note)
        elif len(code) == _HEADING:
            sight.find(self, "heading", "id", value=code, note=note)
        else:
            hint = zero_hint(self.codes, code, sight) if len(code) == _SUBHEADING - 1 else ""
            sight.find(self, "length", "id", value=code, length=len(code), hint=hint, note=note)


def zero_hint(codes: Codes, code: str, sight: Sight) -> str:
    """Return a hint where the code with a zero before it exists; spreadsheets drop it."""
    padded = f"0{code}"
    listed = sight.days.hs
    exists = padded[:_SUBHEADING] in listed if codes.loaded("hs") and listed is not None else padded[1] != "0"
    return f" {padded} exists: a spreadsheet may have dropped the leading zero." if exists else ""


class COD012(Rule):
    """A goods code is in the edition of the Harmonized System in force on the day, or in the edition that it names."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "HS Convention, Article 16; WCO correlation tables"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Classification: "id"}
    cases: ClassVar[dict[str, str]] = {
        "unknown": "{value} is not in " + LIST_SOURCE + ".{hint}",
        "other-edition": "{value} is not in " + LIST_SOURCE + "; it is in edition {found}.",
        "not-loaded": "{value} cannot be looked up: edition {edition} of the list hs is not loaded.",
    }
    warns = frozenset(("other-edition", "not-loaded"))

    def look(self, node: Classification, sight: Sight) -> None:
        """Look up the first six digits (four of a heading); nothing without a list, or in chapters for national use."""
        listed = sight.days.hs
        if listed is None:
            return
        code = node.id
        if code is None:
            return
        key = code[:_SUBHEADING]
        if key in listed and node.edition is None:
            return
        self._look_closer(node, code, key, sight)

    def _look_closer(self, node: Classification, code: str, key: str, sight: Sight) -> None:
        """Say which edition lacks the code, and which has it."""
        if node.type not in _HS_TYPES or code[:2] in _NATIONAL or not _DIGITS.fullmatch(code):
            return
        if len(code) < _SUBHEADING and len(code) != _HEADING:
            return
        edition = self.codes.named("hs", node.edition) if node.edition else self.codes.at("hs", sight.day)
        if edition is None or not (node.edition or edition.covers(sight.day)):
            wanted = node.edition or _edition_of(sight)
            sight.find(self, "not-loaded", "id", value=code, edition=wanted)
            return
        if edition.get(key) is not None:
            return
        other = next((one.edition for one in reversed(self.codes.editions("hs")) if one.get(key) is not None), None)
        facts = {"value": code, "list": "hs", "edition": edition.edition}
        if other is not None:
            sight.find(self, "other-edition", "id", **facts, found=other)
        else:
            sight.find(self, "unknown", "id", **facts, hint=zero_hint(self.codes, code, sight))


def _edition_of(sight: Sight) -> str:
    """Return the edition that the WCO has in force on the day, or the day itself before the first."""
    for name, (start, end) in HS_EDITIONS.items():
        if start <= sight.day and (end is None or sight.day <= end):
            return name
    return sight.day.isoformat()


_UN_NUMBER = re.compile(r"[0-9]{4}", re.ASCII)
_UN_MOST = 3600  # the UN Recommendations, 23rd edition, end below it
_CLASS = re.compile(r"1(\.[1-6][A-HJKLNS]?)?|2(\.[1-3])?|3|4\.[1-3]|5\.[12]|6\.[12]|7|8|9", re.ASCII)


class COD014(Rule):
    """Dangerous goods have a UN number of four digits, a class or division, and a packing group from I to III."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "UN Recommendations on the Transport of Dangerous Goods, 2.0"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {DangerousGoods: ""}
    cases: ClassVar[dict[str, str]] = {
        "un-number": "{value} is not a UN number.",
        "class": "{value} is neither a class nor a division.",
        "packing-group": "{value} is not a packing group.",
        "no-group": "goods of class {value} have no packing group.",
        "incomplete": "the UN number or the class is missing.",
    }
    warns = frozenset(("no-group", "incomplete"))

    def look(self, node: DangerousGoods, sight: Sight) -> None:
        """Look at number, class and group."""
        number, hazard, group = node.un_number, node.hazard_class, node.packing_group
        if number is None or hazard is None:
            sight.find(self, "incomplete")
        if number is not None and not (_UN_NUMBER.fullmatch(number) and 4 <= int(number) <= _UN_MOST):  # noqa: PLR2004 - UN 0004 is the first
            sight.find(self, "un-number", "unNumber", value=number)
        if hazard is not None and not _CLASS.fullmatch(hazard):
            sight.find(self, "class", "hazardClass", value=hazard)
        if group is not None and group not in {"I", "II", "III"}:
            sight.find(self, "packing-group", "packingGroup", value=group)
        elif group is not None and hazard is not None and hazard[:1] in {"1", "2", "7"}:
            sight.find(self, "no-group", "packingGroup", value=hazard)
