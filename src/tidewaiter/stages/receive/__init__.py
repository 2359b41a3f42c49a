"""Take in a message: name its format and sender, read it into records with their place in the bytes."""

from tidewaiter.stages.receive.faults import FAULTS, FaultKind
from tidewaiter.stages.receive.model import Fault, Head, Layout, Opened, Place, Reading
from tidewaiter.stages.receive.places import locate
from tidewaiter.stages.receive.service import open_source
from tidewaiter.stages.receive.tables.mapping import Mapping, read_mapping
from tidewaiter.stages.receive.tables.shelf import best_mappings, load_mapping, mapping_text, shipped_mappings
from tidewaiter.stages.receive.tables.suggest import SuggestedColumn, Suggestion, suggest

__all__ = [
    "FAULTS",
    "Fault",
    "FaultKind",
    "Head",
    "Layout",
    "Mapping",
    "Opened",
    "Place",
    "Reading",
    "SuggestedColumn",
    "Suggestion",
    "best_mappings",
    "load_mapping",
    "locate",
    "mapping_text",
    "open_source",
    "read_mapping",
    "shipped_mappings",
    "suggest",
]
