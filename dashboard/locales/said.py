"""The sentences that data/ and analysis/ write in English, found as templates: `{0} rows of {1} belong to no customer`.

A string counts when it reads as words rather than SQL. A sentence that names values is an f-string, or text for
`.format`; its values become numbered placeholders, and those that stand side by side become one.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import analysis
from analysis.trends.benchmarks import published

ROOT = Path(analysis.__file__).parent.parent
#: Their sentences reach no page: they are for whoever starts, saves or mends the program at the command line.
ONLY_AT_THE_COMMAND_LINE = (
    "data/backup.py",
    "data/settings.py",
    "data/soundness.py",
    "data/database/documents.py",
    "data/database/dump.py",
    "data/database/migrate.py",
    "data/database/repositories/users.py",
    "data/database/tables",
    "data/importers/words.py",
    "data/lake.py",
    "data/migrations",
    "data/sample/truth.py",
)
#: Words that files use, names of columns, values of the demo company, and reasons of proposals, which no page shows;
#: what the list of reasons starts with, which the dashboard words itself.
NO_SENTENCES = (
    "data/importers/propose.py",
    "data/importers/propose_names.py",
    "data/importers/transforms_words.py",
    "data/reasons.py",
    *(f"data/sample/{name}.py" for name in ("events", "firms", "surveys", "touches")),
)
#: Pieced together in SQL, where nothing tells them from it.
PIECED = (
    "lies before starts_on {0}",
    "repeats row {0}",
    "has other values under the same key than row {0}",
)
_CONTRACTS = "data/contracts.py"
#: Modules of the analysis whose sentences are the answer itself, and stand on a page as they are.
ANSWERS = (
    *(
        f"analysis/experiments/{name}.py"
        for name in ("assumptions", "calculator", "judge", "sensitivity", "verdict", "watch")
    ),
    *(f"analysis/proof/{name}.py" for name in ("assumptions", "words")),
    *(
        f"analysis/review/{name}.py"
        for name in ("alike", "missing", "plays", "reasons", "saves", "verdicts", "who_left")
    ),
    "analysis/improvement/actions.py",
)
#: Calls whose text is shown even when it is a single word: steps of a long task.
STEPS = frozenset({"say", "_say", "Progress"})
#: Classes of errors whose text is meant for developers.
BUGS = frozenset({"ValueError", "TypeError", "KeyError", "RuntimeError"})

_SQL = re.compile(
    r"(?<![=`])\b(SELECT|FROM|WHERE|CAST|CASE|WHEN|COPY|UNION|AND|NOT|BETWEEN|IS|IN|AS|DISTINCT|DROP|CREATE|PRAGMA|"
    r"BEGIN|JOIN|OR|READ|DATE|ZONE|END|VALUES|FORMAT)\b|\) / |\w\((?!s\))|\|\||::|\\|[<>|]| = | \? |\w:=|^lambda |^'"
)
_CODE = re.compile(
    r"(select|create|coming\.|currency is|n desc|--(table|map) \{\d\}( \{\d\})?$|"
    r"(database is locked|not in|unnamed: 0|by hand|no such \{0\}|demo company, seed \{0\}|renewals need .*)$)"
)
_NAMED = re.compile(r"\{[a-z_]\w*\}")
_SLOTS = re.compile(r"\{\d+\}")


def messages() -> list[tuple[str, str]]:
    """Each template with the file it comes from."""
    found = [(text, "data/importers/finish.py") for text in PIECED]
    found += [(why, "data/reference/exports.json") for why in _of_exports()]
    found += [(segment, "data/reference/benchmarks.csv") for segment in dict.fromkeys(b.segment for b in published())]
    for path in sorted([*ROOT.glob("data/**/*.py"), *ROOT.glob("analysis/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith((*ONLY_AT_THE_COMMAND_LINE, *NO_SENTENCES)):
            plain = raised if name.startswith("analysis/") and name not in ANSWERS else said
            find = about if name == _CONTRACTS else plain
            found += [(text, name) for text in find(ast.parse(path.read_text(encoding="utf-8")))]
    return found


def _of_exports() -> list[str]:
    exports = json.loads((ROOT / "data" / "reference" / "exports.json").read_text(encoding="utf-8"))
    return list(dict.fromkeys(export["why"] for export in exports if export.get("why")))


def said(tree: ast.AST) -> Iterator[str]:
    """Every sentence and part of one in a module, and every step of a long task."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _called(node) in STEPS:
            step = template(node.args[0])
            if step and step.isalpha():
                yield step
    yield from (text for text in map(template, _strings(tree)) if text and reads_as_words(text))


def about(tree: ast.AST) -> Iterator[str]:
    """What each table of the contracts holds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "Contract":
            yield str(ast.literal_eval(node.args[1]))


def raised(tree: ast.AST) -> Iterator[str]:
    """The text of every error that a reader can mend."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            text = template(node.exc.args[0])
            if text and _called(node.exc) not in BUGS:
                yield text


def template(node: ast.expr) -> str | None:
    """The template of a string or f-string, without the blanks around it; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(str(v.value) if isinstance(v, ast.Constant) else "{x}" for v in node.values)
    else:
        return None
    return numbered(text).strip(" ;,")


def numbered(text: str) -> str:
    """The text with its placeholders numbered in their order: {n} tickets {words} -> {0} tickets {1}."""
    parts = re.split(r"(?:\{[a-z_]\w*\})+", text)
    return parts[0] + "".join(f"{{{n}}}{part}" for n, part in enumerate(parts[1:]))


def reads_as_words(text: str) -> bool:
    """Whether a template is a sentence or part of one rather than SQL, a pattern or a value."""
    bare = _SLOTS.sub("", text)
    sentence = re.match(r"[A-Z{'][^\n]*[.:]$", text) and not re.match(r"[A-Z_]{4,} ", text)
    if " " not in text or not re.search(r"\b[a-z]{2,}\b(?!, \w+_)", bare) or _CODE.match(text):
        return False
    return bool(sentence) or not _SQL.search(text)


def _strings(node: ast.AST) -> Iterator[ast.expr]:
    """Strings and f-strings below a node, but no docstrings, and the parts of an f-string only inside its values."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        if isinstance(node, ast.Constant):
            yield node
            return
        yield node
        children: list[ast.AST] = [v.value for v in node.values if isinstance(v, ast.FormattedValue)]
    else:
        children = [c for c in ast.iter_child_nodes(node) if not _is_docstring(c)]
    for child in children:
        yield from _strings(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
