"""Say once how what many messages have corresponds: parties, places, means, equipment, measures."""

from __future__ import annotations

from tidewaiter.kernel.records import (
    Address,
    Amount,
    Contact,
    DangerousGoods,
    Location,
    Measure,
    Party,
    Seal,
    TransportEquipment,
    TransportMeans,
)
from tidewaiter.stages.receive.edifact.phrases.codecs import (
    COUNTRY,
    EQUIPMENT_ID,
    FLASHPOINT,
    FREE_TEXT,
    LOCODE,
    MEANS_TYPE,
    NAME,
    NAME_LINES,
    NO_LOCODE,
    NUMBER,
    STREET,
)
from tidewaiter.stages.receive.edifact.phrases.codes import (
    FULLNESS,
    PACKING_GROUP,
    PLACE_OF,
    PLACE_ROLE,
    ROLE,
    ROLE_OF,
    SEAL_CONDITION,
)
from tidewaiter.stages.receive.edifact.phrases.lines import known, measured, whole
from tidewaiter.stages.receive.edifact.phrases.moments import AT
from tidewaiter.stages.receive.lens import Line, const, each, leaf, part

HEADER: tuple[Line, ...] = (
    leaf("lrn", "BGM/C106/1004"),
    leaf("function", "BGM/1225"),
    leaf("issued", "DTM[C507/2005=137]/C507", AT),
)
"""What a report says of itself."""

CONTACT: tuple[Line, ...] = (
    leaf("name", "CTA[3139=IC]/C056/3412"),
    leaf("name", "CTA/C056/3412", read_only=True),
    leaf("phone", "CTA[3139=IC]/COM[C076/3155=TE]/C076/3148"),
    leaf("phone", "CTA/COM[C076/3155=TE|AL|MA]/C076/3148", read_only=True),
    leaf("email", "CTA[3139=IC]/COM[C076/3155=EM]/C076/3148"),
    leaf("email", "CTA/COM[C076/3155=EM]/C076/3148", read_only=True),
)

PARTY: tuple[Line, ...] = (
    leaf("id", "C082/3039"),
    leaf("name", "C080", NAME),
    leaf("name", "C058/3124#1", read_only=True),
    part(
        "address",
        "",
        Address,
        leaf("line", "C059", STREET),
        leaf("line", "C058", NAME_LINES, read_only=True),
        leaf("city", "3164"),
        leaf("region", "C819/3229"),
        leaf("postcode", "3251"),
        leaf("country", "3207"),
    ),
    part("contact", "", Contact, *CONTACT),
)
"""A party in NAD; one without structure (C058) has its name in the first line."""

ROLES_HERE = frozenset(ROLE_OF.values())


def parties(address: str = "", *functions: str) -> Line:
    """Return the line of the parties in NAD below an address: of the functions, or of all that roles stand for."""
    codes = functions or tuple(ROLE_OF)
    at = "/".join(filter(None, (address, f"NAD[3035={'|'.join(codes)}]")))
    return known("parties", at, Party, "role", {ROLE_OF[one] for one in codes}, leaf("role", "3035", ROLE), *PARTY)


def carrier(name: str = "carrier") -> tuple[Line, ...]:
    """Return the lines of the carrier: a party of its own, else as the means of transport names it."""
    return (
        part(name, "NAD[3035=CA]", Party, const("role", "carrier"), *PARTY),
        part(name, "TDT[8051=20]/C040", Party, const("role", "carrier"), leaf("id", "3127"), leaf("name", "3126|3128")),
    )


PLACE: tuple[Line, ...] = (
    leaf("code", "C517[1131=139][3055=6]/3225", LOCODE),
    leaf("code", "C517/3225", LOCODE, read_only=True),
    leaf("name", "C517/3224"),
    leaf("id", "C519/3223"),
    leaf("id", "C517/3225", NO_LOCODE, read_only=True),
    leaf("country", "C517/3225", COUNTRY, read_only=True),
)
"""A place in LOC: its UN/LOCODE, and the terminal or another identifier."""


def place(name: str, *functions: str, at: str = "") -> Line:
    """Return the line of one place in LOC below an address, with one of the functions; the first is written."""
    return part(name, f"{at}{'/' if at else ''}LOC[3227={'|'.join(functions)}]", Location, *PLACE)


def country(name: str, *functions: str) -> tuple[Line, ...]:
    """Return the lines of a country in LOC with one of the functions; the first is written."""
    at = f"LOC[3227={'|'.join(functions)}]"
    return (
        leaf(name, f"{at}/C517[1131=162][3055=5]/3225", COUNTRY),
        leaf(name, f"{at}/C517/3225", COUNTRY, read_only=True),
    )


ITINERARY = ("88", "7", "13", "83", "20", "10", "76", "80", "8", "61", "64", "68", "70", "72", "97", "92", "24", "23")
"""Further places of a consignment (3227); of several for one role the first is written."""


