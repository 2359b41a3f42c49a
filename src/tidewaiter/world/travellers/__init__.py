"""Let people travel: bookings, flights, and what carriers tell of them."""

from __future__ import annotations

from tidewaiter.world.travellers.traffic import Traffic

__all__ = ["Traffic"]
