"""Say who trades: companies with habits, kin and histories, brokers, and people who travel."""

from tidewaiter.world.traders.people import person
from tidewaiter.world.traders.register import Register
from tidewaiter.world.traders.spelling import transliterate

__all__ = ["Register", "person", "transliterate"]
