"""Print the ten longest functions and files: a reminder at the end of `make check`, never a failure."""

import ast

from tests.architecture.source import functions, product


def longest_functions() -> list[tuple[int, str]]:
    """Lines and place of every function, longest first."""
    return sorted(((_lines(f), f"{s}:{f.lineno} {f.name}") for s in product() for f in functions(s)), reverse=True)


def longest_files() -> list[tuple[int, str]]:
    """Lines and path of every file, longest first."""
    return sorted(((len(s.text.splitlines()), str(s)) for s in product()), reverse=True)


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the signature to the end, without the docstring."""
    doc = function.body[0] if ast.get_docstring(function) else None
    return (function.end_lineno or 0) - function.lineno + 1 - ((doc.end_lineno or 0) - doc.lineno + 1 if doc else 0)


def _show(title: str, rows: list[tuple[int, str]]) -> None:
    print(f"\n{title}")
    for lines, place in rows[:10]:
        print(f"{lines:5} {place}")


if __name__ == "__main__":
    _show("Longest functions (lines)", longest_functions())
    _show("Longest files (lines)", longest_files())
