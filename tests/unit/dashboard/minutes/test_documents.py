"""Pack and minutes as HTML, DOCX and PPTX: whole, in both languages, with charts and the release on every page."""

import re
from functools import cache
from io import BytesIO
from typing import Any

import docx
import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx.util import Inches

from analysis.review import pack
from analysis.review.parts import Column, table
from dashboard.language import speaking
from dashboard.minutes import content
from dashboard.minutes import pptx as content_slides
from dashboard.minutes.content import Grid
from dashboard.minutes.files import written
from data.database import open_database
from data.settings import settings
from tests.builders import an_engine
from tests.unit.analysis.review.company import reviewed
from tests.unit.analysis.review.test_pack import END, START

NASTY = "<script>alert(1)</script> & 引导"
SOFT_BREAK = "Pasted\x0bfrom slides\x00"
MINUTES: dict[str, Any] = {
    "title": "",
    "moderator": "Moderator",
    "attendees": [{"name": "Sales lead", "department": "Sales", "present": True}],
    "departments": [{"department": "Sales", "present": 1, "of": 1}],
    "decisions": [
        {"text": f"{NASTY} {n}", "owner": "Onboarding lead", "due": "2025-02-01", "kind": "question", "ref": "reasons", "title": ""}
        for n in range(12)
    ],
    "actions": [],
    "findings": [],
    "items": [{"kind": "free", "ref": "next", "title": "Next", "notes": [{"text": "Said so", "who": "Sales lead"}]}],
    "parking": [{"text": SOFT_BREAK, "who": "Sales lead"}],
}  # fmt: skip
FOOT = {
    "en": "Churn review Q4 2024 · data release 1 as of Dec 31, 2024",
    "zh_Hans": "2024年第4季度 流失回顾 · 数据版本 1，截至 2024年12月31日",
}


@cache
def the_pack() -> dict[str, Any]:
    return pack.assemble(an_engine(reviewed()), open_database(settings()), START, END)


