"""Alembic's environment: one connection given by ``elka migrate``, no ini file."""

from alembic import context
from sqlmodel import SQLModel

import elka.models  # noqa: F401  fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_server_default=False,
    include_name=lambda name, kind, _parents: not (kind == "table" and str(name).startswith("procrastinate")),
)
with context.begin_transaction():
    context.run_migrations()
