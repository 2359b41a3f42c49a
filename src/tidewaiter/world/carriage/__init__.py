"""Say how goods travel: ships on their rounds, flights, lorries over borders, and the boxes that they carry."""

from tidewaiter.world.carriage._boxes import Boxes
from tidewaiter.world.carriage.carriage import Carriage

__all__ = ["Boxes", "Carriage"]
