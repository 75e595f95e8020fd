"""branches imported under what is no id get one, wherever they are named"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = re.compile(r"[0-9A-Za-z㐀-鿿][0-9A-Za-z㐀-鿿._:@-]{0,79}")

branches = sa.table(
    "branches", sa.column("id"), sa.column("moved_to"), sa.column("revision", sa.Integer)
)
changes = sa.table("branch_changes", sa.column("branch_id"))
registry = sa.table("branch_registry", sa.column("revision", sa.Integer))
applications = sa.table("applications", sa.column("id"), sa.column("answers", sa.JSON))


def upgrade() -> None:
    connection = op.get_bind()
    named = connection.execute(sa.select(branches.c.id, branches.c.moved_to)).all()
    renamed = {old: _id(old) for row in named for old in row if old and not ID.fullmatch(old)}
    if not renamed:
        return
    op.execute(registry.update().values(revision=registry.c.revision + 1))
    newest = sa.select(registry.c.revision).scalar_subquery()
    for old, new in renamed.items():
        op.execute(branches.update().where(branches.c.id == old).values(id=new, revision=newest))
        moved = branches.update().where(branches.c.moved_to == old)
        op.execute(moved.values(moved_to=new, revision=newest))
        op.execute(changes.update().where(changes.c.branch_id == old).values(branch_id=new))
    _rename_in_answers(connection, renamed)


def downgrade() -> None:
    """The ids given then are as good before."""


def _id(old: str) -> str:
    return f"auto-{hashlib.sha256(old.encode()).hexdigest()[:16]}"


def _rename_in_answers(connection: sa.Connection, renamed: dict[str, str]) -> None:
    for row in connection.execute(sa.select(applications.c.id, applications.c.answers)).all():
        answers: dict[str, Any] = row.answers
        if (old := answers.get("branch")) in renamed:
            changed = {**answers, "branch": renamed[str(old)]}
            op.execute(
                applications.update().where(applications.c.id == row.id).values(answers=changed)
            )
