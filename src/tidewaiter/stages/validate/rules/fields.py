"""Judge fields against each other: containers, means, dangerous goods, words, notify party, licences."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import Commodity, Consignment, Declaration, GoodsItem, TransportMeans
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import Rule, Sight
from tidewaiter.stages.validate.rules._digits import CONTAINER


class XFD001(Rule):
    """Goods said to travel in containers have containers, and goods said not to have none."""

    level: ClassVar[str] = "field"
    standard: ClassVar[str] = "WCO Data Model 096, 31B"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Consignment: "container_indicator"}
    cases: ClassVar[dict[str, str]] = {
        "not-said": "container {value} is listed, and the goods are said not to travel in containers.",
        "none-listed": "the goods are said to travel in containers, and none is listed.",
    }
    warns = frozenset(("none-listed",))

    def look(self, node: Consignment, sight: Sight) -> None:
        """Hold the flag against the equipment; trailers are no containers."""
        if node.container_indicator is None:
            return
        boxes = [one.id for one in node.equipment if one.id is not None and CONTAINER.fullmatch(one.id)]
        if node.container_indicator is False and boxes:
            sight.find(self, "not-said", "containerIndicator", value=boxes[0])
        elif node.container_indicator is True and not node.equipment and not any(one.equipment for one in node.items):
            sight.find(self, "none-listed", "containerIndicator")


_MODES: dict[str, frozenset[str]] = {
    "IMO": frozenset("0168"),
    "MMSI": frozenset("0168"),
    "CALLSIGN": frozenset("0168"),
    "FLIGHT": frozenset("0456"),
    "PLATE": frozenset("0356"),
    "RAIL": frozenset("0256"),
}
"""Kind of identification → modes it can go with; mail goes by any, and a train or ferry carries lorries."""


class XFD002(Rule):
    """The identification of a means of transport is of the kind that its mode has."""

    level: ClassVar[str] = "field"
    standard: ClassVar[str] = "WCO Data Model T007, 183"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {TransportMeans: "id_type"}
    cases: ClassVar[dict[str, str]] = {
        "mismatch": "an identification of kind {kind} does not go with mode {mode}.",
        "unknown-kind": "{kind} is not one of IMO, MMSI, CALLSIGN, FLIGHT, PLATE, RAIL, NAME.",
    }
    warns = frozenset(("unknown-kind",))

    def look(self, node: TransportMeans, sight: Sight) -> None:
        """Hold the kind against the mode."""
        kind = node.id_type
        if kind is None or kind == "NAME":
            return
        modes = _MODES.get(kind)
        if modes is None:
            sight.find(self, "unknown-kind", "idType", kind=kind)
        elif node.mode is not None and node.mode not in modes:
            sight.find(self, "mismatch", "idType", kind=kind, mode=node.mode)


_HARMLESS = re.compile(
    r"\b(?:non[- ]?(?:haz\w*|dangerous|dg)|not (?:restricted|dangerous|hazardous)|no dangerous)\b", re.IGNORECASE
)
_DANGEROUS = re.compile(
    r"\b(?:lithium[- ](?:ion |metal |polymer )?(?:cells?|batter\w+)|power ?banks?|fireworks?|firecrackers?|ammunition"
    r"|cartridges? for weapons?|explosives?|detonat\w+|dynamite|flammable|inflammable|petrol|gasoline|kerosene"
    r"|aerosols?|(?:sulphuric|sulfuric|nitric|hydrochloric|hydrofluoric|perchloric) acid|caustic soda"
    r"|sodium cyanide|ammonium nitrate|hydrogen peroxide|radioactive|compressed (?:gas|oxygen|hydrogen)|chlorine"
    r"|acetone|toluene|methanol|calcium hypochlorite|pesticides?|poison\w*|toxic)\b",
    re.IGNORECASE,
)


class XFD003(Rule):
    """Goods described as dangerous carry dangerous-goods data, and goods that carry it are not called harmless."""

    level: ClassVar[str] = "field"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "UN Recommendations on the Transport of Dangerous Goods, 5.4; IMDG Code"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Commodity: "description"}
    cases: ClassVar[dict[str, str]] = {
        "not-declared": "the description says {words!r}, and no UN number is given.",
        "called-harmless": "a UN number is given, and the description says {words!r}.",
    }

    def look(self, node: Commodity, sight: Sight) -> None:
        """Look for words of either kind in the description."""
        text = node.description
        if text is None:
            return
        harmless = _HARMLESS.search(text)
        if node.dangerous_goods:
            if harmless:
                sight.find(self, "called-harmless", "description", words=harmless[0])
        elif not harmless and (words := _DANGEROUS.search(text)):
            sight.find(self, "not-declared", "description", words=words[0])


_GENERIC_WORDS = """
a accessories accessory an and any apparatus apparel appliances article articles as assorted assortment
attached bag bags box boxes cargo carton cartons chemical chemicals clothes clothing commercial commodities
commodity consolidated consolidation consumer contain container containers contents effects electronic
electronics equipment etc fak food foodstuff foodstuffs for freight general gift gifts good goods hardware
household import imported in invoice iron item items kit kits list load loads lot lots machine machinery
machines material materials merchandise metal metals misc miscellaneous mixed new nos not of one ornaments
other others package packages pallet pallets parcel parcels part parts pc pcs per personal piece pieces
plastic plastics product production products ref said sample samples see set sets shipment spare spares steel
stuff sundries sundry supplies tba tbc tbd tbn textile textiles the things to tools toys unknown used utensils
various vehicles wares wearing with
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that name no goods, alone or together: our own list, of the kinds that customs guidance refuses."""

_WORDS = re.compile(r"[^\W\d_]+")


class XFD004(Rule):
    """A description is precise enough to tell what the goods are without opening the box."""

    level: ClassVar[str] = "field"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "Regulation (EU) 2015/2446, Annex B, D.E. 18 05; WCO SAFE Framework"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Commodity: "description"}
    cases: ClassVar[dict[str, str]] = {
        "short": "it has fewer than {least} characters.",
        "no-words": "there is no word in it.",
        "generic": "{value!r} says only what anything could be.",
    }

    def look(self, node: Commodity, sight: Sight) -> None:
        """Look for a word that names goods; an absent description is not judged here."""
        text = node.description
        if text is None:
            return
        least = self.settings.description_characters_min
        if len(text.strip()) < least:
            sight.find(self, "short", "description", least=least)
            return
        words = _WORDS.findall(text.lower())
        if not words:
            sight.find(self, "no-words", "description")
        elif all(word in _GENERIC for word in words):
            sight.find(self, "generic", "description", value=text)


class XFD005(Rule):
    """A transport document made out to order names a party to notify."""

    level: ClassVar[str] = "field"
    standard: ClassVar[str] = "Regulation (EU) 2015/2446, Annex B, D.E. 13 14; WCO Data Model 61B"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Consignment: "to_order"}
    cases: ClassVar[dict[str, str]] = {"no-notify": "there is none."}

    def look(self, node: Consignment, sight: Sight) -> None:
        """Look for the party where the document is to order, here or in the declaration."""
        if node.to_order is not True:
            return
        parties = node.parties
        if isinstance(sight.record, Declaration):
            parties = (*parties, *sight.record.parties)
        if not any(party.role == "notify" for party in parties):
            sight.find(self, "no-notify", "parties" if node.parties else "")


_LICENSED: dict[str, str] = {
    "93": "arms and ammunition",
    "8710": "armoured fighting vehicles",
    "3601": "propellant powders",
    "3602": "prepared explosives",
    "3603": "fuses and detonators",
    "3604": "fireworks",
    "2844": "radioactive material",
    "121130": "coca leaf",
    "121140": "poppy straw",
    "130211": "opium",
    "293911": "concentrates of poppy straw, opium alkaloids",
    "293919": "opium alkaloids",
    "293941": "ephedrine",
    "293942": "pseudoephedrine",
    "293961": "ergometrine",
    "293962": "ergotamine",
    "293963": "lysergic acid",
    "293972": "cocaine and ecgonine",
    "050710": "ivory",
    "710210": "unsorted diamonds",
    "710221": "rough industrial diamonds",
    "710231": "rough diamonds",
}
"""Beginning of an HS code → goods that most administrations let in under licence or certificate only."""


class XFD006(Rule):
    """Goods that are controlled nearly everywhere come with a licence or another document."""

    level: ClassVar[str] = "field"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "Arms Trade Treaty; UN drug conventions; CITES; Kimberley Process"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {GoodsItem: "commodity"}
    cases: ClassVar[dict[str, str]] = {"none": "{value} is {goods}, and no document is given."}

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._first = frozenset(code[:2] for code in _LICENSED)

    def look(self, node: GoodsItem, sight: Sight) -> None:
        """Look at the code, then for any document with the goods, the item or the record."""
        goods = node.commodity
        if goods is None or not goods.classifications:
            return
        code = goods.classifications[0].id
        if code is None or code[:2] not in self._first:
            return
        kind = next((what for start, what in _LICENSED.items() if code.startswith(start)), None)
        if kind is None or goods.licence is not None or node.documents:
            return
        if isinstance(sight.record, Declaration) and sight.record.documents:
            return
        sight.find(self, "none", "commodity/classifications/0/id", value=code, goods=kind)
