"""Tie outcomes to the declarations they are about, now or when the declaration comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.records import Declaration, Outcome, Party, day_of, identify
from tidewaiter.stages import record
from tidewaiter.stages.investigate import _store
from tidewaiter.stages.investigate.model import Settled

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Work
    from tidewaiter.stages.record import Version


def settle(work: Work, versions: Sequence[Version]) -> list[Settled]:
    """Take in recorded outcomes and return them with what they are about; running it again changes nothing."""
    outcomes = [(version, version.record) for version in versions if isinstance(version.record, Outcome)]
    references = [one.declaration for _, one in outcomes if one.declaration]
    known = record.keys_of(work.connection, references, "Declaration")
    settled = [_settle(version, one, known) for version, one in outcomes]
    _keep(work, settled)
    return settled


def matched_now(connection: Connection, versions: Sequence[Version]) -> list[Settled]:
    """Return the outcomes that came before the declarations they are about and can be matched with these."""
    keys: dict[str, list[bytes]] = {}
    for version in versions:
        if version.record_key not in keys.setdefault(version.reference, []):
            keys[version.reference].append(version.record_key)
    return [
        msgspec.structs.replace(one, declaration_key=keys[one.reference][0], state="matched")
        for one in _store.waiting(connection, list(keys))
        if len(keys[one.reference]) == 1
    ]


def keep_matches(work: Work, matched: Sequence[Settled]) -> None:
    """Keep what `matched_now` found."""
    _keep(work, matched)


def controlled(connection: Connection, keys: Sequence[bytes]) -> list[bytes]:
    """Return those of the declarations' keys whose outcome is known."""
    return _store.controlled(connection, keys)


def outcomes_of(connection: Connection, declaration_key: bytes) -> list[Settled]:
    """Return the outcomes about a declaration, oldest first."""
    return _store.of_declaration(connection, declaration_key)


def tally(connection: Connection) -> dict[tuple[str, str], int]:
    """Return (state, result) → how many outcomes."""
    return _store.tally(connection)


def _keep(work: Work, settled: Sequence[Settled]) -> None:
    """Keep outcomes, and leave a leaf for each that is new or is now about something else."""
    known = _store.states(work.connection, [one.outcome_key for one in settled])
    for one in settled:
        if known.get(one.outcome_key) != (one.version, one.declaration_key, one.state):
            about = one.declaration_key
            statement = {"outcome": one.outcome_key.hex(), "version": one.version, "state": one.state}
            statement |= {"result": one.result, "record": None if about is None else about.hex()}
            work.leave("outcome.settled", statement, about=about or one.outcome_key)
    _store.put(work.connection, settled)


def _settle(version: Version, one: Outcome, known: dict[str, list[bytes]]) -> Settled:
    """Say what one outcome is about."""
    reference = one.declaration or ""
    candidates = known.get(reference, [])
    if len(candidates) > 1 and one.declarant:
        named = Declaration(lrn=reference, parties=(Party(role="declarant", id=one.declarant),))
        candidates = [key for key in candidates if key == identify(named, b"").key]
    state = {0: "unmatched", 1: "matched"}.get(len(candidates), "ambiguous")
    return Settled(
        outcome_key=version.record_key,
        version=version.version,
        declaration_key=candidates[0] if state == "matched" else None,
        reference=reference,
        state=state,
        item=one.item,
        known_on=day_of(one) or version.received_at.date(),
        result=one.result or "unknown",
        control=one.control,
        selection=one.selection,
        weight=None if one.weight is None else float(one.weight),
        revenue=None if one.revenue_recovered is None else float(one.revenue_recovered.value or 0),
    )
