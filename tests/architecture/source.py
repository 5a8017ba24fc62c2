"""The project's own source files, parsed once, for tests that judge how it is written."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("analysis", "dashboard", "data", "pages")


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.path.as_posix()


@cache
def product() -> tuple[Source, ...]:
    """Every file of the four packages, and the launcher."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(_read(path) for path in (*files, *ROOT.glob("*.py")))


@cache
def suite() -> tuple[Source, ...]:
    """Every file below tests/."""
    return tuple(_read(path) for path in sorted((ROOT / "tests").rglob("*.py")))


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, nested ones included."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(source: Source) -> Iterator[str]:
    """Dotted names a file imports, wherever in the file it does."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT), text, ast.parse(text))
