"""Build the list of currencies: ISO 4217 from pycountry, with those withdrawn since 2000."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

import pycountry

from tidewaiter.kernel.codes.model import CodeList, Entry, Period, fingerprint

WITHDRAWN = """
ADP 2003-07 Andorran Peseta|AFA 2003-01 Afghani|ANG 2025-07 Netherlands Antillean Guilder|ATS 2002-03 Schilling
AZM 2006-12 Azerbaijanian Manat|BEF 2002-03 Belgian Franc|BGL 2003-11 Lev|BGN 2026-01 Bulgarian Lev
BYB 2001-12 Belarusian Ruble|BYR 2017-01 Belarusian Ruble|CSD 2006-10 Serbian Dinar|CUC 2021-06 Peso Convertible
CYP 2008-01 Cyprus Pound|DEM 2002-03 Deutsche Mark|ECS 2000-09 Sucre|EEK 2011-01 Kroon|ESP 2002-03 Spanish Peseta
FIM 2002-03 Markka|FRF 2002-03 French Franc|GHC 2008-01 Cedi|GRD 2002-03 Drachma|GWP 2003-12 Guinea-Bissau Peso
HRK 2023-01 Kuna|IEP 2002-03 Irish Pound|ITL 2002-03 Italian Lira|LTL 2015-01 Lithuanian Litas
LUF 2002-03 Luxembourg Franc|LVL 2014-01 Latvian Lats|MGF 2004-12 Malagasy Franc|MRO 2017-12 Ouguiya
MTL 2008-01 Maltese Lira|MXP 1993-01 Mexican Peso|MZM 2006-12 Mozambique Metical|NLG 2002-03 Netherlands Guilder
PTE 2002-03 Portuguese Escudo|ROL 2006-12 Romanian Leu|RUR 2004-01 Russian Ruble|SDD 2007-07 Sudanese Dinar
SIT 2007-01 Tolar|SKK 2009-01 Slovak Koruna|SLL 2024-03 Leone|SRG 2004-01 Surinam Guilder|STD 2018-06 Dobra
TMM 2009-12 Turkmenistan Manat|TPE 2002-11 Timor Escudo|TRL 2005-12 Turkish Lira|USS 2014-03 US Dollar (Same day)
VEB 2008-06 Bolivar|VEF 2018-12 Bolivar|XEU 1999-01 European Currency Unit|YUM 2003-07 New Dinar
ZMK 2013-06 Zambian Kwacha|ZWD 2008-08 Zimbabwe Dollar|ZWL 2024-09 Zimbabwe Dollar|ZWN 2009-02 Zimbabwe Dollar
ZWR 2009-06 Zimbabwe Dollar
"""
"""Code, last month in force (old and new side by side included), name. Source: ISO 4217 table A.3."""

BORN = """
AFN 2002-10|AZN 2006-01|BYN 2016-07|GHS 2007-07|MGA 2003-07|MRU 2018-01|MZN 2006-07|RON 2005-07|RSD 2006-10
SDG 2007-01|SLE 2022-04|SRD 2004-01|SSP 2011-07|STN 2018-01|TMT 2009-01|TRY 2005-01|VED 2021-10|VES 2018-08
XCG 2025-03|ZMW 2013-01|ZWG 2024-04
"""
"""Code and first month of currencies added since 2000; older ones count as always in force."""

MAGNITUDE: dict[str, int] = {
    **dict.fromkeys(("IRR", "LBP", "VND", "IDR", "LAK", "UZS", "SLL", "GNF", "PYG", "STD", "BYR"), 10_000),
    **dict.fromkeys(
        (
            "KRW",
            "COP",
            "CLP",
            "MMK",
            "MNT",
            "UGX",
            "TZS",
            "MGA",
            "RWF",
            "BIF",
            "KHR",
            "IQD",
            "CDF",
            "NGN",
            "SYP",
            "MWK",
        ),
        1_000,
    ),
    **dict.fromkeys(
        (
            *("JPY", "HUF", "ISK", "INR", "PKR", "BDT", "LKR", "NPR", "RUB", "KES", "ETB", "DZD", "AMD", "ALL", "RSD"),
            *("XOF", "XAF", "XPF", "KMF", "DJF", "JMD", "KZT", "KGS", "AFN", "PHP", "AOA", "YER", "CRC", "ARS", "VUV"),
        ),
        100,
    ),
}
"""Units of the currency to one US dollar, as a power of ten: good for an order of magnitude, never for a value."""


def currencies() -> CodeList:
    """Return the list `currency`: three-letter codes with their days in force; the edition is pycountry's version."""
    born = dict(line.split(" ") for row in BORN.strip().splitlines() for line in row.split("|"))
    entries: dict[str, Entry] = {}
    for one in pycountry.currencies:
        start = born.get(one.alpha_3)
        entries[one.alpha_3] = Entry(one.name, (Period(date.fromisoformat(f"{start}-01")),) if start else ())
    for line in (line for row in WITHDRAWN.strip().splitlines() for line in row.split("|")):
        code, month, name = line.split(" ", 2)
        entries[code] = Entry(name, (Period(None, _last_day_of(month)),))
    edition = version("pycountry")
    return CodeList(
        id="currency",
        edition=edition,
        source=f"ISO 4217 from pycountry {edition}, with currencies withdrawn since 2000",
        licence="LGPL-2.1 (pycountry)",
        sha256=fingerprint(entries),
        entries=entries,
    )


def _last_day_of(month: str) -> date:
    """Return the last day of a month written YYYY-MM."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
