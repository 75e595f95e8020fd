"""how each answer came about, for staff who ask why"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("trace", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("questions", "trace")
