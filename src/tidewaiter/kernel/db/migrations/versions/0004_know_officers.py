"""Keep officers, factors, sessions, approvals, and tries to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAMES = ("kernel_approval", "kernel_wait", "kernel_challenge", "kernel_session", "kernel_factor", "kernel_officer")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "kernel_officer",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(length=16), nullable=False),
        sa.Column("added_at", sa.String(length=27), nullable=False),
        sa.Column("left_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kernel_officer")),
    )
    op.create_index("ix_kernel_officer_account", "kernel_officer", ["account"], unique=False)
    op.create_table(
        "kernel_factor",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.String(length=27), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kernel_factor")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kernel_factor_officer", "kernel_factor", ["officer"], unique=False)
    op.create_index("ix_kernel_factor_credential", "kernel_factor", ["credential"], unique=True)
    op.create_table(
        "kernel_session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.String(length=27), nullable=False),
        sa.Column("seen_at", sa.String(length=27), nullable=False),
        sa.Column("step_up_at", sa.String(length=27), nullable=True),
        sa.Column("limited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kernel_session")),
    )
    op.create_index("ix_kernel_session_officer", "kernel_session", ["officer"], unique=False)
    op.create_table(
        "kernel_challenge",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("use", sa.String(length=10), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kernel_challenge")),
    )
    op.create_index("ix_kernel_challenge_expires_at", "kernel_challenge", ["expires_at"], unique=False)
    op.create_table(
        "kernel_wait",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_kernel_wait")),
    )
    op.create_table(
        "kernel_approval",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.String(length=27), nullable=True),
        sa.Column("closed_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kernel_approval")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kernel_approval_state", "kernel_approval", ["state"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    for name in NAMES:
        op.drop_table(name)
