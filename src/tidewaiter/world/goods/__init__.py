"""Say what is traded: goods of the Harmonized System with their prices, origins, taxes and wordings."""

from tidewaiter.world.goods.exports import of_origin, wanted
from tidewaiter.world.goods.prices import price
from tidewaiter.world.goods.table import BY_HS, GOODS, REMEDY_RATE

__all__ = ["BY_HS", "GOODS", "REMEDY_RATE", "of_origin", "price", "wanted"]
