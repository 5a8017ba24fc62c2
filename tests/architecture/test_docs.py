"""The docs are complete and true: what can be named, typed or followed exists, and what exists is named."""

import dataclasses
import re
from pathlib import Path

import pytest

from analysis.kpis.report import KpiRow
from analysis.metrics.catalogue import METRICS
from data.records import MetricOptions
from data.settings import PREFIX, Settings
from docs import write
from tests.architecture.source import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def page(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(params=DECISIONS, ids=lambda page: page.stem)
def decision(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_generated_parts_are_what_the_code_says() -> None:
    assert [page.name for page in write.stale()] == [], "run: make docs"


def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target, _ in links if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_anchor_is_a_heading(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", page.read_text(encoding="utf-8"))
    missing = [
        f"{target}#{anchor}"
        for target, anchor in links
        if "://" not in target and anchor not in _anchors(page.parent / target if target else page)
    ]
    assert missing == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_file_that_is_named_exists(page: Path) -> None:
    code = re.findall(r"`((?:analysis|dashboard|data|pages|tests|docs|\.ci|\.streamlit)/[\w./-]+)`", page.read_text())
    assert sorted({name for name in code if not (ROOT / name).exists() and "NAME" not in name}) == []


def test_every_make_command_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(named) - targets) == []


def test_no_page_names_a_place_on_one_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"(?:^|[\s`(])/(?:home|work|root|tmp|opt|Users)/\S*", text) == []


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"^\| `(CHURN_\w+)` \|", _text("docs/operations.md"), re.MULTILINE))
    assert documented == {PREFIX + name.upper() for name in Settings.model_fields}


def test_every_metric_option_is_documented_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \| (.+?) \|", _text("docs/data-model.md").split("## What counts")[1], re.MULTILINE)
    )
    fields = {field.name: field.default for field in dataclasses.fields(MetricOptions)}
    assert set(rows) == set(fields)
    said = {name: default.strip("`") for name, default in rows.items() if default.startswith("`")}
    assert said == {name: str(fields[name]) for name in said}


def test_every_figure_of_the_key_figures_report_is_in_the_dictionary() -> None:
    figures = {field.name for field in dataclasses.fields(KpiRow)} - {"period_start", "period_end", "complete"}
    assert sorted(figures - set(METRICS)) == []


def test_a_decision_has_all_parts_and_a_line_to_quote(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Cost", "Alternatives", "Check"]
    assert re.search(r"^## Decision\n> \S", text, re.MULTILINE), "the decision begins with a line to quote: > ..."
    assert len(text.split()) < 450, "a decision is one page"


def test_a_decision_is_numbered_and_listed(decision: Path) -> None:
    title = decision.read_text(encoding="utf-8").splitlines()[0]
    number, name = re.fullmatch(r"# (\d{4}) (.+)", title).groups()  # pyright: ignore[reportOptionalMemberAccess] - fails as it should
    assert decision.name.startswith(f"{number}-")
    assert f"| [{number}]({decision.name}) | {name} |" in _text("docs/decisions/README.md")


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
