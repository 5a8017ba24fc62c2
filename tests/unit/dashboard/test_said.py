"""What the data layer says in English, a page says in the reader's language, with the same values."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.import_words import for_page
from dashboard.language import DEFAULT, NAMES, speaking
from dashboard.language import said as translations
from dashboard.locales import extract, said
from dashboard.said import in_this_language
from data import errors

OTHERS = [code for code in NAMES if code != DEFAULT]
CHINESE = re.compile("[\u4e00-\u9fff]")
TEMPLATES = sorted(translations("zh_Hans").items())
#: Values that no sentence holds.
VALUES = some.text(alphabet="QXZ0123456789", min_size=1, max_size=8)
SOURCES = [
    path
    for folder in ("data", "analysis")
    for path in sorted((extract.ROOT / folder).rglob("*.py"))
    if not path.relative_to(extract.ROOT).as_posix().startswith(said.ONLY_AT_THE_COMMAND_LINE)
]


def found(source: str) -> list[str]:
    return list(said.said(ast.parse(source)))


def test_a_sentence_with_values_is_a_template_with_numbered_places():
    assert found('x = f"{n:,} rows of {table} belong to no customer."') == ["{0} rows of {1} belong to no customer."]


def test_text_for_format_is_a_template_too():
    assert found('x = Check("a", "{n} customers left before they signed.")') == [
        "{0} customers left before they signed."
    ]


def test_values_side_by_side_are_one_place():
    assert found('x = f"{n} of them lost{why}{more}."') == ["{0} of them lost{1}."]


def test_a_part_chosen_inside_a_sentence_is_found_for_itself():
    assert found("""x = f"Fields are: {known or 'none, because no table is known'}." """) == [
        "Fields are: {0}.",
        "none, because no table is known",
    ]


def test_sql_docstrings_and_single_words_are_no_sentences():
    assert found('"""Say how it is."""\nx = f"SELECT {a} FROM {b}"\ny = "coalesce(a, b)"\nz = "customers"') == []


def test_a_step_may_be_a_single_word():
    assert found('self._say("recording")') == ["recording"]


def test_every_error_that_is_raised_has_a_template():
    known = {text for text, _where in said.messages()}
    assert [text for path in SOURCES for text in raised(ast.parse(path.read_text(encoding="utf-8"))) - known] == []


def raised(tree: ast.AST) -> set[str]:
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    calls = [n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and isinstance(n.exc, ast.Call) and n.exc.args]
    texts = [said.template(call.args[0]) for call in calls if getattr(call.func, "id", "") in kinds]
    return {text for text in texts if text}


def test_the_search_for_raised_errors_finds_one():
    assert raised(ast.parse('raise NoData(f"There is no import {number}.")')) == {"There is no import {0}."}


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_places_each_once(code: str):
    wrong = [t for t, told in translations(code).items() if places(t) != places(told)]
    assert wrong == []


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\{\d+\}", text))


@pytest.mark.parametrize("code", OTHERS)
def test_a_blank_ends_an_option_of_the_command_line(code: str):
    """Else the page would take what follows for its value: it names a control instead of the option."""
    option = re.compile(r"--(?:option|map|table|mode|as-of|max-reject-share)\b(?: [^\s\u2e80-\uffff]+)?[\u2e80-\uffff]")
    assert [told for told in translations(code).values() if option.search(told)] == []


@given(some.data())
def test_every_template_is_told_with_its_values(data: some.DataObject):
    template, translation = data.draw(some.sampled_from(TEMPLATES))
    values = {place: data.draw(VALUES) for place in places(template)}
    with speaking("zh_Hans"):
        assert in_this_language(filled(template, values)) == filled(translation, values)


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{\d+\}", lambda place: values[place[0]], text)


def chinese(text: str) -> str:
    with speaking("zh_Hans"):
        return in_this_language(text)


def test_an_english_page_shows_the_sentence_itself():
    with speaking("en"):
        assert in_this_language("no movements") == "no movements"


def test_what_nobody_translated_stays_as_it_is():
    assert chinese("Nobody has ever said this; not here.") == "Nobody has ever said this; not here."


def test_two_sentences_are_told_one_after_the_other():
    told = chinese("5 customers left before they signed. For example a, b.")
    assert told == "5 位客户的离开日早于签约日。例如 a, b。"


def test_a_sentence_inside_a_sentence_is_told_too():
    said = "The books do not balance, so nothing was published (sums_match: stored sums are not as counted). Please report this."
    assert chinese(said) == "账目不平，因此没有发布任何内容（sums_match：存储的合计与重新计数不一致）。请报告此问题。"


def test_the_reasons_of_rejected_rows_are_told_in_a_list():
    told = chinese(
        "a.csv: 3 of 9 rows (33%) cannot be used, more than the 5% allowed; nothing was changed. 2 row(s): 'my fee' is "
        "not a number, for example row 3 (\"x.y, z\"); 1 row(s): 'since' is empty but required, for example row 9. All "
        "of them are in /r.csv. Mend the file, map other columns (--map), or allow more with --max-reject-share."
    )
    assert "2 行：'my fee' 不是数字，例如行 3 (\"x.y, z\")；1 行：'since' 必填但为空，例如行 9。" in told


def test_what_follows_a_long_list_of_columns_is_told():
    columns = ", ".join(f"field_{n} = column_{n}" for n in range(20))
    told = chinese(f"subs is read as subscriptions, as asked: {columns}; not used: seats, auto_renew.")
    assert told == f"subs 读作 subscriptions，按要求：{columns}；未使用：seats, auto_renew。"


def test_a_control_of_the_page_is_named_after_translating():
    with speaking("zh_Hans"):
        told = for_page("f.csv is not UTF-8; it is read as cp1252. Set --option encoding=NAME if that is wrong.")
    assert "--" not in told
    assert told.startswith("f.csv 不是 UTF-8；按 cp1252 读取。如不正确，请设置 “")


def test_a_name_in_the_data_that_is_a_word_of_ours_stays():
    assert "checks" in chinese("checks: dates are read as %d.%m.%Y.")


def test_a_long_list_of_values_costs_no_time():
    columns = ", ".join(f"column {n}: no such thing. For example" for n in range(2_000))
    assert chinese(f"There is no attribute x. Known attributes: {columns}.").startswith(
        "没有属性 x。已知属性：column 0"
    )
