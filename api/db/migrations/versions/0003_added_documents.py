"""documents that an office adds, their files and what happened to them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from api.db.base import Instant

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
    op.create_table(
        "document_texts",
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_texts_document_id")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_texts")),
    )
    op.create_table(
        "document_files",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_files_document_id")
        ),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_document_files")),
    )
    op.create_table(
        "document_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_events_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_events")),
    )
    for table in ("document_files", "document_events"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(
                batch_op.f(f"ix_{table}_document_id"), ["document_id"], unique=False
            )


def downgrade() -> None:
    for table in ("document_events", "document_files", "document_texts"):
        op.drop_table(table)
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_column("digest")
