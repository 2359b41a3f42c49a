"""Keep operational state: the engine, the unit of work, the outbox of steps, the migrations."""

from tidewaiter.kernel.db.bulk import insert_many
from tidewaiter.kernel.db.engine import Database, connect, connect_to
from tidewaiter.kernel.db.migrate import head_revision, migrate, refuse_newer, revision_of
from tidewaiter.kernel.db.outbox import Outbox, Step, StepState
from tidewaiter.kernel.db.tables import Instant, metadata
from tidewaiter.kernel.db.work import Work

__all__ = [
    "Database",
    "Instant",
    "Outbox",
    "Step",
    "StepState",
    "Work",
    "connect",
    "connect_to",
    "head_revision",
    "insert_many",
    "metadata",
    "migrate",
    "refuse_newer",
    "revision_of",
]
