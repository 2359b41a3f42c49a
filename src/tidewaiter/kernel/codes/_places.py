"""Look up UN/LOCODE places one by one and IATA airports, in the packages that carry them."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import airportsdata

from tidewaiter.kernel.codes.model import CodeList, Entry, fingerprint
from tidewaiter.kernel.errors import CodeListFault

PLACES_MAX = 50_000
"""Most places remembered at a time, found or not."""

FUNCTIONS = {"1": "port", "2": "rail", "3": "road", "4": "airport", "5": "post", "B": "border"}
"""UN/LOCODE function classifier → word."""

ALIASES: dict[tuple[str, str], str] = {
    ("CNSHA", "1"): "CNSGH",
    ("CNSZX", "1"): "CNSNZ",
    ("CNCAN", "1"): "CNGGZ",
    ("CNTAO", "1"): "CNQIN",
    ("CNTSN", "1"): "CNTNJ",
    ("CNXMN", "1"): "CNXMG",
    ("CNNGB", "1"): "CNNBO",
    ("CNDLC", "1"): "CNDAL",
    ("KRICN", "1"): "KRINC",
    ("KRINC", "4"): "KRICN",
    ("JPNRT", "1"): "JPTYO",
    ("JPHND", "1"): "JPTYO",
    ("JPKIX", "1"): "JPOSA",
    ("IDCGK", "1"): "IDJKT",
    ("MYKUL", "1"): "MYPKG",
    ("USJFK", "1"): "USNYC",
    ("USORD", "1"): "USCHI",
    ("GBLHR", "1"): "GBLON",
    ("GBLON", "4"): "GBLHR",
    ("FRPAR", "4"): "FRCDG",
    ("BRSAO", "4"): "BRGRU",
    ("ITMIL", "4"): "ITMXP",
}
"""(place, function wanted) → the place probably meant: ports and airports of one city that are taken for each other."""

_SQL = (
    "SELECT name, is_port, is_rail_terminal, is_road_terminal, is_airport, is_postal_exchange_office, is_border_cross,"
    " latitude, longitude, status FROM location WHERE country_code = ? AND location_code = ?"
)
_NO_COORDINATE = 91  # the package's mark for a place without coordinates


class Locodes:
    """UN/LOCODE as `pyunlocode` carries it: places looked up when asked for, the last `PLACES_MAX` remembered.

    An entry's facts are `function` (digits of the classifier, and B), `latitude` and `longitude` (WGS 84 decimal
    degrees, absent where the list has none) and `status`. Raises CodeListFault where the package's file is missing.
    """

    id = "locode"
    edition = "2023-1"
    valid_from = date(2023, 7, 1)
    valid_to = None
    source = "UN/LOCODE 2023-1 from pyunlocode"
    licence = "Artistic-2.0 (pyunlocode); UN/LOCODE by UNECE"
    complete = False

    def __init__(self) -> None:
        self._path = Path(str(files("pyunlocode"))) / "unlocode.db"
        self._known: dict[str, Entry | None] = {}
        self._hash: str | None = None

    @property
    def sha256(self) -> str:
        """The hash of the package's file, read when first asked for."""
        if self._hash is None:
            try:
                self._hash = hashlib.sha256(self._path.read_bytes()).hexdigest()
            except OSError as error:
                raise self._missing(error) from error
        return self._hash

    def get(self, code: str) -> Entry | None:
        """Return the place of a five-character code, or None."""
        known = self._known
        try:
            return known[code]
        except KeyError:
            if len(known) >= PLACES_MAX:
                known.clear()
            entry = known[code] = self._look(code)
            return entry

    def count(self) -> int:
        """Return the number of places."""
        with closing(self._open()) as connection:
            return int(connection.execute("SELECT count(*) FROM location").fetchone()[0])

    def covers(self, day: date) -> bool:
        """Say whether the edition is in force on the day; places are seldom taken back, so any day will do."""
        return day >= date.min

    def members(self, day: date | None = None) -> _Members:
        """Return something that answers `code in members`."""
        del day
        return _Members(self)

    def _look(self, code: str) -> Entry | None:
        """Read one place from the package's file."""
        if len(code) != len("CNSGH") or not code.isascii():
            return None
        with closing(self._open()) as connection:
            row = connection.execute(_SQL, (code[:2], code[2:])).fetchone()
        if row is None:
            return None
        name, *flags, latitude, longitude, status = row
        facts = {"function": "".join(sign for sign, flag in zip(FUNCTIONS, flags, strict=True) if flag)}
        facts["status"] = str(status)
        if latitude != _NO_COORDINATE and abs(latitude) <= 90 and abs(longitude) <= 180:  # noqa: PLR2004 - degrees
            facts["latitude"] = f"{_degrees(latitude):.4f}"
            facts["longitude"] = f"{_degrees(longitude):.4f}"
        return Entry(str(name), (), facts)

    def _open(self) -> sqlite3.Connection:
        """Open the package's file for reading only; it is never written, so no lock is taken."""
        try:
            return sqlite3.connect(f"{self._path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._missing(error) from error

    def _missing(self, error: Exception) -> CodeListFault:
        """Say that the package's file cannot be read."""
        message = f"UN/LOCODE cannot be read from {self._path}: {error}."
        return CodeListFault(message, "Install pyunlocode again.")


class _Members:
    """The codes of UN/LOCODE, as something to look into."""

    def __init__(self, places: Locodes) -> None:
        self._places = places

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._places.get(code) is not None


def _degrees(packed: float) -> float:
    """Return decimal degrees from the package's degrees.minutes, for example 51.55 for 51°55'."""
    sign = -1 if packed < 0 else 1
    hundredths = round(abs(packed) * 100)
    return sign * (hundredths // 100 + min(hundredths % 100, 59) / 60)


def airports() -> CodeList:
    """Return the list `airport`: IATA location codes, with country, latitude and longitude among the facts."""
    entries = {
        code: Entry(
            one["name"],
            (),
            {"country": one["country"], "latitude": f"{one['lat']:.4f}", "longitude": f"{one['lon']:.4f}"},
        )
        for code, one in airportsdata.load("IATA").items()
    }
    for code, city in airportsdata.load_iata_macs().items():
        entries.setdefault(code, Entry(city["name"], (), {"country": city["country"]}))
    edition = version("airportsdata")
    return CodeList(
        id="airport",
        edition=edition,
        source=f"IATA location codes from airportsdata {edition}",
        licence="MIT (airportsdata)",
        sha256=fingerprint(entries),
        complete=False,
        entries=entries,
    )
