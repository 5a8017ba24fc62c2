"""Pack and minutes as HTML, DOCX and PPTX: whole, in both languages, with charts and the release on every page."""

import re
from functools import cache
from io import BytesIO
from typing import Any

import docx
import pptx
import pytest

from analysis.review import pack
from dashboard.language import speaking
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
    file = pptx.Presentation(BytesIO(made("pptx", language)))
    slides = list(file.slides)
    texts = [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in slides]
    assert all(FOOT[language] in text for text in texts)
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert sum(NASTY in text for text in cells) == len(MINUTES["decisions"])
    assert sum(shape.shape_type == 13 for slide in slides for shape in slide.shapes) >= 4


def test_html_needs_nothing_else_and_runs_nothing() -> None:
    text = made("html", "zh_Hans").decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 引导" in text
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", text)
    assert text.count("<svg") >= 4
    assert 'lang="zh-Hans"' in text
