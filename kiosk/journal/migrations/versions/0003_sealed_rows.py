"""Every visit's row is sealed: a change of what a start trusts is seen."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "visits", sa.Column("seal", sa.LargeBinary(32), nullable=False, server_default=sa.text("x''"))
    )
    seal_rows = context.config.attributes.get("seal_rows")
    if seal_rows is not None:  # the program hands it over; without it there is only the schema
        seal_rows(op.get_bind().connection.driver_connection)


def downgrade() -> None:
    op.drop_column("visits", "seal")
