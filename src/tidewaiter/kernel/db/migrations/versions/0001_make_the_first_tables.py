"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "decide_decision",
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("control_probability", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("record_key", name=op.f("pk_decide_decision")),
    )
    with op.batch_alter_table("decide_decision", schema=None) as batch_op:
        batch_op.create_index("ix_decide_decision_day", ["day"], unique=False)
        batch_op.create_index("ix_decide_decision_queue", ["state", "action", "probability"], unique=False)

    op.create_table(
        "investigate_outcome",
        sa.Column("outcome_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("declaration_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("known_on", sa.String(length=10), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("control", sa.String(length=12), nullable=True),
        sa.Column("selection", sa.String(length=12), nullable=True),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("revenue", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("outcome_key", name=op.f("pk_investigate_outcome")),
    )
    with op.batch_alter_table("investigate_outcome", schema=None) as batch_op:
        batch_op.create_index("ix_investigate_outcome_declaration_key", ["declaration_key"], unique=False)
        batch_op.create_index("ix_investigate_outcome_waiting", ["state", "reference"], unique=False)

    op.create_table(
        "kernel_fact",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kernel_fact")),
    )
    op.create_table(
        "kernel_lake_file",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_kernel_lake_file")),
    )
    op.create_table(
        "kernel_step",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.String(length=27), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kernel_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("kernel_step", schema=None) as batch_op:
        batch_op.create_index("ix_kernel_step_due", ["state", "name", "due_at"], unique=False)

    op.create_table(
        "record_message",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("mapping", sa.String(length=80), nullable=True),
        sa.Column("mapping_sha256", sa.String(length=64), nullable=True),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("octets", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("completed_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("record_message", schema=None) as batch_op:
        batch_op.create_index("ix_record_message_sha256", ["sha256"], unique=False)

    op.create_table(
        "screen_screening",
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("screened_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("record_key", name=op.f("pk_screen_screening")),
    )
    with op.batch_alter_table("screen_screening", schema=None) as batch_op:
        batch_op.create_index("ix_screen_screening_day", ["day"], unique=False)
        batch_op.create_index("ix_screen_screening_reference", ["reference"], unique=False)

    op.create_table(
        "record_batch",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["record_message.id"], name=op.f("fk_record_batch_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_batch")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "record_raw",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["record_message.id"], name=op.f("fk_record_raw_message_id")),
        sa.PrimaryKeyConstraint("message_id", "offset", name=op.f("pk_record_raw")),
    )
    op.create_table(
        "record_duplicate",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["record_batch.id"], name=op.f("fk_record_duplicate_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_record_duplicate")),
    )
    op.create_table(
        "record_version",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("function", sa.String(length=2), nullable=True),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.Column("content_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["record_batch.id"], name=op.f("fk_record_version_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
        sa.UniqueConstraint("record_key", "version", name=op.f("uq_record_version_record_key_version")),
    )
    with op.batch_alter_table("record_version", schema=None) as batch_op:
        batch_op.create_index("ix_record_version_batch_id", ["batch_id"], unique=False)
        batch_op.create_index("ix_record_version_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_record_version_repair",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'repair'"),
            postgresql_where=sa.text("state = 'repair'"),
        )

    op.create_table(
        "record_finding",
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["record_batch.id"], name=op.f("fk_record_finding_batch_id")),
        sa.ForeignKeyConstraint(
            ["record_key", "version"],
            ["record_version.record_key", "record_version.version"],
            name=op.f("fk_record_finding_record_key_version"),
        ),
        sa.PrimaryKeyConstraint("record_key", "version", "sequence", name=op.f("pk_record_finding")),
    )
    with op.batch_alter_table("record_finding", schema=None) as batch_op:
        batch_op.create_index("ix_record_finding_batch_id", ["batch_id"], unique=False)
        batch_op.create_index("ix_record_finding_rule", ["rule"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("record_finding", schema=None) as batch_op:
        batch_op.drop_index("ix_record_finding_rule")
        batch_op.drop_index("ix_record_finding_batch_id")

    op.drop_table("record_finding")
    with op.batch_alter_table("record_version", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_record_version_repair",
            sqlite_where=sa.text("state = 'repair'"),
            postgresql_where=sa.text("state = 'repair'"),
        )
        batch_op.drop_index("ix_record_version_reference")
        batch_op.drop_index("ix_record_version_batch_id")

    op.drop_table("record_version")
    op.drop_table("record_duplicate")
    op.drop_table("record_raw")
    op.drop_table("record_batch")
    with op.batch_alter_table("screen_screening", schema=None) as batch_op:
        batch_op.drop_index("ix_screen_screening_reference")
        batch_op.drop_index("ix_screen_screening_day")

    op.drop_table("screen_screening")
    with op.batch_alter_table("record_message", schema=None) as batch_op:
        batch_op.drop_index("ix_record_message_sha256")

    op.drop_table("record_message")
    with op.batch_alter_table("kernel_step", schema=None) as batch_op:
        batch_op.drop_index("ix_kernel_step_due")

    op.drop_table("kernel_step")
    op.drop_table("kernel_lake_file")
    op.drop_table("kernel_fact")
    with op.batch_alter_table("investigate_outcome", schema=None) as batch_op:
        batch_op.drop_index("ix_investigate_outcome_waiting")
        batch_op.drop_index("ix_investigate_outcome_declaration_key")

    op.drop_table("investigate_outcome")
    with op.batch_alter_table("decide_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decide_decision_queue")
        batch_op.drop_index("ix_decide_decision_day")

    op.drop_table("decide_decision")
