"""Control a share of what is declared, at random and on what anybody can see, and say what was found."""

from __future__ import annotations

from tidewaiter.world.controls.inspectors import Inspectors

__all__ = ["Inspectors"]
