"""tries to log in, known devices, idle sessions; removed members of staff"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from api.db.base import Instant

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Tokens of these sessions lay in clear in the folder of the web pages: staff log in anew.
    op.execute("DELETE FROM staff_sessions")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_at", Instant(), nullable=False))
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("failures")
        batch_op.drop_column("locked_until")
        batch_op.add_column(sa.Column("last_login_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("removed_at", Instant(), nullable=True))
    op.create_table(
        "staff_devices",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["staff.login"], name=op.f("fk_staff_devices_login")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_devices")),
    )
    op.create_table(
        "login_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("login_hash", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_tries")),
    )
    for table, column in (
        ("staff_devices", "login"),
        ("staff_devices", "used_at"),
        ("login_tries", "login_hash"),
        ("login_tries", "last_at"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("login_tries")
    op.drop_table("staff_devices")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("last_login_at")
        batch_op.add_column(sa.Column("locked_until", Instant(), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_column("used_at")
