"""Say what the API needs of a node, and take it from there: witness keys, witnessed logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tidewaiter.kernel.log import policy
from tidewaiter.kernel.log.cosignatures import LOG_KINDS, verifier
from tidewaiter.kernel.log.notes import Verifier
from tidewaiter.kernel.log.witness import Cosigner

if TYPE_CHECKING:
    from tidewaiter.kernel.clock import Clock
    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.settings import Settings

POLICY_FILE = "witnessed.policy"


class Served(Protocol):
    """What the API needs of a node."""

    @property
    def settings(self) -> Settings:
        """The node's settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The node's clock."""
        ...

    @property
    def folder(self) -> Path:
        """The node's home; its log is in `log`."""
        ...

    @property
    def database(self) -> Database:
        """The node's database, where a witness keeps what it cosigned last."""
        ...


def cosigners(node: Served) -> Sequence[Cosigner]:
    """Return the keys that the node cosigns with; none where it has none, and then it witnesses nothing."""
    given = getattr(node, "cosigners", None)
    return () if given is None else tuple(given())


def witnessed_logs(node: Served) -> Mapping[str, Sequence[Verifier]]:
    """Return origin → keys of the logs that the node witnesses: those it names itself, else those of its policy file.

    The policy is C2SP tlog-policy, of which the `log` lines count. Raises NoteFault where it is malformed.
    """
    given = getattr(node, "witnessed_logs", None)
    if given is not None:
        named: Mapping[str, Sequence[Verifier]] = given()
        return named
    setting = node.settings.witnessed_policy
    path = Path(setting) if setting else node.folder / POLICY_FILE
    if not setting and not path.exists():
        return {}
    found: dict[str, list[Verifier]] = {}
    for one in policy.parse(path.read_bytes()).logs:
        found.setdefault(one.key.name, []).append(verifier(one.key, LOG_KINDS))
    return found
