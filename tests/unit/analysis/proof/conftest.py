"""Tests that take `database` or `empty_database` run on SQLite and on PostgreSQL."""

from tests.postgres import database, empty_database, postgres_server

__all__ = ["database", "empty_database", "postgres_server"]
