"""Where data are too few for an answer, the page says why instead of drawing one."""

from streamlit.testing.v1 import AppTest

from tests.builders import a_company, a_subscription, published
from tests.pages.app import open_app


def said(at: AppTest) -> str:
    return " ".join(info.value for info in at.info)


def test_two_customers_have_no_split_no_forecast_and_no_season():
    published(a_company([a_subscription("c1", "2024-09-01"), a_subscription("c2", "2024-09-01", "2024-11-15")]))
    assert said(open_app("trends", part="split")) == "These customers have no attribute to split by."
    for part, needed in [("season", 13), ("forecast", 12)]:
        at = open_app("trends", part=part)
        assert said(at).startswith("Not enough data: ")
        assert said(at).endswith(f"at least {needed} are needed.")
        assert not at.get("vega_lite_chart")


def test_an_experiment_alone_has_nobody_who_could_leave():
    rows = [{"experiment_key": "x", "customer_id": c, "variant": v} for c, v in (("a", "one"), ("b", "two"))]
    published(a_company(assignments=rows))
    for page in ("overview", "lifecycle", "reasons"):
        assert not open_app(page).error
    assert said(open_app("money", part="risk")).startswith("Not enough data: ")


def test_a_word_no_figure_is_called_by_finds_none_and_says_so():
    at = open_app("metric_dictionary")
    at.text_input(key="dictionary.find").set_value("weather").run()
    assert said(at) == "No figure is called so. Try another word."
    assert not at.subheader
    at.text_input(key="dictionary.find").set_value("GRR_12m").run()
    assert [c.value for c in at.caption if c.value.startswith("`grr_12m`")]
