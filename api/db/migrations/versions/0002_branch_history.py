"""state, revision and history of branches"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from api.db.base import Instant

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("branches", schema=None) as batch_op:
        # Branches that are there already are open, and older than any change to come.
        batch_op.add_column(
            sa.Column("state", sa.String(length=10), nullable=False, server_default="open")
        )
        batch_op.add_column(sa.Column("moved_to", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_branches_revision"), ["revision"], unique=False)

    op.create_table(
        "branch_changes",
        sa.Column("branch_id", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("branch_id", "revision", name=op.f("pk_branch_changes")),
    )
    registry = op.create_table(
        "branch_registry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_registry")),
    )
    op.bulk_insert(registry, [{"id": 1, "revision": 0}])


def downgrade() -> None:
    op.drop_table("branch_registry")
    op.drop_table("branch_changes")
    with op.batch_alter_table("branches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_branches_revision"))
        batch_op.drop_column("revision")
        batch_op.drop_column("moved_to")
        batch_op.drop_column("state")
