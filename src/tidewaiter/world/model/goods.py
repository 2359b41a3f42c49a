"""Say what goods are: a line of trade with its usual prices, packing, origins and taxes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """A line of goods as it is honestly traded.

    `hs` is a heading of HS 2022, six digits; `price` is US dollars per kilogram free on board, `spread` the standard
    deviation of its logarithm between grades; `mass` is a typical line in kilograms; `pack` a UN/ECE Recommendation 21
    code and `pack_mass` its content in kilograms; `unit` and `unit_mass` are the tariff's supplementary unit
    (UN/ECE Recommendation 20) and its kilograms, empty and 0 where there is none; `origins` are countries with their
    shares of the world's exports, which add up to 1; `trade` is how common a line of it is, 1 for a middling one;
    `duty` is the most-favoured-nation rate in per cent, `remedy` the countries of origin that pay `REMEDY_RATE` on
    top; `decoys` are headings, at a lower rate, that it could be passed off as; `wordings` are fair descriptions,
    `vague` what a lazy clerk writes; `season` is the month, 1 to 12, in which it is traded most, 0 where it has none;
    `sensitive` says why it is controlled: empty, or one of drugs, precursor, weapons, species, waste, dual-use,
    medicine, excise.
    """

    hs: str
    duty: int
    price: float
    spread: float
    mass: float
    pack: str
    pack_mass: float
    unit: str
    unit_mass: float
    origins: tuple[tuple[str, float], ...]
    trade: float
    remedy: tuple[str, ...]
    decoys: tuple[str, ...]
    wordings: tuple[str, ...]
    vague: tuple[str, ...]
    season: int
    sensitive: str
