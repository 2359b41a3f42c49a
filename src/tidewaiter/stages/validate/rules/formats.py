"""Judge the form of numbers on the way: containers, ships, references, waybills, offices."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from tidewaiter.kernel.records import (
    CargoReport,
    Consignment,
    Declaration,
    Document,
    Event,
    GoodsItem,
    GoodsShipment,
    TransitMovement,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.validate.rule import LIST_SOURCE, Rule, Sight
from tidewaiter.stages.validate.rules import _digits
from tidewaiter.stages.validate.rules._quantities import main_means

_CHECK_DIGIT = "the check digit of {value} does not fit."


class FMT001(Rule):
    """A container is identified by ISO 6346: owner, category, serial number and a check digit that fits."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "ISO 6346:2022, Annex A"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        TransportEquipment: ("id",),
        GoodsItem: ("equipment",),
        Event: ("equipment",),
    }
    cases: ClassVar[dict[str, str]] = {"check-digit": _CHECK_DIGIT, "shape": "{value} is not of that form."}
    warns = frozenset(("shape",))

    def judge(self, value: str | tuple[str, ...], field: str, node: object, sight: Sight) -> None:
        """Look at one number or many; another form only warns, for trailers and air containers have numbers too."""
        del node
        if isinstance(value, str):
            self._number(value, field, sight)
        else:
            for place, number in enumerate(value):
                self._number(number, f"{field}/{place}", sight)

    def _number(self, number: str, field: str, sight: Sight) -> None:
        """Look at one number."""
        if not _digits.CONTAINER.fullmatch(number):
            sight.find(self, "shape", field, value=number)
        elif not _digits.container_fits(number):
            sight.find(self, "check-digit", field, value=number)


_SIZE_TYPE = re.compile(r"[1-4A-HK-NP][0245689C-FL-NP](?:[A-Z][0-9A-Z])", re.ASCII)
_SIZE_TYPE_1984 = re.compile(r"[0-9]{4}", re.ASCII)


class FMT002(Rule):
    """A container's size and type are the four characters of ISO 6346: length, height and width, and type."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "ISO 6346:2022, Annex D and E"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {TransportEquipment: ("size_type",)}
    cases: ClassVar[dict[str, str]] = {
        "shape": "{value} is not of that form.",
        "old": "{value} is a code of the edition of 1984.",
    }
    warns = frozenset(("old",))

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look at the four characters."""
        del node
        if not _SIZE_TYPE.fullmatch(value):
            sight.find(self, "old" if _SIZE_TYPE_1984.fullmatch(value) else "shape", field, value=value)


class FMT003(Rule):
    """A ship's IMO number is seven digits, the last of them a check digit that fits."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "IMO Resolution A.1117(30)"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {TransportMeans: "id_type"}
    cases: ClassVar[dict[str, str]] = {"check-digit": _CHECK_DIGIT, "shape": "{value} is not seven digits."}

    def look(self, node: TransportMeans, sight: Sight) -> None:
        """Look at the number where the field says that it is one; IMO before it is let pass."""
        if node.id_type != "IMO" or node.id is None:
            return
        number = node.id.removeprefix("IMO").strip()
        if len(number) != len("9074729") or not (number.isascii() and number.isdigit()):
            sight.find(self, "shape", "id", value=node.id)
        elif not _digits.imo_fits(number):
            sight.find(self, "check-digit", "id", value=node.id)


_MMSI = re.compile(r"(?:[2-7][0-9]{8}|98[2-7][0-9]{6})", re.ASCII)


class FMT004(Rule):
    """A ship's MMSI is nine digits that begin with a country's three, or with 98 for a craft of a ship."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "Recommendation ITU-R M.585-9"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {TransportMeans: "id_type"}
    cases: ClassVar[dict[str, str]] = {"shape": "{value} is not of that form."}

    def look(self, node: TransportMeans, sight: Sight) -> None:
        """Look at the number where the field says that it is one."""
        if node.id_type == "MMSI" and node.id is not None and not _MMSI.fullmatch(node.id):
            sight.find(self, "shape", "id", value=node.id)


class FMT005(Rule):
    """A movement reference number of the common European form ends in its check digit."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "Regulation (EU) 2015/2446, Annex B, D.E. 12 02; weights of ISO 6346"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Declaration: ("mrn",), TransitMovement: ("mrn",)}
    cases: ClassVar[dict[str, str]] = {"check-digit": _CHECK_DIGIT}

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look at numbers of that form only: 18 characters with a year and a country that uses it."""
        del node
        match = _digits.MRN.fullmatch(value)
        if match and match[1] in _digits.MRN_COUNTRIES and not _digits.mrn_fits(value):
            sight.find(self, "check-digit", field, value=value)


_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./\\_:+&()#*,'=?!@$%-]*", re.ASCII)


