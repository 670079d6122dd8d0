"""Every visit knows its last record: what the retention time counts from, and a cut-off end is seen."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("last_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("visits", sa.Column("last_at", sa.String(32), nullable=False, server_default=""))
    op.execute(
        "UPDATE visits SET last_seq = (SELECT max(seq) FROM records WHERE visit_id = visits.visit_id)"
        " WHERE visit_id IN (SELECT visit_id FROM records)"
    )
    op.execute("UPDATE visits SET last_at = coalesce((SELECT at FROM records WHERE seq = last_seq), began)")


def downgrade() -> None:
    op.drop_column("visits", "last_at")
    op.drop_column("visits", "last_seq")
