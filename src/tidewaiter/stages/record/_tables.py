"""Hold the tables of recording."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tidewaiter.kernel.db import Instant, metadata

message = Table(
    "record_message",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("format", String(20), nullable=False),
    Column("sender", Text),
    Column("mapping", String(80)),
    Column("mapping_sha256", String(64)),
    Column("layout", Text),
    Column("octets", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text),
    Column("readings", Integer, nullable=False),
    Column("next_offset", BigInteger),
    Column("counts", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("completed_at", Instant),
    Index("ix_record_message_sha256", "sha256"),
    sqlite_autoincrement=True,
)
"""What was received. `sha256` is a digest by the node's own key: a plain one would tell who guesses the content."""

raw = Table(
    "record_raw",
    metadata,
    Column("message_id", ForeignKey("record_message.id"), primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("octets", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    Column("key", BigInteger),
)
"""The source's own bytes, in pieces (zlib, then sealed under the key); together they are what was received so far."""

batch = Table(
    "record_batch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message_id", ForeignKey("record_message.id")),
    Column("first_number", Integer, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("officer", Text, nullable=False),
    Column("reason", Text),
    Column("changes", Text),
    sqlite_autoincrement=True,
)
"""What one transaction kept: a stretch of a message, or one officer's correction."""

version = Table(
    "record_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record_key", LargeBinary(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("reference", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("function", String(2)),
    Column("day", String(10)),
    Column("content_sha256", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("batch_id", ForeignKey("record_batch.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("offset", BigInteger),
    Column("length", Integer),
    Column("line", Integer),
    Column("row", Integer),
    Column("form", Text),
    Column("sender", Text),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("key", BigInteger),
    Column("hidden", Text),
    Column("sealed", LargeBinary),
    UniqueConstraint("record_key", "version"),
    Index("ix_record_version_reference", "reference"),
    Index("ix_record_version_batch_id", "batch_id"),
    Index(
        "ix_record_version_repair",
        "id",
        sqlite_where=sa.text("state = 'repair'"),
        postgresql_where=sa.text("state = 'repair'"),
    ),
)

part = Table(
    "record_part",
    metadata,
    Column("record_key", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("key", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Personal parts of a version that have keys of their own: one for each traveller, counted from 1."""

identifier = Table(
    "record_identifier",
    metadata,
    Column("digest", LargeBinary(16), primary_key=True),
    Column("record_key", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Index("ix_record_identifier_record_key", "record_key"),
)
"""The blind index: by what a person in a part can be found, as a keyed digest that changes with the epoch."""

hold = Table(
    "record_hold",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record_key", LargeBinary(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Index("ix_record_hold_record_key", "record_key"),
    sqlite_autoincrement=True,
)
"""What the law forbids to destroy for now, by whom and why."""

finding = Table(
    "record_finding",
    metadata,
    Column("record_key", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("rule", String(10), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("batch_id", ForeignKey("record_batch.id"), nullable=False),
    Column("body", Text, nullable=False),
    ForeignKeyConstraint(["record_key", "version"], ["record_version.record_key", "record_version.version"]),
    Index("ix_record_finding_rule", "rule"),
    Index("ix_record_finding_batch_id", "batch_id"),
)

duplicate = Table(
    "record_duplicate",
    metadata,
    Column("batch_id", ForeignKey("record_batch.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("record_key", LargeBinary(16), nullable=False),
    Column("version", Integer, nullable=False),
)
"""Readings that repeated a version already kept: said, counted, and not kept again."""

mention = Table(
    "record_mention",
    metadata,
    Column("scope", String(20), primary_key=True),
    Column("value", String(80), primary_key=True),
    Column("record_key", LargeBinary(16), primary_key=True),
)
"""What a record names that others may name too: whichever of two records comes second finds the first by it."""