class FMT006(Rule):
    """A local reference number is letters, digits and common signs, and begins with a letter or digit."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "Regulation (EU) 2015/2446, Annex B, D.E. 12 09; ISO 9735 level B"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        Declaration: ("lrn",),
        TransitMovement: ("lrn",),
        CargoReport: ("lrn",),
    }
    cases: ClassVar[dict[str, str]] = {"characters": "{value} is not.", "blank": "it is empty or ends in a blank."}

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look at the characters."""
        del node
        if not value or value[0] == " " or value[-1] == " ":
            sight.find(self, "blank", field)
        elif not _REFERENCE.fullmatch(value):
            sight.find(self, "characters", field, value=value)


_UCR = re.compile(r"[0-9][A-Z]{2}[A-Z0-9()/.-]{1,32}", re.ASCII)
_UCR_MOST = 35


class FMT007(Rule):
    """A unique consignment reference is the year's digit, a country and a reference, at most 35 characters."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "WCO Recommendation on the UCR (2004); ISO 15459"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        GoodsShipment: ("ucr",),
        Consignment: ("ucr",),
        GoodsItem: ("ucr",),
    }
    cases: ClassVar[dict[str, str]] = {
        "too-long": "{value} has {length} characters.",
        "shape": "{value} is not of that form.",
    }
    warns = frozenset(("shape",))

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look at the reference; another form within the length only warns."""
        del node
        if len(value) > _UCR_MOST:
            sight.find(self, "too-long", field, value=value, length=len(value))
        elif not _UCR.fullmatch(value):
            sight.find(self, "shape", field, value=value)


_WAYBILL_TYPES = frozenset(("740", "741"))
_POSTAL_TYPES = frozenset(("CN22", "CN23", "CP71", "CP72", "CN37", "CN38"))


class FMT012(Rule):
    """The number of an air waybill, or of a postal item, has its check digit."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "IATA Resolution 600a; UPU standard S10"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Consignment: ("transport_document", "master_document")}
    cases: ClassVar[dict[str, str]] = {"check-digit": _CHECK_DIGIT, "shape": "{value} is not eleven digits."}
    warns = frozenset(("shape",))

    def judge(self, value: Document, field: str, node: Consignment, sight: Sight) -> None:
        """Look at a transport document; a house waybill's number is the forwarder's own."""
        number, where = value.number, f"{field}/number"
        if number is None:
            return
        if value.type in _WAYBILL_TYPES:
            house = node.level == "house" and value is node.transport_document
            self._waybill(number, where, sight, own=house or value.type == "740")
        elif (
            _digits.S10.fullmatch(number) and self._by_post(node, value.type, sight) and not _digits.postal_fits(number)
        ):
            sight.find(self, "check-digit", where, value=number)

    def _waybill(self, text: str, field: str, sight: Sight, *, own: bool) -> None:
        """Look at a waybill's number, written with or without its dash; one that may be a house's is seldom judged."""
        number = text.replace("-", "").replace(" ", "")
        if len(number) == len("02012345675") and number.isascii() and number.isdigit():
            if not _digits.waybill_fits(number):
                sight.find(self, "check-digit", field, value=text)
        elif not own:
            sight.find(self, "shape", field, value=text)

    def _by_post(self, node: Consignment, kind: str | None, sight: Sight) -> bool:
        """Say whether the goods come by post."""
        means = main_means(node, sight.record)
        return kind in _POSTAL_TYPES or (means is not None and means.mode == "5")


_OFFICE = re.compile(r"[A-Z]{2}[A-Z0-9]{6}", re.ASCII)
_COMMON_TRANSIT = frozenset(("T", "T1", "T2", "T2F", "T2SM", "TIR"))


class FMT014(Rule):
    """A customs office is in the list of offices loaded, and in common transit has a country and six characters."""

    level: ClassVar[str] = "format"
    standard: ClassVar[str] = "Customs Office List (COL); Regulation (EU) 2015/2446, Annex B"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        Declaration: ("office",),
        CargoReport: ("office",),
        TransitMovement: ("departure_office", "destination_office", "transit_offices"),
    }
    cases: ClassVar[dict[str, str]] = {
        "unknown": "{value} is not in " + LIST_SOURCE + ".",
        "shape": "{value} is not of that form.",
    }
    warns = frozenset(("shape",))

    def judge(self, value: str | tuple[str, ...], field: str, node: object, sight: Sight) -> None:
        """Look up an office or many; without a list, look at the form in common transit only."""
        transit = node.type if type(node) is TransitMovement else None
        if isinstance(value, str):
            self._office(value, field, sight, transit)
        else:
            for place, office in enumerate(value):
                self._office(office, f"{field}/{place}", sight, transit)

    def _office(self, office: str, field: str, sight: Sight, transit: str | None) -> None:
        """Look up one office."""
        if self.codes.loaded("office"):
            if not self.codes.has("office", office, sight.day):
                edition = self.codes.edition("office", sight.day)
                sight.find(self, "unknown", field, value=office, list="office", edition=edition)
        elif transit in _COMMON_TRANSIT and not _OFFICE.fullmatch(office):
            sight.find(self, "shape", field, value=office)
