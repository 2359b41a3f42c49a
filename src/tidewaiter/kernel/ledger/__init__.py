"""Bring what happens into the log in the same commit: queue its leaves, integrate, sign, heal."""

from tidewaiter.kernel.ledger.heads import WitnessHeads
from tidewaiter.kernel.ledger.ledger import Entry, Ledger

__all__ = ["Entry", "Ledger", "WitnessHeads"]
