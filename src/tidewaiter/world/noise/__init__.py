"""Let honest people slip: mistakes, lazy words, amendments, declarations in parts, other spellings."""

from __future__ import annotations

from tidewaiter.world.noise.spoiling import spoil

__all__ = ["spoil"]
