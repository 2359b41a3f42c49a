"""Say how goods travel: ships on their rounds, flights, lorries over borders, and their boxes."""

from tidewaiter.world.carriage._boxes import Boxes
from tidewaiter.world.carriage.carriage import Carriage

__all__ = ["Boxes", "Carriage"]
