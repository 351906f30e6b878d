"""Alembic's entry: runs the steps on the connection it is handed, inside one transaction that the caller owns."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
