"""Keep how a record is written, who sent it, and what it mentions that others may mention too."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("record_version", sa.Column("form", sa.Text(), nullable=True))
    op.add_column("record_version", sa.Column("sender", sa.Text(), nullable=True))
    op.create_table(
        "record_mention",
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("record_key", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("scope", "value", "record_key", name=op.f("pk_record_mention")),
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("record_mention")
    op.drop_column("record_version", "sender")
    op.drop_column("record_version", "form")
