"""Paths for DuckDB, which takes every path it is to read for a pattern."""

import re


def exact(path: str) -> str:
    """The pattern that matches this one file: `sales[1].csv` is not to find `sales1.csv` beside it.

    DuckDB 2 has no escape character, but a set of one: `[*]`. Addresses of object storage stay as they are.
    """
    return path if "://" in path else re.sub(r"([*?\[])", r"[\1]", path)
