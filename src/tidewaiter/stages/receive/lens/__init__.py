"""Say how records and documents correspond: one table of lines, read both ways."""

from tidewaiter.stages.receive.lens.codecs import (
    DAY,
    DECIMAL,
    INTEGER,
    MOMENT,
    TEXT,
    BadValue,
    Codec,
    Codes,
    Day,
    Flag,
    Moment,
    decimal_of,
    plain,
)
from tidewaiter.stages.receive.lens.lens import Lens, lens, nearest
from tidewaiter.stages.receive.lens.lines import Line, const, each, joined, key, leaf, part, texts
from tidewaiter.stages.receive.lens.node import Node

__all__ = [
    "DAY",
    "DECIMAL",
    "INTEGER",
    "MOMENT",
    "TEXT",
    "BadValue",
    "Codec",
    "Codes",
    "Day",
    "Flag",
    "Lens",
    "Line",
    "Moment",
    "Node",
    "const",
    "decimal_of",
    "each",
    "joined",
    "key",
    "leaf",
    "lens",
    "nearest",
    "part",
    "plain",
    "texts",
]
