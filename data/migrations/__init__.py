"""The history of the app database's schema (Alembic); each step runs once, in order, forward only."""
