"""List what columns are called, in three languages, for each field that tables have."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

from tidewaiter.stages.receive.tables.profile import Kind

HOLDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        "id": (Kind.CODE, Kind.INTEGER, Kind.HS, Kind.COUNTRY, Kind.CURRENCY, Kind.LOCODE, Kind.YES_NO),
        "number": (Kind.NUMBER, Kind.INTEGER, Kind.HS, Kind.YES_NO),
        "count": (Kind.INTEGER, Kind.HS, Kind.YES_NO),
        "words": (Kind.TEXT, Kind.CODE, Kind.COUNTRY, Kind.CURRENCY, Kind.LOCODE),
        "anything": (Kind.TEXT, Kind.CODE, Kind.INTEGER),
        "day": (Kind.DAY,),
        "country": (Kind.COUNTRY,),
        "currency": (Kind.CURRENCY,),
        "place": (Kind.LOCODE,),
        "container": (Kind.CONTAINER,),
        "tariff": (Kind.HS,),
        "yes-no": (Kind.YES_NO,),
        "result": (Kind.YES_NO, Kind.CODE, Kind.TEXT, Kind.INTEGER),
    }
)
"""Word in vocabulary.toml → the kinds of values that a field takes, the one that tells most first."""


class Target(msgspec.Struct, frozen=True):
    """A field that a column may be: the kinds of values it takes, and what its columns are called.

    `alone` says how sure the values make one without any name, from 0 to 1: a column of container numbers is one.
    """

    path: str
    kinds: tuple[Kind, ...]
    names: tuple[str, ...]
    alone: float = 0.0


@cache
def targets() -> Mapping[str, tuple[Target, ...]]:
    """Return kind of records → the fields that are looked for, in order."""
    data = tomllib.loads((files("tidewaiter.stages.receive.tables") / "vocabulary.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            kind: tuple(
                Target(path, HOLDS[said["holds"]], tuple(said["names"]), said.get("alone", 0.0))
                for path, said in fields.items()
            )
            for kind, fields in data.items()
        }
    )
