"""Say what is wrong with a record: syntax, structure, codes, formats, sums, dates, across fields."""

from tidewaiter.stages.validate.model import Finding
from tidewaiter.stages.validate.replies import REPLIES, Reply, replies_markdown, reply
from tidewaiter.stages.validate.report import json_lines, problem, rules_markdown
from tidewaiter.stages.validate.rule import Rule
from tidewaiter.stages.validate.rules import RULES, transport_documents
from tidewaiter.stages.validate.service import Checker

__all__ = [
    "REPLIES",
    "RULES",
    "Checker",
    "Finding",
    "Reply",
    "Rule",
    "json_lines",
    "problem",
    "replies_markdown",
    "reply",
    "rules_markdown",
    "transport_documents",
]
