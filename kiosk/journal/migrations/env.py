"""Alembic's entry: runs the migrations on the engine that the program hands over."""

from alembic import context

from kiosk.journal.models import METADATA

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # One transaction for all steps: a cut in the middle leaves the older journal as it was.
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=True, transactional_ddl=True
    )
    with context.begin_transaction():
        context.run_migrations()
