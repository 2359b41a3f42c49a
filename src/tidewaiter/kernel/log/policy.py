"""Read trust policies (C2SP tlog-policy), and say whether a checkpoint has its quorum.

A policy names logs, witnesses, groups of them with a threshold, and the quorum. Names are octets without meaning
outside of the policy; they are kept as text in which octets that are not UTF-8 survive (`surrogateescape`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import notes
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import LOG_KINDS, WITNESS_KINDS, cosigned_at, verifier
from tidewaiter.kernel.log.notes import Key, Note, Verifier

NONE = "none"
LINES_MAX = 4_096
POLICY_BYTES_MAX = 1_000_000
MEMBERS_MAX = 1_024

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK = re.compile(r"[ \t]+")
_KEY_FIELDS_MAX = 2


class Party(msgspec.Struct, frozen=True):
    """A log or a witness of a policy: its key, and where it is reached, if that is said."""

    key: Key
    url: str = ""


class Group(msgspec.Struct, frozen=True):
    """Members (witnesses or groups) of which at least `threshold` must have witnessed a checkpoint."""

    threshold: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """Which logs are accepted, and which witnesses must have cosigned: `quorum` names one, a group, or `none`."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str


class Judgement(msgspec.Struct, frozen=True):
    """Who has signed a checkpoint that a policy accepts: the log's key, and the time each witness gave."""

    log: str
    witnesses: Mapping[str, int]


def parse(data: bytes) -> Policy:
    """Read a policy; raises NoteFault with the line that is wrong."""
    if len(data) > POLICY_BYTES_MAX or _FORBIDDEN.search(data):
        message = "A policy has control characters other than tab and newline, or is too long."
        raise NoteFault(message)
    draft = _Draft()
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if len(lines) > LINES_MAX:
        message = f"A policy has more than {LINES_MAX:,} lines."
        raise NoteFault(message)
    for number, line in enumerate(lines, start=1):
        fields = [one for one in _BLANK.split(line) if one]
        if not fields or fields[0].startswith("#"):
            continue
        try:
            _LINES.get(fields[0], _Draft.unknown)(draft, fields[1:])
        except NoteFault as wrong:
            message = f"Line {number} of the policy is wrong: {wrong.sentence}"
            raise NoteFault(message) from None
    if draft.quorum is None:
        message = "A policy has exactly one quorum line."
        raise NoteFault(message)
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


def write(policy: Policy) -> bytes:
    """Write a policy so that reading it gives the same again."""
    lines = [_line("log", one.key.vkey, one.url) for one in policy.logs]
    lines += [_line("witness", name, one.key.vkey, one.url) for name, one in policy.witnesses.items()]
    lines += [_line("group", name, str(one.threshold), *one.members) for name, one in policy.groups.items()]
    data = "\n".join([*lines, f"quorum {policy.quorum}", ""]).encode("utf-8", "surrogateescape")
    if parse(data) != policy:
        message = "A policy cannot be written so that reading it gives the same."
        raise NoteFault(message)
    return data


def judge(policy: Policy, checkpoint: Checkpoint, note: Note, log_keys: Iterable[Verifier] = ()) -> Judgement:
    """Return who signed the checkpoint; raises NotProven unless a log of the policy and its quorum did.

    `log_keys` are the keys of logs that are known from elsewhere; they serve where the policy names no log.
    """
    if note.text != checkpoint.text:
        message = "The note is not that of the checkpoint."
        raise NotProven(message)
    keys = {one.key: verifier(one.key, LOG_KINDS) for one in policy.logs}
    logs = [one for one in (keys.values() if policy.logs else log_keys) if one.name == checkpoint.origin]
    witnesses = {  # a log may be a witness too, with the same key
        name: keys.get(one.key) or verifier(one.key, WITNESS_KINDS) for name, one in policy.witnesses.items()
    }
    signed = {(one.name, one.key_id): one for one in notes.verify(note, [*logs, *witnesses.values()])}
    log = next((one for one in logs if (one.name, one.key_id) in signed), None)
    if log is None:
        message = f"No log that the policy accepts has signed the checkpoint of {checkpoint.origin}."
        raise NotProven(message)
    times = {}
    for name, one in witnesses.items():
        signature = signed.get((one.name, one.key_id))
        if signature is not None:
            times[name] = cosigned_at(signature)
    if not satisfied(policy, times):
        message = f"The quorum {policy.quorum!r} has not cosigned: {len(times)} of {len(witnesses)} witnesses have."
        raise NotProven(message)
    return Judgement(log.name, times)


