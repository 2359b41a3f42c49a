"""Let things go wrong on the road, honestly: scales, seals, delays, discharges that come late."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.model import Shipment, Step

_SCALES, _OFF, _OFF_MOST = 0.003, 0.04, 0.025
"""Standard deviation of a weighbridge, as a share; how often a load is off by more, and by how much at most."""

_MISREAD, _RESEALED = 0.012, 0.006
"""How often a seal is misread at unloading, and how often an office on the way opens a box and seals it anew."""

_LATE, _DISCHARGED_LATE, _NEVER_DISCHARGED, _NOT_TOLD = 0.02, 0.02, 0.008, 0.01
"""How often an arrival is late by days, a discharge late by weeks or forgotten, a passage not reported."""


def on_the_road(scene: Scene, rng: Random, shipment: Shipment) -> None:
    """Spoil what the offices of a transit movement report, a little."""
    steps = shipment.steps
    resealed = ""
    if shipment.planted is None and rng.random() < _LATE:
        _delay(steps, ("arrival", "unloading", "discharge"), timedelta(hours=rng.uniform(6, 60)))
    for step in steps:
        if step.type == "passage" and step.seals:
            if not resealed and rng.random() < _RESEALED:
                resealed = scene.boxes.seal(rng)
            step.told = step.told and rng.random() >= _NOT_TOLD
        if resealed and step.seals:
            step.seals = (resealed, *step.seals[1:])
        if step.type == "unloading":
            _unload(rng, step)
    if steps[-1].type == "discharge":
        if rng.random() < _DISCHARGED_LATE:
            _delay(steps, ("discharge",), timedelta(days=rng.uniform(5, 25)))
        steps[-1].told = steps[-1].told and rng.random() >= _NEVER_DISCHARGED


def _delay(steps: list[Step], types: tuple[str, ...], by: timedelta) -> None:
    """Let some steps happen later."""
    for step in steps:
        if step.type in types:
            step.at = (step.at + by).replace(microsecond=0)


def _unload(rng: Random, step: Step) -> None:
    """Weigh what is unloaded on a weighbridge, and read its seals."""
    if step.mass is not None:
        share = rng.gauss(0.0, _SCALES)
        if rng.random() < _OFF:
            share = rng.uniform(-_OFF_MOST, _OFF_MOST)
        step.mass = max(round(step.mass * (1 + share), 0 if step.mass > 200 else 1), 0.1)  # noqa: PLR2004 - kilograms
    if step.seals and rng.random() < _MISREAD:
        step.seals = (misread(rng, step.seals[0]), *step.seals[1:])


def misread(rng: Random, seal: str) -> str:
    """Return a seal's number with one digit read as another."""
    places = [at for at, sign in enumerate(seal) if sign.isdigit()]
    if not places:
        return seal
    at = rng.choice(places)
    return seal[:at] + str((int(seal[at]) + rng.randrange(1, 10)) % 10) + seal[at + 1 :]
