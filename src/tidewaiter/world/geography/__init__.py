"""Say where trade happens: countries, ports, distances by sea, road and air, and what money is worth."""

from tidewaiter.world.geography.distances import air_km, sea_km
from tidewaiter.world.geography.money import RATES, rate
from tidewaiter.world.geography.roads import Crossing, road, road_km
from tidewaiter.world.geography.tables import AIRPORTS, COUNTRIES, HOMES, PLACES, PORTS

__all__ = [
    "AIRPORTS",
    "COUNTRIES",
    "HOMES",
    "PLACES",
    "PORTS",
    "RATES",
    "Crossing",
    "air_km",
    "rate",
    "road",
    "road_km",
    "sea_km",
]
