"""copies and erasures of personal data, and since when an application is empty"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from api.db.base import Instant

revision: str = "0011"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("emptied_at", Instant(), nullable=True))
    op.create_table(
        "privacy_log",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_privacy_log")),
    )
    op.create_index(op.f("ix_privacy_log_at"), "privacy_log", ["at"])
    op.create_index(op.f("ix_privacy_log_application_id"), "privacy_log", ["application_id"])
    op.create_table(
        "copy_links",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_copy_links")),
    )


def downgrade() -> None:
    op.drop_table("copy_links")
    op.drop_table("privacy_log")
    op.drop_column("applications", "emptied_at")
