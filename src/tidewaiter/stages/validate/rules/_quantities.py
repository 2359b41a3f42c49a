"""Turn measures into kilograms, moments into hours, places into kilometres, where it can be done."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

from tidewaiter.kernel.codes import KILOGRAMS, Entry
from tidewaiter.kernel.records import CargoReport, Consignment, Measure, TransportMeans

POWER_MAX = 30
"""Largest power of ten, up or down, of a number that is reckoned with; beyond it a sum could overflow."""

_EARTH_KM = 6371.0088


def usable(value: Decimal | None) -> bool:
    """Say whether a number can be reckoned with: finite, and neither vast nor minute."""
    return value is not None and value.is_finite() and -POWER_MAX <= value.adjusted() <= POWER_MAX


def kilograms(measure: Measure | None) -> Decimal | None:
    """Return a mass in kilograms; None for no mass, no unit of mass, or no usable number."""
    if measure is None:
        return None
    value = measure.value
    if value is None or not usable(value):
        return None
    unit = measure.unit
    if unit == "KGM":
        return value
    factor = KILOGRAMS.get(unit) if unit is not None else None
    return value * factor if factor is not None else None


def plain(value: Decimal) -> str:
    """Return a usable number as people write it: no exponent, no idle zeros."""
    text = f"{round(value, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_in_utc(moment: datetime) -> date:
    """Return the UTC day of a moment; a moment without offset keeps its own day."""
    if moment.tzinfo is None:
        return moment.date()
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:  # the first or last day of the calendar
        return moment.date()


def hours_between(earlier: datetime | None, later: datetime | None) -> float | None:
    """Return the hours from one moment to another; None where one is absent or only one has an offset."""
    if earlier is None or later is None or (earlier.utcoffset() is None) != (later.utcoffset() is None):
        return None
    return (later - earlier).total_seconds() / 3600


def coordinates(entry: Entry | None) -> tuple[float, float] | None:
    """Return latitude and longitude of a place, in degrees; None where the list has none."""
    facts = entry.facts if entry is not None else {}
    if "latitude" not in facts:
        return None
    return float(facts["latitude"]), float(facts["longitude"])


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two points (latitude, longitude in degrees), in kilometres."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


def main_means(consignment: Consignment | None, record: object) -> TransportMeans | None:
    """Return the means of transport at the border: of the consignment, else of the cargo report it is in."""
    if consignment is not None and consignment.transport_means:
        means = consignment.transport_means
        return next((one for one in means if one.stage == "border"), means[0])
    return record.transport_means if isinstance(record, CargoReport) else None
