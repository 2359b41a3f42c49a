"""List the places of the invented world: where goods are loaded, cross and arrive."""

from __future__ import annotations

COUNTRY = "GH"
"""The importing country, ISO 3166-1 alpha-2; its clock is UTC all year."""

CURRENCY = "GHS"
"""Its currency, ISO 4217."""

RATES: dict[str, float] = {"USD": 12.0, "EUR": 13.1, "GBP": 15.4, "CNY": 1.67}
"""Units of the currency for one unit of an invoice currency; invented, and constant."""

OFFICES: dict[str, str] = {"GHTEM": "TEMA1", "GHTKD": "TAKO1", "GHACC": "KIAC1"}
"""Place of unloading → customs office; the offices' codes are invented."""

SEAPORTS: dict[str, tuple[str, ...]] = {
    "AE": ("AEJEA",),
    "AR": ("ARBUE",),
    "AU": ("AUMEL",),
    "BD": ("BDCGP",),
    "BR": ("BRSSZ",),
    "CI": ("CIABJ",),
    "CN": ("CNSGH", "CNNBO", "CNYTN"),
    "DE": ("DEHAM",),
    "EG": ("EGALY",),
    "ES": ("ESVLC",),
    "FR": ("FRLEH",),
    "GB": ("GBFXT",),
    "ID": ("IDJKT",),
    "IN": ("INMUN", "INNSA"),
    "IT": ("ITGOA",),
    "JP": ("JPYOK",),
    "KR": ("KRPUS",),
    "MA": ("MACAS",),
    "MY": ("MYPKG",),
    "NL": ("NLRTM",),
    "NZ": ("NZAKL",),
    "PK": ("PKKHI",),
    "TH": ("THLCH",),
    "TR": ("TRAMR",),
    "TW": ("TWKHH",),
    "US": ("USNYC",),
    "VN": ("VNSGN", "VNHPH"),
    "ZA": ("ZADUR",),
}
"""Country → its ports of loading, UN/LOCODE."""

AIRPORTS: dict[str, str] = {
    "AE": "AEDXB",
    "CN": "CNCAN",
    "DE": "DEFRA",
    "FR": "FRCDG",
    "IN": "INBOM",
    "KR": "KRICN",
    "TW": "TWTPE",
    "US": "USJFK",
    "VN": "VNHAN",
}
"""Country → its airport of loading, UN/LOCODE."""

TRANSIT: dict[str, tuple[str, ...]] = {"CN": ("MY", "VN", "TH")}
"""Country of a trade remedy → countries through which its goods take a false origin."""

INVOICED_IN: dict[str, str] = {"DE": "EUR", "ES": "EUR", "FR": "EUR", "IT": "EUR", "NL": "EUR", "GB": "GBP"}
"""Country of the seller → currency of its invoices; US dollars elsewhere, and yuan now and then in China."""
