"""Declare the tables of access."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from tidewaiter.kernel.db import Instant, metadata

officer = Table(
    "kernel_officer",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("display", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("account", Text),
    Column("state", String(10), nullable=False),
    Column("pseudonym", LargeBinary(16), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("left_at", Instant),
    Index("ix_kernel_officer_account", "account"),
)
"""Officers: a name is never given away again. Roles are words apart; state is active or left."""

factor = Table(
    "kernel_factor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("officer", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("label", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("credential", LargeBinary),
    Column("counter", BigInteger, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_kernel_factor_officer", "officer"),
    Index("ix_kernel_factor_credential", "credential", unique=True),
    sqlite_autoincrement=True,
)
"""Factors. Secret: a passkey's public key, a sealed TOTP secret, an argon2id hash, the SHA-256 of a recovery code.

Counter: the passkey's signature count, or the last time step of TOTP that was used.
"""

session = Table(
    "kernel_session",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("officer", String(64), nullable=False),
    Column("method", String(20), nullable=False),
    Column("place", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("step_up_at", Instant),
    Column("limited", Boolean, nullable=False),
    Index("ix_kernel_session_officer", "officer"),
)
"""Sessions that have not ended, by the SHA-256 of their tokens."""

challenge = Table(
    "kernel_challenge",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("use", String(10), nullable=False),
    Column("officer", String(64)),
    Column("expires_at", Instant, nullable=False),
    Index("ix_kernel_challenge_expires_at", "expires_at"),
)
"""Challenges that passkeys have not answered yet, by their SHA-256."""

wait = Table(
    "kernel_wait",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)
"""Tries to sign in that have not succeeded: how many, since when, and until when nobody may try again."""

approval = Table(
    "kernel_approval",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("permission", String(40), nullable=False),
    Column("purpose", String(40)),
    Column("salt", LargeBinary),
    Column("commitment", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("answered_by", String(64)),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
    Index("ix_kernel_approval_state", "state"),
    sqlite_autoincrement=True,
)
"""Approvals. State: asked, given, used, refused, withdrawn, expired. Salt and sealed request go when it is closed."""
