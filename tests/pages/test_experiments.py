"""Experiments: a plan that nobody writes over, frozen at the start; only progress until a look is due; then a verdict."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from analysis.experiments import plans
from analysis.experiments.demo import write_plans
from dashboard import formats
from dashboard.gateway import experiments
from data.database import open_database
from data.records_experiments import Plan
from data.settings import settings
from tests.pages.app import open_app
from tests.pages.conftest import END

KEY = "half-price"


def said(at: AppTest) -> str:
    """Every word of the page that is a sentence."""
    texts = (at.markdown, at.caption, at.info, at.warning, at.error, at.success, at.header, at.subheader)
    html = " ".join(str(h.proto.body) for h in at.get("html"))
    return (" ".join(str(one.value) for kind in texts for one in kind) + html).replace("\\", "")


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
    assert "Not saved yet: What we expect, and why, Variants" in said(at)
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert stored.plan.hypothesis == ""

    at.selectbox(key=f"filters.plan.{number}.add").select("industry").run()
    at.multiselect(key=f"filters.plan.{number}.0.values").set_value(["retail"]).run()
    at.text_input(key="segment.name").input("Shops")
    at.button(key="segment.save").click().run()
    assert at.selectbox(key=f"plan.{number}.segment").value == "Shops"

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
    assert (stored.plan.segment, stored.plan.eligible.conditions[0].values) == ("Shops", ("retail",))


@pytest.mark.usefixtures("own_demo")
def test_no_effect_is_seen_before_its_look_is_on_record_and_then_it_is_seen_again():
    write_plans(open_database(settings()), 24, END)
    at = open_app("experiments")
    assert "A look is due." in said(at)
    assert " customers, 164 needed" in said(at)
    assert any("part=result" in link.proto.query_string for link in at.get("page_link"))
    assert "No single day has an unusual split." in said(open_app("experiment", key="free-module", part="watch"))
    at = open_app("experiment", key="free-module", part="result")
    assert "counts as one of the planned looks" in said(at)
    assert "verdict-said" not in _drawn(at)
    at.button(key="experiment.look").click().run()
    assert not at.exception
    stored = experiments.of_key("free-module")
    assert stored is not None
    assert [(look.number, look.kind, look.release) for look in stored.looks] == [(1, "final", 1)]
    first = _drawn(at)
    assert "free module" in first
    assert _drawn(open_app("experiment", key="free-module", part="result", by="channel")) == first
    assert formats.points(stored.looks[0].difference or 0.0, 2) in _cells(at)
    assert "Who stays how long?" in said(at)

    decide = open_app("experiment", key="free-module", part="decide")
    decide.button(key="experiment.decide").click().run()
    assert "The reason is missing" in decide.error[0].value
    decide.text_area(key="experiment.reason").input("It pays.")
    decide.text_input(key="experiment.who").input("Noor")
    decide.button(key="experiment.decide").click().run()
    assert "It pays." in _cells(decide)
    decide.text_area(key="experiment.withdraw.reason").input("Too dear after all.")
    decide.button(key="experiment.withdraw").click().run()
    assert "took the decision back. Too dear after all." in said(decide)
    stored = experiments.of_key("free-module")
    assert stored is not None
    assert (stored.state, [one.who for one in stored.decisions]) == ("ended", ["Noor"])


@pytest.mark.usefixtures("own_demo")
def test_two_people_who_amend_at_once_undo_nothing_of_each_other():
    db = open_database(settings())
    plan = Plan("Half price", hypothesis="They stay.", size=500, baseline=0.5)
    started = plans.start(db, plans.create(db, plan, key=KEY), END)
    at = open_app("experiment", key=KEY, part="plan")
    theirs = plans.amend(db, started, replace(plan, size=700), "Fewer stay than thought.", END)
    at.text_area(key="amend.hypothesis").input("They stay longer.")
    at.text_area(key="amend.reason").input("Said better.")
    at.button(key="amend.submit").click().run()
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert (stored.plan.hypothesis, stored.plan.size) == ("They stay longer.", 700)
    assert [sorted(one.after) for one in stored.amendments] == [["size"], ["hypothesis"]]

    plans.amend(db, stored, replace(stored.plan, size=800), "More still.", END)
    at.number_input(key="amend.size").set_value(900)
    at.text_area(key="amend.reason").input("Another number.")
    at.button(key="amend.submit").click().run()
    assert "was changed by somebody else" in at.error[0].value
    assert [at.number_input(key="amend.size").value, theirs.plan.size] == [900, 700]


@pytest.mark.usefixtures("own_demo")
def test_a_frozen_plan_changes_on_record_only_and_an_impossible_effect_does_not_start():
    draft = experiments.create("Half price")
    plan = replace(draft.plan, hypothesis="They stay.", smallest_effect=0.5, stopping="always-valid")
    draft = experiments.save(replace(draft, plan=plan))
    at = open_app("experiment", key=KEY)
    assert "An effect of 50 percentage points is impossible" in said(at)
    at.number_input(key=f"plan.{draft.id}.smallest_effect").set_value(3.0).run()
    at.button(key="plan.save").click().run()
    at.button(key="experiment.start").click().run()
    assert "The plan, frozen on" in said(at)
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert stored.frozen == stored.plan
    assert stored.plan.size > 0

    at.number_input(key="amend.1.cost").set_value(7.0)
    at.button(key="amend.submit").click().run()
    assert "The reason is missing" in at.error[0].value
    at.number_input(key="amend.1.cost").set_value(7.0)
    at.text_area(key="amend.reason").input("The supplier raised it.")
    at.button(key="amend.submit").click().run()
    assert "The supplier raised it." in _cells(at)
    stored = experiments.of_key(KEY)
    assert stored is not None
    assert [v.plan.variants[1].cost_cents for v in (stored, replace(stored, plan=stored.frozen))] == [700, 0]


@pytest.mark.usefixtures("demo")
def test_what_nobody_planned_is_read_as_it_is_and_says_so():
    assert "Found in the data" in said(open_app("experiments"))
    at = open_app("experiment", key="free-module")
    assert "No plan was written here before these data came in" in said(at)
    assert "verdict-said" in _drawn(at)
    zh = open_app("experiment", key="free-module", locale="zh-CN")
    assert "这些数据到来之前没有写下计划" in said(zh)
    assert "Choose one." in said(open_app("experiment"))


@pytest.mark.usefixtures("own_demo")
def test_the_calculator_judges_cookie_cats_and_names_what_it_cannot_read():
    at = open_app("calculator", counts="control=8502/44700\ngate_40=8279/45489")
    words = said(at)
    assert "Stop" in words
    assert "−0.82 pts (−1.33 pts … −0.31 pts)" in _cells(at)
    assert "0.0016" in _cells(at)
    assert "The split is unusual (p 0.0086)" in words
    at.text_area(key="counts").input("control=10/1000\nb=9/1200").run()
    assert "Nothing can be read" in said(at)
    assert "No reading of" in _drawn(at)
    at.text_area(key="counts").input("control 12").run()
    assert "is not understood" in at.error[0].value


@pytest.mark.usefixtures("demo")
def test_a_file_is_judged_by_the_columns_that_are_chosen():
    rows = "".join(f"c{i},{'ab'[i % 2]},{int(i % 5 < 2 + i % 2)},{i % 7}\n" for i in range(400))
    at = open_app("calculator", part="file")
    at.file_uploader(key="calculator.file").set_value(
        ("results.csv", f"id,group,kept,games\n{rows}".encode(), "text/csv")
    )
    at.run()
    assert "Choose at least one outcome" in said(at)
    at.multiselect(key="calculator.outcomes").set_value(["kept", "games"]).run()
    assert not at.exception
    assert "60.00%" in _cells(at)
    assert "games" in _cells(at)


def _drawn(at: AppTest) -> str:
    """The verdicts of the page."""
    return "".join(str(h.proto.body) for h in at.get("html") if 'class="verdict"' in h.proto.body)


def _cells(at: AppTest) -> str:
    return " ".join(str(table.value.to_dict()) for table in at.table).replace("\\", "")
