"""Judge places: UN/LOCODE and airports, what a place is for, its country, its coordinates."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from tidewaiter.kernel.codes import ALIASES, FUNCTIONS, Codes
from tidewaiter.kernel.records import CargoReport, Consignment, Event, Location
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import LIST_SOURCE, Rule, Sight
from tidewaiter.stages.validate.rules._quantities import coordinates, great_circle_km, main_means

_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)
_IATA = re.compile(r"[A-Z]{3}", re.ASCII)


class COD007(Rule):
    """A place is a UN/LOCODE: a country and three characters that the list has."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "UN/ECE Recommendation 16"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Location: ("code",)}
    cases: ClassVar[dict[str, str]] = {
        "malformed": "{value} is not two letters and three letters or digits from 2 to 9.",
        "country": "{value} begins with {country}, which is no country.",
        "unknown": "{value} is not in " + LIST_SOURCE + ".",
        "not-listed": "{value} is not in " + LIST_SOURCE + "; it may be newer than the list.",
    }
    warns = frozenset(("not-listed",))

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._places = codes.at("locode")

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look up the place; three letters alone are an airport's (COD-013)."""
        del field, node
        code, places = value, self._places
        if places is None or _IATA.fullmatch(code) or places.get(code) is not None:
            return
        if not _LOCODE.fullmatch(code):
            sight.find(self, "malformed", "code", value=code)
        elif not self.codes.has("country", code[:2]):
            sight.find(self, "country", "code", value=code, country=code[:2])
        else:
            case = "unknown" if places.complete else "not-listed"
            sight.find(self, case, "code", value=code, list="locode", edition=places.edition)


class COD008(Rule):
    """A place of loading, unloading or call has the function that the mode of transport needs."""

    level: ClassVar[str] = "code"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "UN/ECE Recommendation 16, function classifier"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Consignment: "", CargoReport: "call"}
    cases: ClassVar[dict[str, str]] = {
        "function": "{value} ({name}) is not listed as {function} in " + LIST_SOURCE + ".{hint}",
    }
    _wanted: ClassVar[frozenset[str]] = frozenset("1234")  # modes and function classifiers share their digits

    def look(self, node: Consignment | CargoReport, sight: Sight) -> None:
        """Hold each place against the mode."""
        if isinstance(node, CargoReport):
            means, places = node.transport_means, ((node.call, "call/code"),)
        else:
            if node.loading is None and node.unloading is None:
                return
            means = main_means(node, sight.record)
            places = ((node.loading, "loading/code"), (node.unloading, "unloading/code"))  # type: ignore[assignment]
        mode = means.mode if means is not None else None
        if mode not in self._wanted:
            return
        for place, field in places:
            if place is not None and place.code is not None:
                self._place(place.code, str(mode), field, sight)

    def _place(self, code: str, mode: str, field: str, sight: Sight) -> None:
        """Look up one place; a place without a known function is let pass."""
        entry = self.codes.entry("locode", code)
        functions = entry.facts.get("function", "") if entry is not None else ""
        if entry is None or not functions or mode in functions:
            return
        alias = ALIASES.get((code, mode))
        hint = f" {alias} is probably meant." if alias else ""
        edition = self.codes.edition("locode")
        sight.find(
            self,
            "function",
            field,
            value=code,
            name=entry.name,
            function=FUNCTIONS[mode],
            list="locode",
            edition=edition,
            hint=hint,
        )


_FAMILIES: tuple[frozenset[str], ...] = tuple(
    frozenset(family.split())
    for family in (
        "GB XI GG JE IM",
        "US PR VI GU AS MP UM",
        "FR GF GP MQ RE YT BL MF MC PM",
        "ES XC XL IC EA",
        "FI AX",
        "NO SJ BV",
        "RS XK XS",
        "CN HK MO",
        "NL BQ AW CW SX",
        "DK GL FO",
        "IT SM VA",
        "CH LI",
        "IL PS",
    )
)
"""Territories whose places are found under each other's codes."""


class COD009(Rule):
    """A place lies in the country that is stated beside it."""

    level: ClassVar[str] = "code"
    standard: ClassVar[str] = "UN/ECE Recommendation 16, 7"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Location: "country"}
    cases: ClassVar[dict[str, str]] = {"other-country": "{value} lies in {found}, and {stated} is stated."}

    def look(self, node: Location, sight: Sight) -> None:
        """Hold the place's first two letters against the country; XZ is the open sea."""
        code, stated = node.code, node.country
        if code is None or stated is None or len(code) != len("NLRTM") or code.startswith(stated):
            return
        found = code[:2]
        if found == "XZ" or any(found in family and stated in family for family in _FAMILIES):
            return
        if self.codes.has("country", found) and self.codes.has("country", stated):
            sight.find(self, "other-country", "country", value=code, found=found, stated=stated)


class COD010(Rule):
    """Coordinates are degrees on the globe and lie near the place that is named with them."""

    level: ClassVar[str] = "code"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "WGS 84; UN/LOCODE coordinates"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Event: ""}
    cases: ClassVar[dict[str, str]] = {
        "range": "latitude is from -90 to 90 and longitude from -180 to 180.",
        "incomplete": "one of latitude and longitude is missing.",
        "far": "they lie {distance} km from {value} ({name}), and {most} km are allowed.",
    }

    def look(self, node: Event, sight: Sight) -> None:
        """Hold the coordinates against the globe and the place."""
        latitude, longitude = node.latitude, node.longitude
        if latitude is None and longitude is None:
            return
        if latitude is None or longitude is None:
            sight.find(self, "incomplete", "latitude" if latitude is None else "longitude")
            return
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees; not a number fails too
            sight.find(self, "range", "latitude")
            return
        code = node.place.code if node.place is not None else None
        entry = self.codes.entry("locode", code) if code is not None else None
        listed = coordinates(entry)
        if listed is None or entry is None or code is None:
            return
        distance, most = great_circle_km(listed, (latitude, longitude)), self.settings.place_kilometres_max
        if distance > most:
            sight.find(self, "far", "latitude", distance=round(distance), value=code, name=entry.name, most=most)


class COD013(Rule):
    """A place of three letters is an airport's or city's IATA location code."""

    level: ClassVar[str] = "code"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "IATA Resolution 763"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {Location: ("code",)}
    cases: ClassVar[dict[str, str]] = {"unknown": "{value} is not in " + LIST_SOURCE + "."}

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Look up three letters."""
        del node
        if len(value) == len("AMS") and _IATA.fullmatch(value) and not self.codes.has("airport", value):
            sight.find(self, "unknown", field, value=value, list="airport", edition=self.codes.edition("airport"))
