"""Write the generated parts of the docs from the code they describe: `make docs`, or with --check only compare.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`; everything around it is written by hand.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

from analysis.metrics.catalogue import METRICS, Metric
from dashboard.cli.commands import app
from data.contracts import TABLES, Column, Contract
from data.importers.recognise import Export, exports

DOCS = Path(__file__).resolve().parent
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (header, *rows)]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]]) + "\n"


def _column(contract: Contract, column: Column) -> tuple[str, str, str, str]:
    name = f"**{column.name}**" if column.name in contract.key else column.name
    limits = [", ".join(column.allowed)] if column.allowed else []
    limits += [f"at least {column.low:g}"] if column.low is not None else []
    limits += [f"at most {column.high:g}"] if column.high is not None else []
    about = column.about + (f" ({'; '.join(limits)})" if limits else "")
    return name, column.kind, "yes" if column.required else "", about


def tables() -> str:
    """The consolidated tables, from data/contracts.py."""
    return "\n".join(
        f"### {contract.name}\n\n{contract.about}\n\n"
        + _table(("column", "kind", "required", "what"), (_column(contract, column) for column in contract.columns))
        for contract in TABLES.values()
    )


def known_exports() -> str:
    """The exports recognised by their header row, from data/reference/exports.json."""
    return _table(("system", "export", "read as", "columns known from"), map(_export, exports()))


def _export(export: Export) -> tuple[str, str, str, str]:
    proof = {
        "verbatim": "a whole header row",
        "partial": "some names only",
        "documented": "documentation only",
        "fixture": "test files that imitate it",
        "memory": "nobody's file: a hint",
    }
    return export.system, export.export, export.role or f"left out: {export.why}", proof[export.quality]


def commands() -> str:
    """The commands of `python -m dashboard`, from dashboard/cli/commands.py."""
    return "\n".join(_command(name, command) for name, command in _listed(typer.main.get_command(app)))


def _listed(group: Any, before: str = "") -> list[tuple[str, Any]]:
    """Every command below a group, by its whole name."""
    found: list[tuple[str, Any]] = []
    for name, command in sorted(group.commands.items()):
        found += _listed(command, f"{before}{name} ") if hasattr(command, "commands") else [(before + name, command)]
    return found


def _command(name: str, command: Any) -> str:
    parameters = [p for p in command.params if p.name != "help" and not p.hidden]
    arguments = "".join(f" {_argument(p)}" for p in parameters if p.param_type_name == "argument")
    rows = [(f"`{_spelling(p)}`", _default(p), p.help or "") for p in parameters]
    return f"### {name}\n\n`{name}{arguments}`: {command.help}\n" + ("\n" + _table(_OPTIONS, rows) if rows else "")


_OPTIONS = ("option", "default", "what")


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("..." if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _spelling(parameter: Any) -> str:
    return _argument(parameter) if parameter.param_type_name == "argument" else ", ".join(parameter.opts)


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    flag = getattr(parameter, "is_flag", False)  # an argument has no such attribute
    return "" if flag or parameter.default in (None, [], ()) else f"`{parameter.default}`"


def metrics() -> str:
    """The metrics, from analysis/metrics/catalogue.py."""
    return "\n".join(map(_metric, METRICS.values()))


def _metric(metric: Metric) -> str:
    good = {"up": "more is better", "down": "less is better", "neither": "neither more nor less is better"}[metric.good]
    facts = [("figure", f"`{metric.key}`, {metric.unit}, {good}"), ("formula", metric.formula)]
    facts += [("interval", metric.interval or "none")]
    facts += [("mind", metric.mind)] if metric.mind else []
    return f"## {metric.title}\n\n{metric.definition}\n\n" + "".join(f"- *{k}*: {v}\n" for k, v in facts)


PARTS: dict[str, Callable[[], str]] = {
    "tables": tables,
    "commands": commands,
    "metrics": metrics,
    "known_exports": known_exports,
}


def written(text: str) -> str:
    """The text with each generated part written anew; KeyError when it names a part that nobody writes."""
    return _PART.sub(lambda part: part[1] + "\n" + PARTS[part[2]]() + "\n" + part[3], text)


def stale() -> list[Path]:
    """Pages whose generated parts are not what the code says now."""
    pages = sorted(DOCS.rglob("*.md"))
    return [page for page in pages if written(page.read_text(encoding="utf-8")) != page.read_text(encoding="utf-8")]


def main(arguments: list[str]) -> int:
    """Write the pages that are stale; with --check name them and fail instead."""
    pages = stale()
    for page in pages:
        if "--check" not in arguments:
            page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(page.relative_to(DOCS.parent))
    return 1 if pages and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
