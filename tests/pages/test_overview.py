"""The overview opens on whatever there is, and shows the numbers of the report."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from analysis.results import Estimate
from dashboard import formats
from dashboard.gateway import customers, figures, interviews
from dashboard.gateway.releases import chosen
from data.records import Condition, CustomerQuery, Scope, Segment
from tests.pages.app import open_app


def texts(at: AppTest) -> str:
    return " ".join(
        [*(h.proto.body for h in at.get("html")), *(h.value for h in at.header), *(m.value for m in at.markdown)]
    )


def labels_of_popovers(at: AppTest) -> str:
    return " ".join(str(block.proto.popover.label) for block in at.get("popover"))


def test_without_data_the_overview_says_what_to_load():
    at = open_app()
    assert "No customer data yet" in [h.value for h in at.header]


def test_without_data_the_overview_shows_no_number():
    assert "%" not in texts(open_app())


def test_the_page_speaks_chinese_to_a_chinese_browser():
    at = open_app(locale="zh-CN")
    assert "概览" in [t.value for t in at.title]


@pytest.mark.usefixtures("demo")
def test_the_headline_names_the_losses_of_the_last_complete_period():
    row = figures.report(Scope()).rows[-1]
    assert f"{row.customers_churned} of {row.customers_start} customers left" in texts(open_app())


@pytest.mark.usefixtures("demo")
def test_every_figure_has_a_card_with_its_definition():
    at = open_app()
    shown = texts(at)
    assert all(name in shown for name in ("Customer churn rate", "Net MRR churn rate", "Quick ratio"))
    assert "customers at start who are gone at the end / customers at start" in shown


@pytest.mark.usefixtures("demo")
def test_a_segment_in_the_link_is_what_the_page_shows():
    at = open_app(segment="industry:in:retail")
    assert "Industry is retail" in labels_of_popovers(at)


@pytest.mark.usefixtures("demo")
def test_an_attribute_nobody_has_is_explained_and_not_a_crash():
    at = open_app(segment="shoe_size:in:44")
    assert "There is no attribute shoe" in at.error[0].value


@pytest.mark.usefixtures("demo")
def test_a_release_that_does_not_exist_is_explained():
    at = open_app(release="99")
    assert "Release 99 does not exist" in at.error[0].value


@pytest.mark.usefixtures("demo")
def test_a_definition_chosen_elsewhere_changes_no_number_unseen():
    assert texts(open_app(definition="stripe")) == texts(open_app())


@pytest.mark.usefixtures("demo")
def test_changes_are_judged_together_and_the_page_says_over_how_many():
    """Hand calculation: three rates with an interval, each over a month, a quarter and a year; the sentences compare
    the month with the month before, which is one of them."""
    at = open_app()
    assert "judged together over 9 comparisons" in texts(at)
    assert "judged together over the 9 comparisons" in " ".join(c.value for c in at.caption)


@pytest.mark.usefixtures("demo")
def test_a_warm_rerun_is_given_what_was_judged_before():
    judged = figures.overview(Scope(), "year")
    assert figures.overview(Scope(), "year") is judged
    assert figures.overview(Scope(), "year", Segment((Condition("industry", "in", ("retail",)),))) is judged
    assert figures.overview(Scope()) is not judged


@pytest.mark.usefixtures("demo")
def test_a_rate_says_what_length_of_time_it_is_over_and_a_quarters_change_is_put_into_it():
    shown = texts(open_app())
    assert "per month · 95% interval" in shown
    assert "per quarter, here as rates per month" in shown
    assert "per month, here as rates per quarter" in texts(open_app(grain="quarter"))


@pytest.mark.usefixtures("demo")
@pytest.mark.slow
def test_a_segment_inside_the_other_is_compared_with_the_rest_and_says_so():
    at = open_app(segment="industry:in:retail", compare="segment")
    assert "the rest of the other segment" in texts(at)
    assert "in both counted only here" in texts(at)


@pytest.mark.usefixtures("demo")
def test_a_segment_against_itself_has_nothing_to_compare():
    at = open_app(compare="segment")
    assert "Both segments hold the same customers." in texts(at)
    assert "the other segment" not in texts(at)


def ways_on(at: AppTest) -> dict[str, str]:
    return {link.proto.page: link.proto.query_string for link in at.get("page_link")}


@pytest.mark.usefixtures("demo")
def test_without_a_diagnosed_loss_the_card_of_avoidable_churn_leads_to_the_interviews():
    at = open_app(segment="industry:in:retail")
    (card,) = (h.proto.body for h in at.get("html") if "Avoidable churn rate" in h.proto.body)
    assert "Not enough data" in card
    assert "has been diagnosed" in card
    assert "at least" not in card
    assert "industry" in ways_on(at)["interviews"]
    assert "reasons" not in ways_on(at)


@pytest.mark.usefixtures("own_demo")
def test_the_card_of_avoidable_churn_shows_the_rate_of_the_report_and_how_much_nobody_asked_about():
    period = figures.report(Scope()).rows[-1].period
    lost = customers.customers(CustomerQuery("churn", period=period), chosen().number)[0]
    assert lost.churned_on is not None
    draft = interviews.start(lost.customer_id, lost.churned_on, "")
    done = replace(draft, interviewer="Noor", on=lost.churned_on, diagnosed="price", avoidable="yes")
    interviews.finish(done, "")

    row = figures.report(Scope()).rows[-1]
    assert isinstance(row.avoidable_churn_rate, Estimate)
    assert row.churned_undiagnosed == row.customers_churned - 1
    at = open_app()
    (card,) = (h.proto.body for h in at.get("html") if "Avoidable churn rate" in h.proto.body)
    assert formats.rate(row.avoidable_churn_rate.value) in card
    assert f"Not yet diagnosed: {row.churned_undiagnosed} of {row.customers_churned} losses" in card
    assert "part=avoidable" in ways_on(at)["reasons"]
