"""Say how much people of a certain skill do of something."""

from __future__ import annotations

from random import Random


def by_skill(skill: float, unskilled: float, skilled: float) -> float:
    """Return what lies between two figures as the skill, 0 to 1, lies between none and all of it."""
    return unskilled + (skilled - unskilled) * skill


def within(rng: Random, skill: float, unskilled: tuple[float, float], skilled: tuple[float, float]) -> float:
    """Return a figure between bounds that move, by the skill, from the unskilled's to the skilled's."""
    return rng.uniform(by_skill(skill, unskilled[0], skilled[0]), by_skill(skill, unskilled[1], skilled[1]))
