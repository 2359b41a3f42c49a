"""Name tags as faults may say them: what has not the form of one may be a piece of somebody's name."""

from __future__ import annotations

import re

NO_TAG = "???"
"""Stands in faults for what stands in the place of a tag and is none."""

_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")


def named(tag: str) -> str:
    """Return a tag, or what stands for one in a fault."""
    return tag if _TAG.fullmatch(tag) else NO_TAG
