"""Work what follows a decision: for now, take in the outcomes of controls and say what they are about."""

from tidewaiter.stages.investigate.model import Settled
from tidewaiter.stages.investigate.service import match_waiting, outcomes_of, settle, tally

__all__ = ["Settled", "match_waiting", "outcomes_of", "settle", "tally"]
