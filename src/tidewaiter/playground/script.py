"""Play a scripted day: part the network, change its faults, kill nodes, start them again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.playground.network import Faults, Tally

if TYPE_CHECKING:
    from tidewaiter.playground.nodes import Mailed, Playground
    from tidewaiter.playground.parcels import Parcel

STEPS_MAX = 10_000


class ScriptFault(TidewaiterError):
    """A script of the playground is malformed, or out of order."""

    slug = "playground-script"


class Parted(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", tag="split", forbid_unknown_fields=True):
    """Part groups of places until a time; the mail is with the last group unless it is named in one."""

    at: time
    until: time
    groups: tuple[tuple[str, ...], ...]
    day: int = 0

    def play(self, playground: Playground, start: date) -> None:
        """Do so."""
        ends = _moment(start, self.day, self.until)
        playground.split(self.groups, ends if self.until > self.at else ends + timedelta(days=1))


class Killing(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", tag="kill", forbid_unknown_fields=True):
    """Kill a node at once, or in the midst of its work: after so many further commits."""

    at: time
    country: str
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    day: int = 0

    def play(self, playground: Playground, start: date) -> None:  # noqa: ARG002 - as all steps
        """Do so; nothing where it is down."""
        if playground.up(self.country):
            playground.kill(self.country, after=self.after)


class Restarting(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", tag="restart", forbid_unknown_fields=True):
    """Start a node again."""

    at: time
    country: str
    day: int = 0

    def play(self, playground: Playground, start: date) -> None:  # noqa: ARG002 - as all steps
        """Do so; nothing where it runs."""
        playground.restart(self.country)


class Weather(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", tag="faults", forbid_unknown_fields=True):
    """Give the network these delays and faults from now on; splits stay as they are."""

    at: time
    delay_seconds: Annotated[float, msgspec.Meta(ge=0)] = 2.0
    spread: Annotated[float, msgspec.Meta(ge=0, le=3)] = 0.0
    lost: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    repeated: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    reordered: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    corrupted: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    day: int = 0

    def play(self, playground: Playground, start: date) -> None:  # noqa: ARG002 - as all steps
        """Do so."""
        splits = playground.network.faults.splits
        playground.change(
            Faults(
                delay_seconds=self.delay_seconds,
                spread=self.spread,
                lost=self.lost,
                repeated=self.repeated,
                reordered=self.reordered,
                corrupted=self.corrupted,
                splits=splits,
            )
        )


Step = Parted | Killing | Restarting | Weather


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day, or several: steps in the order of time, times in UTC; `day` counts from 0, the first.

    Once the last day is over, time goes on until all parcels are kept, at most `settle_hours_max`.
    """

    start: date
    days: Annotated[int, msgspec.Meta(ge=1, le=3_660)] = 1
    settle_hours_max: Annotated[float, msgspec.Meta(ge=0)] = 48.0
    step: tuple[Step, ...] = ()


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """A script that was played: what the network and the mail did, and whether every parcel was kept in the end."""

    network: Tally
    mailed: Mailed
    settled: bool


def read_script(text: str) -> Script:
    """Read a script from TOML; raises ScriptFault with what is wrong."""
    try:
        script = msgspec.convert(tomllib.loads(text), Script)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"The script cannot be read: {error}."
        raise ScriptFault(message) from None
    _insist_orderly(script)
    return script


def play(playground: Playground, script: Script, parcels: Iterable[Parcel]) -> Ran:
    """Play a script with the parcels of its days; raises ScriptFault where its steps are out of order."""
    _insist_orderly(script)
    for parcel in parcels:
        playground.deliver(parcel)
    for step in script.step:
        playground.advance(_moment(script.start, step.day, step.at))
        step.play(playground, script.start)
    playground.advance(_moment(script.start, script.days, time()))
    playground.revive()  # what those that were down missed is on its way again
    settled = playground.settle(hours_max=script.settle_hours_max)
    return Ran(network=playground.network.tally, mailed=playground.tell(), settled=settled)


def _insist_orderly(script: Script) -> None:
    """Refuse a script whose steps are too many, or not in the order of time within its days."""
    moments = [_moment(script.start, one.day, one.at) for one in script.step]
    if len(moments) > STEPS_MAX:
        message = f"A script has at most {STEPS_MAX:,} steps, not {len(moments):,}."
        raise ScriptFault(message)
    if moments != sorted(moments) or any(not 0 <= one.day < script.days for one in script.step):
        message = "The steps of a script stand in the order of time, within its days."
        raise ScriptFault(message)


def _moment(start: date, day: int, at: time) -> datetime:
    """Return a time of a day, counted from the first, in UTC."""
    return datetime.combine(start + timedelta(days=day), at, UTC)
