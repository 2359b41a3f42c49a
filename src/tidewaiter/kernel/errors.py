"""Define the one family of errors: each is a sentence and says what to do."""

from __future__ import annotations

from typing import ClassVar


class TidewaiterError(Exception):
    """Something went wrong that a person can act on.

    `str(error)` is the sentence (where and why); `remedy` is what to do, or empty;
    `slug` names the kind for problem details (RFC 9457); `exit_code` is the command's exit status.
    """

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, sentence: str, remedy: str = "", **facts: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.facts = facts


class Refused(TidewaiterError):
    """A message cannot be read at all; nothing of it was kept as a record."""

    slug = "message-refused"
    exit_code = 3


class MappingFault(TidewaiterError):
    """A mapping file is wrong, or does not fit the table."""

    slug = "mapping"
    exit_code = 3


class SettingFault(TidewaiterError):
    """A setting is unknown or has a value that it cannot have."""

    slug = "setting"
    exit_code = 4


class NodeFault(TidewaiterError):
    """The node's folder or database is missing, unwritable, newer or older than this program."""

    slug = "node"
    exit_code = 5


class StorageFault(TidewaiterError):
    """The disk is full, read-only or failing; what was acknowledged before is kept."""

    slug = "storage"
    exit_code = 6


class NotFound(TidewaiterError):
    """There is nothing under that reference."""

    slug = "not-found"
    exit_code = 7


class CodeListFault(TidewaiterError):
    """A code list is missing, malformed, or not the one asked for."""

    slug = "code-list"
    exit_code = 8


class RulePackFault(TidewaiterError):
    """A rule pack is wrong: an unknown feature, a wrong type, a function that is not allowed."""

    slug = "rule-pack"
    exit_code = 9


class ModelFault(TidewaiterError):
    """A model cannot be fitted or does not fit the features of this program."""

    slug = "model"
    exit_code = 10


class Conflict(TidewaiterError):
    """Somebody else changed it first, or it is not in a state that allows this."""

    slug = "conflict"
    exit_code = 11


class SchemaFault(TidewaiterError):
    """XML schemas are missing, malformed, or do not fit together."""

    slug = "schema"
    exit_code = 12


class NoteFault(TidewaiterError):
    """A signed note, a checkpoint, a proof, a policy or a witness's request is malformed."""

    slug = "note"
    exit_code = 13


class NotProven(TidewaiterError):
    """A signature or a proof does not hold, or too few witnesses have signed."""

    slug = "not-proven"
    exit_code = 14


class LogFault(TidewaiterError):
    """The files of a log are damaged, incomplete, or not what their checkpoint says."""

    slug = "log"
    exit_code = 15


class LogStopped(TidewaiterError):
    """Writing the log failed; nothing more is written until the program is started again."""

    slug = "log-stopped"
    exit_code = 16


class WitnessAhead(TidewaiterError):
    """A witness has seen more of this log than this node has, or something else; the node must not sign."""

    slug = "witness-ahead"
    exit_code = 17


class KeyFault(TidewaiterError):
    """A key, or the place where keys are kept, is missing, locked, or not the right one."""

    slug = "key"
    exit_code = 18


class Shredded(TidewaiterError):
    """The personal data was destroyed with its keys, and nobody can read it again."""

    slug = "shredded"
    exit_code = 19


class Forbidden(TidewaiterError):
    """The officer may not do this, or not for this purpose, or not without a second officer."""

    slug = "forbidden"
    exit_code = 20


class NotSignedIn(TidewaiterError):
    """Nobody is signed in, the session has ended, or a factor was wrong."""

    slug = "not-signed-in"
    exit_code = 21
