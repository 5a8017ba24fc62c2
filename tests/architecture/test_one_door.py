"""Session state, caches and the clock each have one door; ruff sees names that are imported, this sees attributes."""

import ast
from collections.abc import Callable

from tests.architecture.source import Source, product

SESSION = "dashboard/session.py"
GATEWAY = "dashboard/gateway/"
#: The clock of every number and page; and the stamp of a row written, from which nothing is computed.
CLOCKS = ("dashboard/gateway/clock.py", "data/database/tables/base.py", "data/migrations/versions/")


def _uses(allowed: Callable[[str], bool], names: set[str]) -> list[str]:
    """Places outside the allowed files where an attribute of one of these names is taken."""
    return [
        f"{source}:{node.lineno} .{node.attr}"
        for source in product()
        if not allowed(str(source))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in names
    ]


def _calls(source: Source, names: set[str]) -> list[str]:
    return [
        f"{source}:{node.lineno} .{node.func.attr}()"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def test_only_session_py_touches_session_state() -> None:
    assert _uses(lambda path: path == SESSION, {"session_state"}) == []


def test_only_the_gateway_caches_with_streamlit() -> None:
    assert _uses(lambda path: path.startswith(GATEWAY), {"cache_data", "cache_resource"}) == []


def test_only_the_gateway_reads_the_clock() -> None:
    others = [source for source in product() if not str(source).startswith(CLOCKS)]
    assert [call for source in others for call in _calls(source, {"now", "utcnow", "today", "time_ns"})] == []


def test_no_page_defines_a_function_or_a_class() -> None:
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    pages = [source for source in product() if str(source).startswith("pages/")]
    assert [f"{s}:{n.lineno}" for s in pages for n in ast.walk(s.tree) if isinstance(n, definitions)] == []
