"""Pack a day of a world as an exercise: records, a question, the truth under the trainer's code."""

from tidewaiter.playground.exercise.answering import Answer, Debrief, Marked, Story, debrief, mark
from tidewaiter.playground.exercise.making import Lesson, make_pack, new_code
from tidewaiter.playground.exercise.model import Contents, Question
from tidewaiter.playground.exercise.pack import Pack, verify

__all__ = [
    "Answer",
    "Contents",
    "Debrief",
    "Lesson",
    "Marked",
    "Pack",
    "Question",
    "Story",
    "debrief",
    "make_pack",
    "mark",
    "new_code",
    "verify",
]
