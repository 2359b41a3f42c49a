"""Work what follows a decision: for now, take in the outcomes of controls and say what they are about."""

from tidewaiter.stages.investigate.history import outcome_rows
from tidewaiter.stages.investigate.model import Settled
from tidewaiter.stages.investigate.service import controlled, keep_matches, matched_now, outcomes_of, settle, tally

__all__ = ["Settled", "controlled", "keep_matches", "matched_now", "outcome_rows", "outcomes_of", "settle", "tally"]
