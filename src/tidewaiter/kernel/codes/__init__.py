"""Look up codes in versioned lists: countries, currencies, units, packages, places, goods."""

from tidewaiter.kernel.codes._countries import ICAO
from tidewaiter.kernel.codes._currencies import MAGNITUDE
from tidewaiter.kernel.codes._packages import BULK
from tidewaiter.kernel.codes._places import ALIASES, FUNCTIONS
from tidewaiter.kernel.codes._registry import NEVER_BUILT_IN, Codes, Edition
from tidewaiter.kernel.codes._table import HS_EDITIONS, load_csv
from tidewaiter.kernel.codes._units import INCOTERMS, KILOGRAMS, SEA_ONLY
from tidewaiter.kernel.codes.model import CodeList, Entry, Period, Summary, from_json, to_json

__all__ = [
    "ALIASES",
    "BULK",
    "FUNCTIONS",
    "HS_EDITIONS",
    "ICAO",
    "INCOTERMS",
    "KILOGRAMS",
    "MAGNITUDE",
    "NEVER_BUILT_IN",
    "SEA_ONLY",
    "CodeList",
    "Codes",
    "Edition",
    "Entry",
    "Period",
    "Summary",
    "from_json",
    "load_csv",
    "to_json",
]
