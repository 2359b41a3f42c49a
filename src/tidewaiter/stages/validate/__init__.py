"""Say what is wrong with a record: syntax, structure, codes, formats, arithmetic, dates, across fields."""

from tidewaiter.stages.validate.model import Finding

__all__ = ["Finding"]
