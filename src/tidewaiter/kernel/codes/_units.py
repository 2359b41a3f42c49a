"""Hold the units of measure, packages, modes and delivery terms that trade uses, as our own tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tidewaiter.kernel.codes.model import CodeList, Entry, fingerprint

UNITS = """
KGM kilogram|GRM gram|MGM milligram|MC microgram|CGM centigram|DJ decagram|HGM hectogram|DTN decitonne|TNE tonne
KTN kilotonne|LBR pound|ONZ ounce|APZ troy ounce|STN short ton|LTN long ton|STI stone|CWA hundred pound
CWI hundredweight|GRN grain|DWT pennyweight|CTM metric carat|KSD kilogram of dry matter 90 %
KNS kilogram of named substance|KMA kilogram of methylamine|KNI kilogram of nitrogen
KPH kilogram of potassium hydroxide|KPO kilogram of potassium oxide|KPP kilogram of phosphorus pentoxide
KSH kilogram of sodium hydroxide|KUR kilogram of uranium|KCC kilogram of choline chloride
KHY kilogram of hydrogen peroxide|KDW kilogram drained net weight|TSD tonne of substance 90 % dry
GFI gram of fissile isotope|MTR metre|CMT centimetre|MMT millimetre|DMT decimetre|KMT kilometre|HMT hectometre
A45 decametre|INH inch|FOT foot|YRD yard|SMI mile|NMI nautical mile|4H micrometre|LM linear metre|LF linear foot
MTK square metre|CMK square centimetre|MMK square millimetre|DMK square decimetre|KMK square kilometre
INK square inch|FTK square foot|YDK square yard|MIK square mile|HAR hectare|ARE are|ACR acre|MTQ cubic metre
CMQ cubic centimetre|MMQ cubic millimetre|DMQ cubic decimetre|INQ cubic inch|FTQ cubic foot|YDQ cubic yard|LTR litre
MLT millilitre|CLT centilitre|DLT decilitre|HLT hectolitre|MAL megalitre|K6 kilolitre|A44 decalitre|4G microlitre
GLI gallon (UK)|GLL gallon (US)|GLD dry gallon (US)|PTI pint (UK)|PTL liquid pint (US)|PTD dry pint (US)
PT pint (US)|QTI quart (UK)|QTL liquid quart (US)|QTD dry quart (US)|QT quart (US)|OZA fluid ounce (US)
OZI fluid ounce (UK)|BLL barrel (US, petroleum)|BLD dry barrel (US)|BUA bushel (US)|BUI bushel (UK)
LPA litre of pure alcohol|HPA hectolitre of pure alcohol|ASV alcoholic strength by volume
ASM alcoholic strength by mass|NM3 normalised cubic metre|SM3 standard cubic metre|MTS metre per second
KMH kilometre per hour|KNT knot|C62 one|H87 piece|EA each|NAR number of articles|NMP number of packs
NPL number of parcels|NPR number of pairs|NPT number of parts|NIU number of international units|NRL number of rolls
NCL number of cells|NBB number of bobbins|PR pair|SET set|DZN dozen|DZP dozen packs|DPR dozen pairs|DRL dozen rolls
DPC dozen pieces|GRO gross|GGR great gross|HC hundred count|CEN hundred|CNP hundred packs|MIL thousand
T3 thousand pieces|TP ten pack|TPR ten pairs|P1 percent|BIL billion (EUR)|MLD milliard|MIO million
TRL trillion (EUR)|D63 book|RM ream|ZP page|LEF leaf|SHT shipping ton|LO lot|PK pack|AS assortment|KT kit|PA packet
RO roll|ST sheet|CT carton|BX box|CS case|BG bag|BO bottle|CA can|JR jar|TU tube|PF pallet|SX shipment
CTN content ton|HEA head|TEN ten|CTG content gram|CCT carrying capacity in tonnes|DMO standard kilolitre|NT net ton
E27 dose|AV capsule|U2 tablet|AY assembly|VI vial|WTT watt|KWT kilowatt|MAW megawatt|A90 gigawatt
BHP brake horse power|HJ metric horse power|D31 terawatt|KVA kilovolt ampere|MVA megavolt ampere|KVR kilovar
VLT volt|KVT kilovolt|AMP ampere|4K milliampere|AMH ampere hour|OHM ohm|FAR farad|WHR watt hour|KWH kilowatt hour
MWH megawatt hour|GWH gigawatt hour|D32 terawatt hour|JOU joule|KJO kilojoule|3B megajoule|GV gigajoule|TJ terajoule
BTU British thermal unit|D70 calorie|E14 kilocalorie|PAL pascal|KPA kilopascal|MPA megapascal|BAR bar|MBR millibar
PS pound-force per square inch|ATM standard atmosphere|NEW newton|B47 kilonewton|HTZ hertz|KHZ kilohertz
MHZ megahertz|A86 gigahertz|CEL degree Celsius|FAH degree Fahrenheit|KEL kelvin|SEC second|MIN minute|HUR hour
DAY day|WEE week|MON month|ANN year|QAN quarter (of a year)|SAN half year|DEC decade|BQL becquerel|GBQ gigabecquerel
4N megabecquerel|2Q kilobecquerel|CUR curie|MCU millicurie|M5 microcurie|SIE siemens|LUX lux|LUM lumen|CDL candela
C18 mole|B45 kilomole|AD byte|2P kilobyte|4L megabyte|E34 gigabyte|E35 terabyte|GP milligram per cubic metre
GL gram per litre|KMQ kilogram per cubic metre|M1 milligram per litre|59 part per million|D41 tonne per cubic metre
28 kilogram per square metre|GM gram per square metre|KL kilogram per metre|OPM oscillations per minute
RPM revolutions per minute|2N decibel|A24 candela per square metre|TAH kiloampere hour|D30 terajoule
DD degree (angle)|IE person|10 group|11 outfit|13 ration|20 twenty foot container|21 forty foot container|5B batch
ZZ mutually defined
"""
"""Codes of UN/ECE Recommendation 20 in use in trade, with their names. Not the whole recommendation."""

KILOGRAMS: dict[str, Decimal] = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "MGM": Decimal("0.000001"),
    "MC": Decimal("0.000000001"),
    "CGM": Decimal("0.00001"),
    "DJ": Decimal("0.01"),
    "HGM": Decimal("0.1"),
    "DTN": Decimal(100),
    "TNE": Decimal(1000),
    "KTN": Decimal(1_000_000),
    "LBR": Decimal("0.45359237"),
    "ONZ": Decimal("0.028349523125"),
    "APZ": Decimal("0.0311034768"),
    "STN": Decimal("907.18474"),
    "LTN": Decimal("1016.0469088"),
    "CWA": Decimal("45.359237"),
    "CWI": Decimal("50.80234544"),
    "STI": Decimal("6.35029318"),
    "GRN": Decimal("0.00006479891"),
    "DWT": Decimal("0.00155517384"),
    "CTM": Decimal("0.0002"),
}
"""Unit of mass → kilograms. Source: UN/ECE Recommendation 20, conversion factors."""

MODES = """
0 not specified|1 maritime|2 rail|3 road|4 air|5 mail|6 multimodal|7 fixed installation|8 inland water|9 not applicable
"""
"""UN/ECE Recommendation 19."""

SEA_ONLY = frozenset(("FAS", "FOB", "CFR", "CIF", "DES", "DEQ"))
"""Delivery terms for sea and inland waterway transport only."""

_ANY = "EXW FCA CPT CIP DDP"
INCOTERMS: dict[str, tuple[date, str]] = {
    "2000": (date(2000, 1, 1), f"{_ANY} FAS FOB CFR CIF DES DEQ DAF DDU"),
    "2010": (date(2011, 1, 1), f"{_ANY} FAS FOB CFR CIF DAT DAP"),
    "2020": (date(2020, 1, 1), f"{_ANY} FAS FOB CFR CIF DAP DPU"),
}
"""Edition of the Incoterms rules → first day in force, codes. A contract may go on using an older edition."""


def units() -> CodeList:
    """Return the list `unit`."""
    return _own("unit", "compact 2026", "UN/ECE Recommendation 20, codes in use in trade", UNITS, complete=False)


def modes() -> CodeList:
    """Return the list `mode`."""
    return _own("mode", "rev. 3", "UN/ECE Recommendation 19", MODES, complete=True)


def incoterms() -> tuple[CodeList, ...]:
    """Return the list `incoterm` in its editions 2000, 2010 and 2020; `mode` among the facts is sea or any."""
    lists = []
    for edition, (start, codes) in INCOTERMS.items():
        facts = {code: {"mode": "sea" if code in SEA_ONLY else "any"} for code in codes.split()}
        entries = {code: Entry(code, (), fact) for code, fact in facts.items()}
        lists.append(
            CodeList(
                id="incoterm",
                edition=edition,
                valid_from=start,
                source=f"Incoterms {edition}, International Chamber of Commerce (codes only)",
                licence="facts; own table",
                sha256=fingerprint(entries),
                entries=entries,
            )
        )
    return tuple(lists)


def _own(list_id: str, edition: str, source: str, table: str, *, complete: bool) -> CodeList:
    """Read one of our own tables: code, blank, name; rows parted by bars and lines."""
    rows = [cell.split(" ", 1) for line in table.strip().splitlines() for cell in line.split("|")]
    entries = {code: Entry(name) for code, name in rows}
    return CodeList(
        id=list_id,
        edition=edition,
        source=source,
        licence="facts; own table",
        sha256=fingerprint(entries),
        complete=complete,
        entries=entries,
    )
