"""Visits with their wrapped keys, and the chained records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("cases", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visits"),
        sa.UniqueConstraint("ordinal", name="uq_visits_ordinal"),
    )
    op.create_index("ix_visits_unfinished", "visits", ["over", "cases"])
    op.create_table(
        "records",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("visit_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name="fk_records_visit_id_visits"),
        sa.PrimaryKeyConstraint("seq", name="pk_records"),
    )
    op.create_index("ix_records_visit_id", "records", ["visit_id"])


def downgrade() -> None:
    op.drop_index("ix_records_visit_id", "records")
    op.drop_table("records")
    op.drop_index("ix_visits_unfinished", "visits")
    op.drop_table("visits")
