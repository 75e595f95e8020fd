"""the plain columns go, once nothing lies in them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEFT = (
    "SELECT 1 FROM applications WHERE CAST(plain_answers AS TEXT) <> '{}' LIMIT 1",
    "SELECT 1 FROM applications WHERE CAST(plain_reasons AS TEXT) <> '[]' LIMIT 1",
    "SELECT 1 FROM applications WHERE answers NOT LIKE '2.%' AND answers NOT LIKE '0.%' LIMIT 1",
    "SELECT 1 FROM idempotency_keys WHERE plain_response IS NOT NULL LIMIT 1",
    "SELECT 1 FROM conversations WHERE state NOT LIKE '2.%' AND state NOT LIKE '0.%' LIMIT 1",
)


def upgrade() -> None:
    for query in LEFT:
        if op.get_bind().scalar(sa.text(query)):
            raise RuntimeError("plain values are left; start the server, which seals them first")
    op.drop_column("applications", "plain_answers")
    op.drop_column("applications", "plain_reasons")
    op.drop_column("idempotency_keys", "plain_response")


def downgrade() -> None:
    raise RuntimeError("what is sealed does not go back into plain columns")
