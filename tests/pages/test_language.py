"""Every sentence a reader sees goes through the catalogues, and every language has all of them."""

import ast
from pathlib import Path

import pytest

from dashboard.language import DEFAULT, NAMES
from dashboard.locales import extract

ROOT = Path(__file__).parents[2]
SOURCES = [
    p for folder in ("dashboard", "pages") for p in sorted((ROOT / folder).rglob("*.py")) if "cli" not in p.parts
]
OTHERS = [code for code in NAMES if code != DEFAULT]

#: Calls of Streamlit that show their text arguments, and the keywords that do.
SHOWS = {
    "title", "header", "subheader", "caption", "write", "markdown", "text", "button", "selectbox", "multiselect",
    "radio", "toggle", "checkbox", "text_input", "text_area", "number_input", "date_input", "file_uploader", "expander",
    "popover", "tabs", "metric", "info", "warning", "error", "success", "toast", "spinner", "status", "progress",
    "download_button", "link_button", "page_link", "segmented_control", "pills", "badge", "form_submit_button",
}  # fmt: skip
WORDS = {"label", "help", "placeholder", "text", "alt", "body"}
#: In both languages on purpose, so that whoever is lost finds back; and a path, which is the same in all.
ALLOWED = {"Language · 语言", "/data/export.csv"}


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_is_untranslated(code: str):
    assert extract.missing(code) == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_is_as_the_extractor_writes_it(code: str):
    assert extract.path_of(code).read_bytes() == extract.text_of(extract.update(code)), (
        "run `python -m dashboard.locales.extract` and translate what it lists"
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_sentence_hides_in_an_f_string(path: Path):
    """Before Python 3.12 the extractor sees an f-string as one text, and the sentence in it is never translated."""
    hidden = [
        call.lineno
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in extract.KEYWORDS
        if isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_fills_in_the_same_names(code: str):
    wrong = [
        m.id for m in extract.update(code) if isinstance(m.id, str) and m.id and names(m.id) != names(str(m.string))
    ]
    assert wrong == []


def names(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_sentence_is_written_into_a_call_that_shows_it(path: Path):
    assert [text for text in shown_literals(ast.parse(path.read_text(encoding="utf-8"))) if text not in ALLOWED] == []


def shown_literals(tree: ast.AST) -> list[str]:
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    shown = [call for call in calls if call.func.attr in SHOWS and _is_streamlit(call.func)]
    arguments = [a for call in shown for a in (*call.args[:1], *(k.value for k in call.keywords if k.arg in WORDS))]
    return [text for argument in arguments for text in _literals(argument)]


def _is_streamlit(function: ast.Attribute) -> bool:
    owner = function.value
    return isinstance(owner, ast.Name) and owner.id not in {
        "formats",
        "url_state",
        "session",
        "cards",
        "charts",
        "tables",
    }


def _literals(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value] if any(c.isalpha() for c in argument.value) else []
    if isinstance(argument, ast.JoinedStr):
        return [text for part in argument.values for text in _literals(part)]
    if isinstance(argument, (ast.List, ast.Tuple)):
        return [text for part in argument.elts for text in _literals(part)]
    return []


def test_the_search_for_hard_coded_sentences_finds_one():
    assert shown_literals(ast.parse('st.button("Save")\nst.button(_("Save"))')) == ["Save"]
