"""Say what happens next, within capacity: inspect the riskiest, draw a control share, release."""

from tidewaiter.stages.decide.model import ACTIONS, Candidate, Decision
from tidewaiter.stages.decide.service import carried_out, counts, decided, decision_of, forget, plan, plan_day, planned

__all__ = [
    "ACTIONS",
    "Candidate",
    "Decision",
    "carried_out",
    "counts",
    "decided",
    "decision_of",
    "forget",
    "plan",
    "plan_day",
    "planned",
]
