"""A pack in words: codes become names, what is unknown says why, and every chart is drawn from its own rows."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard import formats, pack_charts, pack_words
from dashboard.language import speaking

PACK: dict[str, Any] = {
    "currency": "USD",
    "labels": {
        "attributes": {"industry": "Industry"},
        "reasons": {"price": {"label": "Price", "parent": ""}, "list": {"label": "List price", "parent": "price"}},
    },
}


def a_column(field: str, kind: str) -> dict[str, str]:
    return {"field": field, "name": field, "kind": kind}


def cell(kind: str, value: Any, **more: Any) -> str:
    return pack_words.cell({"x": value, **more}, a_column("x", kind), PACK)


def test_cells_are_written_as_their_kind_and_a_missing_one_is_no_zero() -> None:
    assert [cell("count", 1234), cell("money", 9_900), cell("rate", 0.0234)] == ["1,234", "$99.00", "2.3%"]
    assert [cell("day", "2026-09-30"), cell("points", -0.012)] == ["Sep 30, 2026", "−1.20 pts"]
    assert [cell("count", None), cell("rate", None), cell("text", "")] == ["–"] * 3
    assert cell("rate", 0.1, x_low=0.05, x_high=0.2) == "10.0% (5.0% – 20.0%)"


def test_effects_are_written_as_on_every_page() -> None:
    effect = cell("measured", -0.087, x_low=-0.145, x_high=0.01, unit="rate")
    assert effect == formats.effect(-0.087, -0.145, 0.01, "rate") == "−8.70 pts (−14.50 pts … +1.00 pts)"
    relative = {"relative": -0.63, "relative_low": -0.87, "relative_high": -0.29}
    assert pack_words.cell(relative, a_column("relative", "rate"), PACK) == "−63.0% (−87.0% … −29.0%)"


def test_codes_are_said_in_words_and_what_somebody_wrote_stands_as_it_is() -> None:
    assert [cell("reason", "list"), cell("attribute", "industry")] == ["Price · List price", "Industry"]
    assert (
        cell("conditions", [{"attribute": "industry", "operator": "in", "values": ["retail"]}]) == "Industry is retail"
    )
    with speaking("zh_Hans"):
        assert [cell("reason", "list"), cell("verdict", "did-not")] == ["价格 · List price", "未见效"]
        assert pack_words.section("who-left") == "我们失去了谁？"


def test_a_figure_that_is_unknown_says_why_and_what_would_be_needed() -> None:
    assert pack_words.why_unknown({"unknown": "not recorded", "needed": None}) == "not recorded"
    found = {"unknown": "too few customers", "have": 3, "needed": 30}
    assert pack_words.why_unknown(found) == "too few customers. There are 3; at least 30 are needed."


CHARTS: dict[str, dict[str, Any]] = {
    "rates": {"key": "monthly_churn", "rows": [{"start": "2026-09-01", "value": 0.02, "value_low": 0.01, "value_high": 0.03}]},
    "curve": {"key": "concentration", "half": 2, "four_fifths": 5, "rows": [{"customers": 2, "share": 0.5, "cents": 100}]},
    "lifts": {
        "key": "unlike_others",
        "rows": [{"attribute": "industry", "value": "retail", "lift": 1.5, "lift_low": 1.2, "lift_high": 1.9}],
    },
    "effects": {
        "key": "mix_and_rate",
        "attribute": "industry",
        "mix": 0.01,
        "rate": -0.02,
        "rows": [{"value": "retail", "mix": 0.01, "rate": -0.02}],
    },
    "pareto": {
        "key": "reasons_by_size",
        "of": "stated",
        "rows": [{"reason": "price", "customers": 3, "mrr_cents": 1, "avoidable": "yes"}],
    },
    "before-after": {
        "key": "before_after",
        "title": "Guided onboarding",
        "unit": "rate",
        "metric": {"kind": "early-churn", "of": "", "days": 90},
        "shipped_on": "2026-05-01",
        "verdict": "worked",
        "rows": [
            {"start": f"2026-0{month}-01", "seen": seen, "without": expected, "low": 0.1, "high": 0.2, "comparison": None, "n": 90, "phase": phase}
            for month, seen, expected, phase in ((4, 0.14, None, "baseline"), (5, 0.07, 0.14, "window"))
        ],
    },
}  # fmt: skip


def test_every_kind_of_chart_names_data_that_its_specification_asks_for_and_says_them_in_words() -> None:
    for kind, found in CHARTS.items():
        drawn = pack_charts.chart({"kind": kind, **found}, PACK)
        assert drawn is not None
        named = str(drawn.spec).split("'name': '")[1:]
        assert all(any(one.startswith(data) for one in named) for data in drawn.data), kind
        assert drawn.table, kind
    assert pack_charts.chart({"kind": "rates", "key": "x", "rows": []}, PACK) is None
    assert pack_charts.chart({"kind": "of another time", "key": "x", "rows": [{}]}, PACK) is None


def test_a_verdict_is_drawn_with_the_day_its_action_reached_customers() -> None:
    drawn = pack_charts.chart({"kind": "before-after", **CHARTS["before-after"]}, PACK)
    assert drawn is not None
    assert drawn.title.startswith("Guided onboarding: ")
    assert [flag["title"] for flag in drawn.data["shipped"]] == ["shipped May 1, 2026"]
    assert [row["Expected without the action"] for row in drawn.table] == ["–", "14.0%"]


_DRAWN = """
from dashboard import pack_view
from tests.unit.dashboard.test_pack_view import CHARTS, PACK, a_column

