"""Score decisions against the truth: what they find of what was planted, and what they cost."""

from tidewaiter.world.score.decisions import ACTIONS, CHOSEN, Decision, read_decisions
from tidewaiter.world.score.intervals import wilson
from tidewaiter.world.score.model import BANDS, Measured, SchemeRow, Score, Selection
from tidewaiter.world.score.scoring import BUDGETS, RECOVERED_USD_MAX, score

__all__ = [
    "ACTIONS",
    "BANDS",
    "BUDGETS",
    "CHOSEN",
    "RECOVERED_USD_MAX",
    "Decision",
    "Measured",
    "SchemeRow",
    "Score",
    "Selection",
    "read_decisions",
    "score",
    "wilson",
]
