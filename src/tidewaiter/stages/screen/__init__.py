"""Say how risky a declaration is and why: profiles of the past, features, rules, a model's reasons."""

from tidewaiter.stages.screen.features import BY_NAME, CATALOGUE, FITTED, SUBJECTS, Feature, Subject, catalogue_sha256
from tidewaiter.stages.screen.frames import feature_frame
from tidewaiter.stages.screen.keeping import forget, keep, references, scored_on, scores, screening_of, screenings
from tidewaiter.stages.screen.model import Hit, ProfileCard, Reason, Scorer, Screening, Value
from tidewaiter.stages.screen.profiles import PROFILES, Profile, build_profiles, catalogue_version, read_card
from tidewaiter.stages.screen.rules import PackHead, Rule, RulePack, load_pack, read_pack
from tidewaiter.stages.screen.service import matrix, run

ITEMS = "declaration_item"
"""Kind of the history that holds goods items (record.ITEM_SCHEMA)."""

OUTCOMES = "outcome"
"""Kind of the history that holds outcomes (record.OUTCOME_SCHEMA)."""

__all__ = [
    "BY_NAME",
    "CATALOGUE",
    "FITTED",
    "ITEMS",
    "OUTCOMES",
    "PROFILES",
    "SUBJECTS",
    "Feature",
    "Hit",
    "PackHead",
    "Profile",
    "ProfileCard",
    "Reason",
    "Rule",
    "RulePack",
    "Scorer",
    "Screening",
    "Subject",
    "Value",
    "build_profiles",
    "catalogue_sha256",
    "catalogue_version",
    "feature_frame",
    "forget",
    "keep",
    "load_pack",
    "matrix",
    "read_card",
    "read_pack",
    "references",
    "run",
    "scored_on",
    "scores",
    "screening_of",
    "screenings",
]
