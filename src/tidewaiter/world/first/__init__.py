"""Invent a world of trade from a seed, with fraud planted in it and the truth known."""

from tidewaiter.world.first.making import make_world
from tidewaiter.world.first.model import Planted, World
from tidewaiter.world.first.places import COUNTRY, CURRENCY
from tidewaiter.world.first.tables import DECLARATIONS_MAPPING, OUTCOMES_MAPPING

__all__ = [
    "COUNTRY",
    "CURRENCY",
    "DECLARATIONS_MAPPING",
    "OUTCOMES_MAPPING",
    "Planted",
    "World",
    "make_world",
]
