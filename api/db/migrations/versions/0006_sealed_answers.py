"""data keys, columns for sealed values; the plain ones wait for api.upgrades.seal_answers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from api.db.base import Instant, SealedText

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTIVE = sa.text("status IN ('submitted', 'under_review') AND duplicate_of IS NULL")


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
    )
    # In place, which both databases can: a table made anew would lose what points to it.
    op.execute("ALTER TABLE applications RENAME COLUMN answers TO plain_answers")
    op.execute("ALTER TABLE applications RENAME COLUMN reasons TO plain_reasons")
    op.execute("ALTER TABLE applications RENAME COLUMN personal TO answers")
    op.execute("ALTER TABLE idempotency_keys RENAME COLUMN response TO plain_response")
    op.add_column("applications", sa.Column("reasons", SealedText(), nullable=True))
    op.add_column("applications", sa.Column("duplicate_of", sa.String(length=32), nullable=True))
    op.add_column("idempotency_keys", sa.Column("response", SealedText(), nullable=True))
    op.drop_index("uq_applications_active", table_name="applications")
    op.create_index(
        "uq_applications_active",
        "applications",
        ["applicant_key", "product"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def downgrade() -> None:
    raise RuntimeError("what is sealed does not go back into plain columns")
