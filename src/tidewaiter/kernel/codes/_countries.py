"""Build the list of countries: ISO 3166-1 from pycountry, historic codes, and the codes customs add."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

import pycountry

from tidewaiter.kernel.codes.model import CodeList, Entry, Period, fingerprint

CUSTOMS: dict[str, tuple[str, str | None]] = {
    "XI": ("Northern Ireland", "2021-01-01"),
    "XK": ("Kosovo", None),
    "XS": ("Serbia, in EU trade statistics", None),
    "XC": ("Ceuta", None),
    "XL": ("Melilla", None),
    "XZ": ("International waters", None),
    "XX": ("Unknown or stateless", None),
    "EU": ("European Union", None),
    "IC": ("Canary Islands", None),
    "EA": ("Ceuta and Melilla", None),
    "AC": ("Ascension Island", None),
    "TA": ("Tristan da Cunha", None),
    "DG": ("Diego Garcia", None),
    "UN": ("United Nations", None),
    "QP": ("High seas", None),
    "QQ": ("Stores and provisions", None),
    "QR": ("Stores and provisions within the Union", None),
    "QS": ("Stores and provisions with third countries", None),
    "QU": ("Countries and territories not specified", None),
    "QV": ("Not specified, within the Union", None),
    "QW": ("Not specified, with third countries", None),
    "QX": ("Not specified for commercial or military reasons", None),
    "QY": ("Not specified for commercial or military reasons, within the Union", None),
    "QZ": ("Not specified for commercial or military reasons, with third countries", None),
}
"""Codes that customs use beside ISO 3166-1: exceptionally reserved, user-assigned, EU Geonomenclature."""

BORN: dict[str, str] = {
    "AX": "2004-02-13",
    "BL": "2007-09-21",
    "BQ": "2010-12-15",
    "CW": "2010-12-15",
    "GG": "2006-03-29",
    "IM": "2006-03-29",
    "JE": "2006-03-29",
    "ME": "2006-09-26",
    "MF": "2007-09-21",
    "RS": "2006-09-26",
    "SS": "2011-08-11",
    "SX": "2010-12-15",
    "TL": "2002-05-20",
}
"""First day of codes added since 2000; older ones count as always in force."""

_ICAO = "D EUE GBD GBN GBO GBP GBS RKS UNA UNK UNO UTO XAA XBA XCC XCE XCO XEC XIM XOM XPO XXA XXB XXC XXX"
ICAO: frozenset[str] = frozenset(_ICAO.split())
"""Codes of ICAO Doc 9303 part 3 that travel documents bear beside ISO 3166-1 alpha-3."""


def countries() -> CodeList:
    """Return the list `country`: two-letter codes with their days in force; the edition is pycountry's version."""
    entries: dict[str, Entry] = {}
    for one in pycountry.countries:
        start = BORN.get(one.alpha_2)
        periods = (Period(date.fromisoformat(start)),) if start else ()
        entries[one.alpha_2] = Entry(one.name, periods, {"alpha3": one.alpha_3})
    for past in pycountry.historic_countries:
        _add_past(entries, past.alpha_2, past.name, _last_day(past.withdrawal_date))
    for code, (name, start) in CUSTOMS.items():
        entries.setdefault(code, Entry(name, (Period(date.fromisoformat(start)),) if start else ()))
    edition = version("pycountry")
    return CodeList(
        id="country",
        edition=edition,
        source=f"ISO 3166-1 from pycountry {edition}, with the codes that customs add",
        licence="LGPL-2.1 (pycountry)",
        sha256=fingerprint(entries),
        entries=entries,
    )


def _add_past(entries: dict[str, Entry], code: str, name: str, last: date) -> None:
    """Add a withdrawn code, beside what the code means today where it was given again."""
    known = entries.get(code)
    if known is None:
        entries[code] = Entry(name, (Period(None, last),))
    elif known.periods:
        entries[code] = Entry(known.name, (*known.periods, Period(None, last)), known.facts)


def _last_day(text: str) -> date:
    """Return the day of withdrawal; a year alone means its last day."""
    return date(int(text), 12, 31) if len(text) == len("1977") else date.fromisoformat(text)
