"""Show what keeps each rule, what breaks it and what nearly does: one table for tests and manual."""

from tidewaiter.stages.validate.cases.manual import cases_markdown
from tidewaiter.stages.validate.cases.table import (
    ABSENT,
    Case,
    base_records,
    cases,
    mapping_text,
    record_of,
    source_of,
)

__all__ = ["ABSENT", "Case", "base_records", "cases", "cases_markdown", "mapping_text", "record_of", "source_of"]
