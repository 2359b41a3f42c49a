"""Queue leaves of the log beside what they are about, and keep personal data apart, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "kernel_log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("next_position", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kernel_log_head")),
    )
    op.create_table(
        "kernel_log_queue",
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_kernel_log_queue")),
    )
    op.create_table(
        "kernel_event",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("about", sa.LargeBinary(length=16), nullable=True),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_kernel_event")),
    )
    with op.batch_alter_table("kernel_event", schema=None) as batch_op:
        batch_op.create_index("ix_kernel_event_about", ["about"], unique=False)
    op.create_table(
        "kernel_actor",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kernel_actor")),
    )
    op.create_table(
        "kernel_witness_head",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_kernel_witness_head")),
    )
    for column in (
        sa.Column("key", sa.BigInteger(), nullable=True),
        sa.Column("hidden", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("record_version", column)
    op.add_column("record_raw", sa.Column("key", sa.BigInteger(), nullable=True))
    op.create_table(
        "record_part",
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_key", "version", "part", name=op.f("pk_record_part")),
    )
    op.create_table(
        "record_identifier",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "record_key", "version", "part", name=op.f("pk_record_identifier")),
    )
    with op.batch_alter_table("record_identifier", schema=None) as batch_op:
        batch_op.create_index("ix_record_identifier_record_key", ["record_key"], unique=False)
    op.create_table(
        "record_hold",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.String(length=27), nullable=False),
        sa.Column("lifted_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_hold")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("record_hold", schema=None) as batch_op:
        batch_op.create_index("ix_record_hold_record_key", ["record_key"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("record_hold")
    op.drop_table("record_identifier")
    op.drop_table("record_part")
    op.drop_column("record_raw", "key")
    for name in ("sealed", "hidden", "key"):
        op.drop_column("record_version", name)
    for name in ("kernel_witness_head", "kernel_actor", "kernel_event", "kernel_log_queue", "kernel_log_head"):
        op.drop_table(name)
