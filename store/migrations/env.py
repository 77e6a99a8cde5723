"""Alembic's entry: runs the steps on the connection that `store.migrating` hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import store.tables  # noqa: F401 - registers the tables
from store.migrations.objects import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    include_object=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