def made(form: str, language: str) -> bytes:
    with speaking(language):
        return written(form, the_pack(), MINUTES, "Moderator")


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_a_word_file_has_decisions_figures_charts_and_the_release_on_every_page(language: str) -> None:
    file = docx.Document(BytesIO(made("docx", language)))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert sum(NASTY in text for text in cells) == len(MINUTES["decisions"])
    assert "Onboarding lead" in cells
    assert "Pasted from slides " in cells
    assert file.sections[0].footer.paragraphs[0].text.startswith(FOOT[language])
    assert len(file.inline_shapes) >= 4
    headings = [p.text for p in file.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert len(headings) == 9
    assert len(set(headings)) == 9


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_slides_say_the_release_and_leave_no_decision_out(language: str) -> None:
    slides = slides_of(made("pptx", language))
    texts = list(map(texts_of, slides))
    assert all(FOOT[language] in text for text in texts)
    tables = [shape.table for slide in slides for shape in tables_of(slide)]
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert sum(NASTY in text for text in cells) == len(MINUTES["decisions"])
    assert sum(shape.shape_type == 13 for slide in slides for shape in slide.shapes) >= 4


def with_verdicts(n: int) -> dict[str, Any]:
    """The pack with so many judged actions, each with its chart and a long title."""
    months = [
        {"start": f"2024-{m:02}-01", "seen": 0.1, "without": 0.1, "low": 0.0, "high": 0.2, "comparison": None, "n": 90,
         "phase": "baseline" if m < 8 else "window"}
        for m in range(1, 13)
    ]  # fmt: skip
    metric = {"kind": "churn", "of": "", "days": 0}
    rows = [
        {"title": f"Measure number {i} against what customers said of their first weeks.", "state": "closed",
         "verdict": "worked", "effect": -0.1, "effect_low": -0.2, "effect_high": -0.05, "unit": "rate", "metric": metric,
         "owner": "Onboarding lead", "due": "2024-07-01", "check_on": "2025-01-01", "release": 1}
        for i in range(n)
    ]  # fmt: skip
    charts = [
        {"kind": "before-after", "key": "before_after", "rows": months, "title": row["title"], "metric": metric,
         "shipped_on": "2024-08-01"}
        for row in rows
    ]  # fmt: skip
    kinds = {
        "state": "state",
        "effect": "measured",
        "metric": "metric",
        "check_on": "day",
        "release": "count",
    }
    found = table("actions", [Column(name, kinds.get(name, "text")) for name in content.PRINTED["actions"]], rows)
    first = {**the_pack()["sections"][0], "tables": [found], "charts": charts, "unknown": "", "notes": ["Said below."]}
    return {**the_pack(), "sections": [first, *the_pack()["sections"][1:]]}


def slides_of(made: bytes) -> list[Any]:
    return list(pptx.Presentation(BytesIO(made)).slides)


def texts_of(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def tables_of(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.has_table]


def test_every_verdict_has_its_chart_after_the_table_of_all() -> None:
    slides = slides_of(written("pptx", with_verdicts(6)))
    tables = [i for i, slide in enumerate(slides) if tables_of(slide)]
    charts = [i for i, slide in enumerate(slides) if any("first weeks: Churn" in text for text in texts_of(slide))]
    assert len(charts) == 6
    assert tables[0] < charts[0]
    assert any("Said below." in texts_of(slide) for slide in slides)
    cells = [c.text for s in slides for x in tables_of(s) for row in x.table.rows for c in row.cells]
    assert cells.count("Closed (Worked)") == 6


def test_nothing_on_a_slide_runs_over_its_foot_however_long_the_rows_are() -> None:
    said = "Every customer of the north said that the training came too late, and that nobody called. "
    long = [{**decision, "text": said * (1 + n % 5)} for n, decision in enumerate(MINUTES["decisions"])]
    for slide in slides_of(written("pptx", with_verdicts(9), {**MINUTES, "decisions": long}, "")):
        for shape in tables_of(slide):
            assert shape.top + sum(row.height for row in shape.table.rows) <= Inches(content_slides.BOTTOM)


def test_the_page_to_read_shows_all_that_was_decided() -> None:
    many = [{**MINUTES["decisions"][0], "text": f"Decision {n} of many"} for n in range(60)]
    text = written("html", the_pack(), {**MINUTES, "decisions": many}, "").decode()
    assert text.count(" of many</td>") == 60


def test_what_was_said_of_the_whole_review_is_printed_first() -> None:
    said = {"text": "We should meet more often.", "who": "Sales lead"}
    for notes, first in (([said], "The review as a whole"), ([], "Next")):
        paper = content.paper(the_pack(), {**MINUTES, "notes": notes})
        (printed,) = (grid for page in paper.pages for grid in page.grids if grid.title == "Notes")
        assert printed.rows[0][0] == first


def test_the_front_page_names_the_release_and_the_version_of_the_code() -> None:
    facts = dict(content.paper(the_pack()).facts)
    assert facts["Data release"] == "1"
    assert facts["Code version"] == the_pack()["code"]


WORDS = st.text(alphabet="abcdefgh 中文", min_size=0, max_size=40)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=6))
def test_no_column_is_narrower_than_its_longest_word_where_there_is_room(rows: list[tuple[str, str, str]]) -> None:
    grid = Grid("", ("Who", "When", "What"), tuple(rows), (False,) * 3)
    found = content.widths(grid, rows, 150)
    assert sum(found) == pytest.approx(150)
    for column, width in zip(zip(grid.heads, *rows, strict=True), found, strict=True):
        words = [word for text in column for word in re.split(r"[ 中文]", text)]
        assert width >= max(map(len, words))


def test_html_needs_nothing_else_and_runs_nothing() -> None:
    text = made("html", "zh_Hans").decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 引导" in text
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", text)
    assert text.count("<svg") >= 4
    assert 'lang="zh-Hans"' in text
