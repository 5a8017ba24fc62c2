"""Paths that name one file, and patterns that name several; DuckDB takes every path it is to read for a pattern."""

import glob
import re
from pathlib import Path


def exact(path: str) -> str:
    """The pattern that matches this one file: `sales[1].csv` is not to find `sales1.csv` beside it.

    DuckDB 2 has no escape character, but a set of one: `[*]`. Addresses of object storage stay as they are.
    """
    return path if "://" in path else re.sub(r"([*?\[])", r"[\1]", path)


def matching(pattern: str) -> list[Path]:
    """The files that match a pattern (`**` for any depth), in order of name."""
    found = map(Path, glob.glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    return sorted(file for file in found if file.is_file())
