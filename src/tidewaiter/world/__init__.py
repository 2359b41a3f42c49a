"""Invent a world of trade from a seed, with smuggling planted in it and the truth known."""

from __future__ import annotations

from tidewaiter.world.engine import Day, Setup, play
from tidewaiter.world.geography import COUNTRIES, HOMES
from tidewaiter.world.model import Control, Letter, Planted, Slip
from tidewaiter.world.schemes import all_schemes

__all__ = [
    "COUNTRIES",
    "HOMES",
    "Control",
    "Day",
    "Letter",
    "Planted",
    "Setup",
    "Slip",
    "all_schemes",
    "play",
]
