"""alembic's entry: it works on the connection that `fieldoffice.schema` hands over, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from fieldoffice.models.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,  # a killed upgrade must be able to start again, on SQLite too
    render_as_batch=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
