"""Judge days and times: their order, the speed they imply, limits for filing, validity of documents."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import ClassVar

import msgspec

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import (
    CargoReport,
    Consignment,
    Declaration,
    Document,
    Event,
    Intelligence,
    Invoice,
    Journey,
    Leg,
    Outcome,
    TransitMovement,
    TransportMeans,
    Traveller,
)
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import Rule, Sight
from tidewaiter.stages.validate.rules._quantities import (
    coordinates,
    day_in_utc,
    great_circle_km,
    hours_between,
    main_means,
)

_KM_PER_NAUTICAL_MILE = 1.852
_MIDNIGHT = time()
_SHIPS = frozenset(("1", "8"))


def _later(today: date, days: int) -> date:
    """Return the day that many days after today, the last day of the calendar at most."""
    return today + timedelta(days) if (date.max - today).days > days else date.max


class DAT001(Rule):
    """Dates follow one another as the events they stand for, and none that tells what happened lies in the future."""

    level: ClassVar[str] = "date"
    standard: ClassVar[str] = "WCO Data Model D011, 023, 156, 172; settings of this node"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {
        Declaration: "issued",
        TransportMeans: "departure",
        Leg: "departure",
        TransitMovement: "time_limit",
        Journey: "booked",
        Consignment: "loading",
    }
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        Declaration: ("issued", "accepted"),
        CargoReport: ("issued",),
        TransitMovement: ("issued",),
        Outcome: ("controlled",),
        Invoice: ("issued",),
        Intelligence: ("issued",),
        Journey: ("issued", "booked"),
        Event: ("at",),
        Traveller: ("birth_date",),
    }
    cases: ClassVar[dict[str, str]] = {
        "future": "{day} is more than {most} days after {today}.",
        "future-birth": "the date of birth lies in the future.",
        "order": "{later} ({name}) is before {earlier} ({before}).",
    }
    _spans: ClassVar[dict[type, tuple[tuple[str, str], ...]]] = {
        Declaration: (("issued", "accepted"),),
        TransportMeans: (("departure", "arrival"),),
        Leg: (("departure", "arrival"),),
        TransitMovement: (("issued", "time_limit"),),
        Journey: (("booked", "issued"),),
    }
    _names: ClassVar[dict[str, str]] = {"time_limit": "timeLimit"}

    def judge(self, value: datetime | date, field: str, node: object, sight: Sight) -> None:
        """Hold a day against today; what is only planned may lie in the future."""
        day = day_in_utc(value) if isinstance(value, datetime) else value
        if day <= sight.today or (type(node) is Event and node.classifier != "actual"):
            return
        if type(node) is Traveller:
            sight.find(self, "future-birth", field)
            return
        most = self.settings.future_days_max
        if day > _later(sight.today, most):
            sight.find(self, "future", field, day=day.isoformat(), most=most, today=sight.today.isoformat())

    def look(self, node: object, sight: Sight) -> None:
        """Look at every pair of moments that has an order."""
        if type(node) is Consignment:
            self._voyage(node, sight)
            return
        for first, second in self._spans[type(node)]:
            earlier, later = getattr(node, first), getattr(node, second)
            if earlier is not None and later is not None:
                self._in_order(earlier, later, (first, second), sight)

    def _in_order(self, earlier: datetime, later: datetime, names: tuple[str, str], sight: Sight) -> None:
        """Hold two moments against each other."""
        if _before(later, earlier):
            before, name = (self._names.get(one, one) for one in names)
            facts = {"earlier": day_in_utc(earlier).isoformat(), "later": day_in_utc(later).isoformat()}
            sight.find(self, "order", name, name=name, before=before, **facts)

    def _voyage(self, node: Consignment, sight: Sight) -> None:
        """Hold unloading against loading."""
        loading, unloading = node.loading, node.unloading
        if loading is None or unloading is None or loading.at is None or unloading.at is None:
            return
        if _before(unloading.at, loading.at):
            facts = {"earlier": day_in_utc(loading.at).isoformat(), "later": day_in_utc(unloading.at).isoformat()}
            sight.find(self, "order", "unloading/at", name="unloading", before="loading", **facts)


def _before(one: datetime, other: datetime) -> bool:
    """Say whether a moment is surely before another.

    Midnight often stands for a whole day, so it is held against days. Moments without offset may be local times, of
    places up to a day apart.
    """
    days = (day_in_utc(other) - day_in_utc(one)).days
    hours = hours_between(one, other)
    if hours is None or one.tzinfo is None:
        return days > 1
    if one.time() == _MIDNIGHT or other.time() == _MIDNIGHT:
        return days > 0
    return hours > 0


class DAT002(Rule):
    """A ship's voyage from loading to unloading needs no more than a ship's speed, even by the shortest line.

    The line is the great circle, which no sea route is shorter than: a finding is certain, silence is not.
    """

    level: ClassVar[str] = "date"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "great-circle distance of UN/LOCODE coordinates; settings of this node"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Consignment: "loading"}
    cases: ClassVar[dict[str, str]] = {
        "speed": "{distance} nautical miles in {hours} hours is {speed} knots, and {most} are allowed."
    }

    def look(self, node: Consignment, sight: Sight) -> None:
        """Divide the distance by the hours."""
        loading, unloading = node.loading, node.unloading
        if loading is None or unloading is None or loading.code is None or unloading.code is None:
            return
        means = main_means(node, sight.record)
        if means is None or means.mode not in _SHIPS or loading.code == unloading.code:
            return
        hours = hours_between(loading.at or means.departure, unloading.at or means.arrival)
        if hours is None or hours < 0:
            return
        ends = [coordinates(self.codes.entry("locode", code)) for code in (loading.code, unloading.code)]
        if ends[0] is None or ends[1] is None:
            return
        miles = great_circle_km(ends[0], ends[1]) / _KM_PER_NAUTICAL_MILE
        most = self.settings.speed_knots_max
        # an hour to spare: times are often whole hours
        if miles > most * (hours + 1):
            speed = round(miles / max(hours, 1))
            sight.find(self, "speed", "unloading", distance=round(miles), hours=round(hours), speed=speed, most=most)


class DAT003(Rule):
    """A declaration is lodged within the limit after arrival, and its documents are valid on its day."""

    level: ClassVar[str] = "date"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "Regulation (EU) 952/2013, Article 149; settings of this node"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Document: "", Declaration: "goods_shipment"}
    cases: ClassVar[dict[str, str]] = {
        "expired": "the document expired on {expires}, before {day}.",
        "not-yet": "the document was issued on {issued}, after {day}.",
        "never-valid": "the document expired on {expires}, before it was issued on {issued}.",
        "late": "the goods arrived on {arrival}, {days} days before {day}, and {most} are allowed.",
    }

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._late = timedelta(settings.filing_days_max)

    def look(self, node: Document | Declaration, sight: Sight) -> None:
        """Look at a document's days (never a traveller's: they are personal), and at the day of arrival."""
        if type(node) is Declaration:
            self._filing(node, sight)
        elif type(node) is Document and type(sight.record) is not Journey:
            issued, expires, day = node.issued, node.expires, sight.day
            if issued is not None and expires is not None and expires < issued:
                sight.find(self, "never-valid", "expires", expires=expires.isoformat(), issued=issued.isoformat())
            elif expires is not None and expires < day:
                sight.find(self, "expired", "expires", expires=expires.isoformat(), day=day.isoformat())
            elif issued is not None and issued > _later(day, 1):
                sight.find(self, "not-yet", "issued", issued=issued.isoformat(), day=day.isoformat())

    def _filing(self, node: Declaration, sight: Sight) -> None:
        """Hold the day of the declaration against the day of arrival."""
        consignment = node.goods_shipment.consignment if node.goods_shipment is not None else None
        if consignment is None:
            return
        moment = consignment.unloading.at if consignment.unloading is not None else None
        if moment is None and consignment.transport_means:
            means = main_means(consignment, node)
            moment = means.arrival if means is not None else None
        if moment is None:
            return
        arrival = day_in_utc(moment)
        if sight.day - arrival > self._late:
            facts = {"arrival": arrival.isoformat(), "day": sight.day.isoformat()}
            days, most = (sight.day - arrival).days, self.settings.filing_days_max
            sight.find(self, "late", "goodsShipment/consignment", **facts, days=days, most=most)
