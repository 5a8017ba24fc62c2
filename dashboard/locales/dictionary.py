"""Sentences that come from below the dashboard and are translated where they are shown."""

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import analysis
from analysis.metrics.catalogue import METRICS

_ANALYSIS = Path(analysis.__file__).parent
_SHOWN = ("title", "definition", "formula", "interval", "mind")


def messages() -> list[tuple[str, str]]:
    """Each sentence with the file it comes from: the metric dictionary, reasons for no number, notes of reports."""
    texts = [dataclasses.asdict(metric)[field] for metric in METRICS.values() for field in _SHOWN]
    found = [(text, "analysis/metrics/catalogue.py") for text in dict.fromkeys(texts) if text]
    return found + [(text, f"analysis/{file}") for file, text in _said_by_analysis()]


def _said_by_analysis() -> Iterator[tuple[str, str]]:
    for path in sorted(_ANALYSIS.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and _is_said(call):
                text = call.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield path.relative_to(_ANALYSIS).as_posix(), text.value


def _is_said(call: ast.Call) -> bool:
    """`NotEnoughData("...")` or `notes.append("...")`."""
    if isinstance(call.func, ast.Name):
        return call.func.id == "NotEnoughData"
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id == "notes"
