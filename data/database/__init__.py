"""The app database: what people write, and which release of the lake is whole."""

from data.database.connection import LOCAL_USER, Database, close_databases, open_database

__all__ = ["LOCAL_USER", "Database", "close_databases", "open_database"]
