"""Query factors and the challenges that passkeys answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from tidewaiter.kernel.access._store.tables import challenge, factor
from tidewaiter.kernel.access.model import Factor, FactorKind

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping


class Kept(msgspec.Struct, frozen=True):
    """A factor with what is kept to verify it."""

    factor: Factor
    secret: bytes
    credential: bytes | None
    counter: int

    def __repr__(self) -> str:
        """Say which factor it is, never its secret."""
        return f"Kept({self.factor!r})"


def of(connection: Connection, officer: str, kind: FactorKind | None = None) -> list[Kept]:
    """Return the factors of an officer, oldest first."""
    query = sa.select(factor).where(factor.c.officer == officer)
    if kind is not None:
        query = query.where(factor.c.kind == kind)
    return [_kept(one) for one in connection.execute(query.order_by(factor.c.id)).mappings()]


def by_credential(connection: Connection, credential: bytes) -> Kept | None:
    """Return the passkey of a credential id."""
    query = sa.select(factor).where(factor.c.kind == "passkey", factor.c.credential == credential)
    found = connection.execute(query).mappings().first()
    return None if found is None else _kept(found)


def insert(  # a factor is these
    connection: Connection,
    officer: str,
    kind: FactorKind,
    *,
    label: str,
    secret: bytes,
    now: datetime,
    credential: bytes | None = None,
    counter: int = 0,
) -> int:
    """Keep a factor and return its number."""
    row: dict[str, Any] = {"officer": officer, "kind": kind, "label": label, "secret": secret, "credential": credential}
    row |= {"counter": counter, "added_at": now, "used_at": None}
    return int(connection.execute(factor.insert().values(row).returning(factor.c.id)).scalar_one())


def use(connection: Connection, kept: Kept, *, counter: int, now: datetime) -> bool:
    """Move a factor's counter on from where it was; say whether nobody else had."""
    change = factor.update().where(factor.c.id == kept.factor.id, factor.c.counter == kept.counter)
    return connection.execute(change.values(counter=counter, used_at=now)).rowcount == 1


def replace_secret(connection: Connection, kept: Kept, secret: bytes) -> bool:
    """Put another secret in place of the one that is known; say whether it was still there."""
    change = factor.update().where(factor.c.id == kept.factor.id, factor.c.secret == kept.secret)
    return connection.execute(change.values(secret=secret)).rowcount == 1


def spend(connection: Connection, officer: str, secret: bytes) -> bool:
    """Take a recovery code out; say whether it was there."""
    change = factor.delete().where(factor.c.officer == officer, factor.c.kind == "recovery")
    return connection.execute(change.where(factor.c.secret == secret)).rowcount == 1


def remove(connection: Connection, officer: str, number: int) -> bool:
    """Take a factor out; say whether the officer had it."""
    change = factor.delete().where(factor.c.officer == officer, factor.c.id == number)
    return connection.execute(change).rowcount == 1


def remove_all(connection: Connection, officer: str, kind: FactorKind | None = None) -> int:
    """Take all factors of an officer out, or those of a kind; return how many."""
    change = factor.delete().where(factor.c.officer == officer)
    if kind is not None:
        change = change.where(factor.c.kind == kind)
    return connection.execute(change).rowcount


def insert_challenge(
    connection: Connection, digest: bytes, use: str, officer: str | None, expires_at: datetime
) -> None:
    """Keep a challenge."""
    row = {"digest": digest, "use": use, "officer": officer, "expires_at": expires_at}
    connection.execute(challenge.insert(), row)


def trim_challenges(connection: Connection, now: datetime, most: int) -> None:
    """Take out the challenges that have expired, and the oldest where there are more than so many."""
    connection.execute(challenge.delete().where(challenge.c.expires_at <= now))
    newest = sa.select(challenge.c.expires_at).order_by(challenge.c.expires_at.desc()).offset(most).limit(1)
    last = connection.execute(newest).scalar()
    if last is not None:
        connection.execute(challenge.delete().where(challenge.c.expires_at <= last))


def take_challenge(connection: Connection, digest: bytes, use: str, now: datetime) -> tuple[bool, str | None]:
    """Take a challenge out; return whether it was there for this use and in time, and whose it is."""
    change = challenge.delete().where(challenge.c.digest == digest)
    gone = connection.execute(change.returning(challenge.c.use, challenge.c.officer, challenge.c.expires_at)).first()
    if gone is None or gone.use != use or gone.expires_at <= now:
        return False, None
    return True, gone.officer


def _kept(row: RowMapping) -> Kept:
    """Read a row."""
    values = {name: row[name] for name in Factor.__struct_fields__}
    credential = None if row["credential"] is None else bytes(row["credential"])
    return Kept(Factor(**values), bytes(row["secret"]), credential, int(row["counter"]))
