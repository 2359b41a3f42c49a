"""Hand out containers and seals: numbers that fit their check digits, no box on two journeys at once."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from random import Random

from stdnum import iso6346

from tidewaiter.world.model import Box

_OWNERS = ("QWXU", "BKWU", "SLZU", "TQNU", "AVJU", "CQDU", "PXLU", "VQBU", "IXSU", "ZQAU", "KWPU", "JZTU")
"""Owner prefixes, invented."""

_BLOCK, _BLOCKS = 100_000, 10
"""Serial numbers of an owner come in so many blocks of so many, one size and type to a block."""

_TYPES: dict[str, tuple[tuple[int, ...], int, int]] = {
    "22G1": ((0, 1, 2), 2_180, 2_340),
    "42G1": ((3, 4), 3_640, 3_800),
    "45G1": ((5, 6, 7), 3_820, 4_000),
    "22R1": ((8,), 2_880, 3_080),
    "45R1": ((9,), 4_480, 4_720),
}
"""Size and type, ISO 6346 → its blocks, its lightest and heaviest tare in kilograms."""

_OF_BLOCK = {block: size_type for size_type, (blocks, _, _) in _TYPES.items() for block in blocks}

_STRIDE, _TARE_STRIDE = 61_547, 37
"""Odd strides, prime to the sizes of the blocks: serials come as if drawn, and none twice."""

IDLE = timedelta(days=21)
"""How long a box is emptied, moved and stored before it is taken again, at least."""

REUSE_SHARE = 0.7
"""How often a box that is free is taken again, where there is one."""

FREE_MAX = 30_000
"""Boxes of a size and type kept for use again; those released beyond are sold."""

_SEALS = ("@@#######", "@@@######", "########", "@@#########")
"""Forms of seals by who makes them; # is a digit and @ a capital."""
_SEAL_SHARES = (0.45, 0.75, 0.9, 1.0)
_CAPITALS = "ABCDEFGHJKLMNPRSTUVWXYZ"


class Boxes:
    """The boxes of a world. Which are out is for those who took them to know: they release each once."""

    def __init__(self, seed: str) -> None:
        rng = Random(f"{seed}/boxes")  # noqa: S311 - an invented world, not a secret
        self._owners = rng.sample(_OWNERS, len(_OWNERS))
        self._offset = rng.randrange(_BLOCK)
        self._made = dict.fromkeys(_TYPES, 0)
        self._free: dict[str, list[tuple[datetime, str]]] = {size_type: [] for size_type in _TYPES}
        self._stamps = tuple(
            (form, "".join(rng.choice(_CAPITALS) for one in form if one == "@")) for form in _SEALS for _ in range(4)
        )

    def take(self, rng: Random, size_type: str, at: datetime) -> Box:
        """Return a box of a size and type that is on no journey at a moment, sealed.

        Raises KeyError for a size and type that nobody has.
        """
        free = self._free[size_type]
        if free and free[0][0] <= at and rng.random() < REUSE_SHARE:
            number = heapq.heappop(free)[1]
        else:
            number = self._make(size_type)
        return Box(number, size_type, tare(number), self.seal(rng))

    def release(self, number: str, at: datetime) -> None:
        """Give a box back when its journey ends at a moment; raises KeyError where the number is none of these."""
        free = self._free[size_type_of(number)]
        if len(free) < FREE_MAX:
            heapq.heappush(free, (at + IDLE, number))

    def seal(self, rng: Random) -> str:
        """Return the number of a new seal."""
        form = rng.choices(range(len(_SEALS)), cum_weights=_SEAL_SHARES)[0]
        signs, stamp = self._stamps[form * 4 + rng.randrange(4)]
        digits = signs.count("#")
        return f"{stamp}{rng.randrange(10**digits):0{digits}d}"

    def _make(self, size_type: str) -> str:
        """Return the number of a box that was not there before; raises RuntimeError when all numbers are used up."""
        count = self._made[size_type]
        self._made[size_type] = count + 1
        blocks = _TYPES[size_type][0]
        again, place = divmod(count, len(blocks) * len(self._owners))
        if again >= _BLOCK:
            message = f"all numbers of boxes {size_type} are used up"
            raise RuntimeError(message)
        owner, block = self._owners[place % len(self._owners)], blocks[place // len(self._owners)]
        body = f"{owner}{block}{(again * _STRIDE + self._offset) % _BLOCK:05d}"
        return body + str(iso6346.calc_check_digit(body))


def size_type_of(number: str) -> str:
    """Return the size and type that the block of a box's number stands for; raises KeyError for another owner's."""
    if number[:4] not in _OWNERS:
        raise KeyError(number)
    return _OF_BLOCK[int(number[4])]


def tare(number: str) -> int:
    """Return what a box weighs empty, in kilograms, as its door says; raises KeyError for another owner's."""
    _, lightest, heaviest = _TYPES[size_type_of(number)]
    steps = (heaviest - lightest) // 10 + 1
    return lightest + 10 * (int(number[4:10]) // _TARE_STRIDE % steps)