figures = [
    {"name": "customer_churn_rate", "unit": "rate", "value": 0.1, "low": 0.05, "high": 0.2, "before": 0.2, "p": 0.01},
    {"name": "plays_recorded", "unit": "count", "value": None, "unknown": "not recorded", "needed": None},
]
rows = [{"name": f"<b>Customer {n}</b>"} for n in range(12)]
pack_view.draw({**PACK, "sections": [
    {"key": "who-left", "figures": figures, "charts": [{"kind": k, **c} for k, c in CHARTS.items()],
     "tables": [{"key": "largest_losses", "columns": [a_column("name", "text")], "rows": rows}], "notes": ["A remark."]},
    {"key": "plays", "unknown": "Nothing was tried."},
]}, place="here")
"""


def test_a_pack_is_drawn_section_by_section_and_one_without_an_answer_says_so() -> None:
    at = AppTest.from_string(_DRAWN, default_timeout=30).run()
    assert not at.exception
    assert [h.value for h in at.header][:1] == ["Whom did we lose?"]
    assert at.info[0].value == "Nothing was tried\\."
    html = " ".join(str(h.proto.body) for h in at.get("html"))
    assert "10.0%" in html
    assert "before: 20.0% · more than chance" in html
    assert "unknown" in html
    assert len(at.get("vega_lite_chart")) == len(CHARTS)
    assert [len(table.value) for table in at.table if "Name" in table.value.columns] == [8, 12]
    assert at.markdown[0].value == "[Whom did we lose?](#who-left) · [Which plays and experiments worked?](#plays)"


_AFAR = """
from dashboard import pack_view
from tests.unit.dashboard.test_pack_view import CHARTS, PACK, a_column

fields = ("attribute", "value", "customers", "churned", "rate", "lift", "verdict")
row = {"attribute": "industry", "value": "retail", "customers": 9, "churned": 3, "rate": 0.3, "lift": 2.0, "verdict": ""}
kinds = {"attribute": "attribute", "value": "text", "rate": "rate", "lift": "number", "verdict": "unlike"}
pack_view.draw_section(
    {"key": "in-common", "charts": [{"kind": "lifts", **CHARTS["lifts"]}],
     "tables": [{"key": "unlike_others", "columns": [a_column(f, kinds.get(f, "count")) for f in fields], "rows": [row]}]},
    PACK, place="afar", large=True)
"""


def test_a_shared_screen_shows_the_columns_that_matter_and_larger_type():
    at = AppTest.from_string(_AFAR, default_timeout=30).run()
    assert not at.exception
    brief = next(table.value for table in at.table if "Verdict" in table.value.columns)
    assert list(brief.columns) == ["Attribute", "Value", "Rate", "Lift", "Verdict"]
    assert [len(frame.value.columns) for frame in at.dataframe] == [7]
    spec = json.loads(at.get("vega_lite_chart")[0].proto.spec)
    assert spec["config"]["axis"]["labelFontSize"] == 17
    sizes = [layer["mark"]["fontSize"] for layer in spec["layer"] if "fontSize" in layer["mark"]]
    assert sizes == [17]
