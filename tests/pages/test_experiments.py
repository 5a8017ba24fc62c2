"""Experiments: a plan that nobody writes over, frozen at the start; only progress until a look is due; then a verdict."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import experiment_calculator
from dashboard.gateway import experiments
from tests.pages.app import open_app

KEY = "half-price"


def said(at: AppTest) -> str:
    """Every word of the page that is a sentence."""
    texts = (at.markdown, at.caption, at.info, at.warning, at.error, at.success, at.header, at.subheader)
    html = " ".join(str(h.proto.body) for h in at.get("html"))
    return " ".join(str(one.value) for kind in texts for one in kind) + html


def drafted() -> int:
    """A new draft, by the number it has."""
    return experiments.create("Half price").id


@pytest.mark.usefixtures("own_demo")
def test_a_draft_is_kept_when_asked_to_and_over_nobody_elses_words():
    number = drafted()
    at = open_app("experiment", key=KEY)
    assert "What is expected, and why, is missing" in said(at)
    at.text_area(key=f"plan.{number}.hypothesis").input("They stay.").run()
    at.number_input(key=f"plan.{number}.variants.1.cost_cents").set_value(30.0).run()
    assert "Not saved yet: What we expect, and why, Variants" in said(at).replace("\\", "")
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert stored.plan.hypothesis == ""

    theirs = replace(stored.plan, hypothesis="They leave later.", owner="Noor")
    experiments.save(replace(stored, plan=theirs))
    at.button(key="plan.save").click().run()
    assert "Somebody else changed this draft meanwhile" in said(at)
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert stored.plan == theirs
    at.button(key="conflict.mine").click().run()
    at.button(key="plan.save").click().run()
    assert not at.exception
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert (stored.plan.hypothesis, stored.plan.owner) == ("They stay.", "Noor")
    assert stored.plan.variants[1].cost_cents == 3000


@pytest.mark.usefixtures("own_demo")
def test_the_calculator_judges_cookie_cats_and_names_what_it_cannot_read():
    at = open_app("calculator", counts="control=8502/44700\ngate_40=8279/45489")
    words = said(at)
    assert "Stop" in words
    assert "−0.82 pts (−1.33 pts … −0.31 pts)" in _cells(at)
    assert "0.0016" in _cells(at)
    assert "The split is unusual (p 0.0086)" in words.replace("\\", "")
    at.text_area(key="counts").input("control 12").run()
    assert "is not understood" in at.error[0].value
    assert list(experiment_calculator.SECTIONS) == ["counts", "file"]


def _cells(at: AppTest) -> str:
    return " ".join(str(table.value.to_dict()) for table in at.table).replace("\\", "")