def satisfied(policy: Policy, witnesses: Iterable[str]) -> bool:
    """Say whether these witnesses make the quorum."""
    reached = set(witnesses) & policy.witnesses.keys()
    for name, group in policy.groups.items():  # a group stands after its members
        if sum(member in reached for member in group.members) >= group.threshold:
            reached.add(name)
    return policy.quorum == NONE or policy.quorum in reached


def threshold(witnesses: int, faulty: int) -> int:
    """Return the least k > (n + f) / 2: two quorums then always share an honest witness, so no two views have one.

    Raises NoteFault where that many honest witnesses do not exist, so that no quorum could ever be had.
    """
    least = (witnesses + faulty) // 2 + 1
    if faulty < 0 or least > witnesses - faulty:
        message = f"Of {witnesses} witnesses, {faulty} cannot be faulty."
        raise NoteFault(message)
    return least


class _Draft:
    """A policy while its lines are read."""

    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def log(self, fields: list[str]) -> None:
        """Take `<vkey> [<url>]`."""
        party = _party(fields, LOG_KINDS)
        if any(one.key.public == party.key.public for one in self.logs):
            message = "the log is there already."
            raise NoteFault(message)
        self.logs.append(party)

    def witness(self, fields: list[str]) -> None:
        """Take `<name> <vkey> [<url>]`."""
        name = self._fresh(fields)
        party = _party(fields[1:], WITNESS_KINDS)
        if any(one.key.public == party.key.public for one in self.witnesses.values()):
            message = "the witness is there already."
            raise NoteFault(message)
        self.witnesses[name] = party

    def group(self, fields: list[str]) -> None:
        """Take `<name> all|any|<k> <name>...`."""
        name = self._fresh(fields)
        members = tuple(fields[2:])
        if not 1 <= len(members) <= MEMBERS_MAX:
            message = "a group has members."
            raise NoteFault(message)
        for member in members:
            if not self._known(member) or member in self._members:
                message = "a member must be defined above and belong to one group only."
                raise NoteFault(message)
            self._members.add(member)
        words: Mapping[str, int] = {"all": len(members), "any": 1}
        least = words[fields[1]] if fields[1] in words else notes.decimal(fields[1])
        if not 1 <= least <= len(members):
            message = "the threshold is not between one and the number of members."
            raise NoteFault(message)
        self.groups[name] = Group(least, members)

    def decide(self, fields: list[str]) -> None:
        """Take `<name>`, once."""
        if self.quorum is not None or len(fields) != 1 or not (fields[0] == NONE or self._known(fields[0])):
            message = "the quorum is one name that is defined above, and is said once."
            raise NoteFault(message)
        self.quorum = fields[0]

    def unknown(self, _fields: list[str]) -> None:
        """Refuse a line that begins otherwise."""
        message = "a line begins with log, witness, group or quorum."
        raise NoteFault(message)

    def _known(self, name: str) -> bool:
        """Say whether the name is defined."""
        return name in self.witnesses or name in self.groups

    def _fresh(self, fields: list[str]) -> str:
        """Return the first field as a name that is not taken."""
        if not fields or fields[0] == NONE or self._known(fields[0]):
            message = "the name is missing or taken."
            raise NoteFault(message)
        return fields[0]


_LINES: Mapping[str, Callable[[_Draft, list[str]], None]] = {
    "log": _Draft.log,
    "witness": _Draft.witness,
    "group": _Draft.group,
    "quorum": _Draft.decide,
}


def _party(fields: list[str], kinds: frozenset[int]) -> Party:
    """Read `<vkey> [<url>]`; the key must be of one of the kinds."""
    if not 1 <= len(fields) <= _KEY_FIELDS_MAX:
        message = "there is a key, and perhaps a URL."
        raise NoteFault(message)
    key = notes.parse_key(fields[0])
    verifier(key, kinds)
    return Party(key, fields[1] if len(fields) == _KEY_FIELDS_MAX else "")


def _line(*fields: str) -> str:
    """Join what is not empty with single spaces."""
    return " ".join(one for one in fields if one)