def places(name: str, *functions: str, at: str = "") -> Line:
    """Return the line of all places in LOC with one of the functions, each with its role."""
    address = f"{at}{'/' if at else ''}LOC[3227={'|'.join(functions)}]"
    roles = {PLACE_OF[one] for one in functions}
    return known(name, address, Location, "role", roles, leaf("role", "3227", PLACE_ROLE), *PLACE)


MEANS: tuple[Line, ...] = (
    leaf("journey", "8028"),
    leaf("mode", "C220/8067"),
    leaf("id", "C222/8213"),
    leaf("id_type", "C222", MEANS_TYPE),
    leaf("name", "C222/8212"),
    leaf("nationality", "C222/8453"),
)
"""A means of transport in TDT."""


def times() -> tuple[Line, ...]:
    """Return the lines of a means' departure and arrival: actual before estimated before scheduled.

    Actual times are read wherever they stand; what is written is an estimate, as in a report before the call.
    """
    return tuple(
        leaf(name, f"{at}[C507/2005={code}]/C507", AT, read_only=code != written or at != "DTM")
        for name, written, codes in (("departure", "133", ("136", "186", "133", "189")), ("arrival", "132", _ARRIVALS))
        for code in codes
        for at in ("DTM", "LOC/DTM")
    )


_ARRIVALS = ("178", "132", "232")


def means(name: str, stage: str, *functions: str) -> Line:
    """Return the line of one means of transport in TDT with one of the functions; the first is written."""
    return part(name, f"TDT[8051={'|'.join(functions)}]", TransportMeans, const("stage", stage), *MEANS, *times())


def measure(name: str, address: str) -> Line:
    """Return the line of a measure in MEA."""
    return measured(name, address, Measure, leaf("value", "C174/6314", NUMBER), leaf("unit", "C174/6411"))


def mass(name: str, *details: str, purposes: str = "AAE|WT|AAX|AAI|AAH", at: str = "") -> Line:
    """Return the line of a mass in MEA by its details (6313); the first of purposes and details is written."""
    inside = f"{at}{'/' if at else ''}"
    return measure(name, f"{inside}MEA[6311={purposes}][C502/6313={'|'.join(details)}]")


def amount(name: str, *functions: str) -> Line:
    """Return the line of an amount in MOA with one of the functions."""
    value, currency = leaf("value", "5004", NUMBER), leaf("currency", "6345")
    return measured(name, f"MOA[C516/5025={'|'.join(functions)}]/C516", Amount, value, currency)


def total(name: str, *functions: str) -> Line:
    """Return the line of a measure in CNT with one of the functions."""
    value, unit = leaf("value", "6066", NUMBER), leaf("unit", "6411")
    return measured(name, f"CNT[C270/6069={'|'.join(functions)}]/C270", Measure, value, unit)


SEALS: Line = each(
    "seals",
    "SEL",
    Seal,
    leaf("id", "9308"),
    leaf("party", "C215/9303"),
    leaf("condition", "4517", SEAL_CONDITION),
)

GROSS = ("G", "AET", "AAB", "AAD", "EGW", "AAG", "AAE", "WT")
"""Details of a gross mass (6313), that which is written first."""


def temperature(address: str) -> Line:
    """Return the line of the temperature that equipment is set to, in TMP."""
    return measured("temperature", address, Measure, leaf("value", "6246", NUMBER), leaf("unit", "6411"))


CONTAINERS = "CN|TE|CH|SW|AE|UL|RR|BX|PL|BPN|RF|BR|SM|UNT"
"""Kinds of equipment (8053) that are read; a container is what is written."""

EQUIPMENT_SELF: tuple[Line, ...] = (
    leaf("size_type", "C224/8155"),
    leaf("fullness", "8169", FULLNESS),
    SEALS,
    mass("tare", "T"),
    measure("verified_gross_mass", "MEA[6311=AAE|WT][C502/6313=VGM]"),
    measure("verified_gross_mass", "MEA[6311=VGM]"),
    mass("gross_mass", *GROSS),
    temperature("TMP[6245=2]/C239"),
    temperature("TMP/C239"),
)
"""What EQD says of equipment besides its identification."""


def equipment(address: str = "") -> Line:
    """Return the line of the equipment in EQD below an address."""
    at = "/".join(filter(None, (address, f"EQD[8053={CONTAINERS}]")))
    return each("equipment", at, TransportEquipment, leaf("id", "C237/8260", EQUIPMENT_ID), *EQUIPMENT_SELF)


DANGEROUS: tuple[Line, ...] = (
    leaf("regulation", "8273"),
    leaf("hazard_class", "C205/8351"),
    leaf("un_number", "C234/7124"),
    measured("flashpoint", "C223", Measure, leaf("value", "7106", FLASHPOINT), leaf("unit", "6411")),
    leaf("packing_group", "8339", PACKING_GROUP),
    whole("name", "FTX[4451=AAD]/C108", FREE_TEXT),
)
"""Dangerous goods in DGS; the proper shipping name stands in a text after it."""


def dangerous_goods(address: str = "DGS") -> Line:
    """Return the line of dangerous goods in DGS."""
    return each("dangerous_goods", address, DangerousGoods, *DANGEROUS)
