"""Say what the invented world is made of: places, goods, traders, carriage, papers, truth, letters."""

from tidewaiter.world.model.carriage import AIR, RAIL, ROAD, SEA, Box, Carrier, Leg, Means
from tidewaiter.world.model.goods import Good
from tidewaiter.world.model.letters import FORMS, Letter
from tidewaiter.world.model.places import Country, Place, Port, Practice
from tidewaiter.world.model.shipment import (
    EXPORT,
    HOUSE,
    IMPORT,
    MASTER,
    TRANSIT,
    Happening,
    Invoice,
    Line,
    Paper,
    Shipment,
    Step,
)
from tidewaiter.world.model.traders import Broker, Person, Trader
from tidewaiter.world.model.travel import Trip
from tidewaiter.world.model.truth import Control, Planted, Slip

__all__ = [
    "AIR",
    "EXPORT",
    "FORMS",
    "HOUSE",
    "IMPORT",
    "MASTER",
    "RAIL",
    "ROAD",
    "SEA",
    "TRANSIT",
    "Box",
    "Broker",
    "Carrier",
    "Control",
    "Country",
    "Good",
    "Happening",
    "Invoice",
    "Leg",
    "Letter",
    "Line",
    "Means",
    "Paper",
    "Person",
    "Place",
    "Planted",
    "Port",
    "Practice",
    "Shipment",
    "Slip",
    "Step",
    "Trader",
    "Trip",
]
