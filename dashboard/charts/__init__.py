"""Charts as pure functions: a specification built once per language, and rows that fill it."""
