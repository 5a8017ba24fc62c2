"""Names are the field's words, and no module hides another."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import PurePath

from tests.architecture.source import PACKAGES, ROOT, product, suite

#: Words that say nothing of what is inside: name the thing or the deed instead.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services", "misc"}


def _words(path: PurePath) -> set[str]:
    return {word for part in path.with_suffix("").parts for word in part.split("_")}


def test_no_file_or_folder_has_an_empty_name() -> None:
    assert [str(s) for s in (*product(), *suite()) if _words(s.path) & EMPTY_WORDS] == []


def test_no_class_has_an_empty_name() -> None:
    classes = [(s, node.name) for s in product() for node in ast.walk(s.tree) if isinstance(node, ast.ClassDef)]
    last_word = re.compile(r"(Util|Utils|Helper|Helpers|Manager|Service|Handler)$")
    assert [f"{s}: {name}" for s, name in classes if last_word.search(name)] == []


def test_no_module_of_ours_hides_a_standard_one_or_a_dependency() -> None:
    """Streamlit puts the folder of the script (dashboard/) on the import path, and Python the root."""
    ours = {path.stem for path in (*ROOT.glob("*.py"), *(ROOT / "dashboard").iterdir())} | set(PACKAGES)
    theirs = sys.stdlib_module_names | {name for name in packages_distributions() if not name.startswith("_")}
    assert sorted((ours & theirs) - {"__init__", "__main__", "__pycache__"}) == []
