"""Every number a page shows is the number the command line reports: both are asked, and compared cell by cell."""

import json
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analysis.kpis.headline import FIGURES
from dashboard import formats, kpi_charts
from dashboard.cli.commands import app
from dashboard.definitions import title_of, unit_of
from dashboard.language import speaking
from dashboard.trend_charts import RATES
from tests.pages.app import open_app

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.slow]
CURRENCY = "EUR"


def report(*words: str) -> list[dict[str, Any]]:
    """What the command line prints."""
    found = CliRunner().invoke(app, ["report", *words, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)["rows"]


def told(answer: dict[str, Any], unit: str) -> str:
    """A reported answer as a page words it."""
    if answer.get("value") is None:
        return "not enough data"
    value = formats.value(answer["value"], unit, CURRENCY)
    if answer.get("low") is None:
        return value
    return f"{value} ({formats.interval(answer['low'], answer['high'], unit, CURRENCY)})"


def named(row: dict[str, Any], grain: Any = "month") -> str:
    return formats.period(date.fromisoformat(row["period_start"]), grain)


def tables_of(at: AppTest) -> list[list[dict[str, str]]]:
    """The tables below the trust bar's, their cells as they are read."""
    tables = [table.value.to_dict("records") for table in at.table]
    return [[{k: re.sub(r"\\(.)", r"\1", v) for k, v in row.items()} for row in rows] for rows in tables[1:]]


def cards_of(at: AppTest) -> dict[str, str]:
    """Title -> the text of the card without its markup."""
    cards = [h.proto.body for h in at.get("html") if "kpi-title" in h.proto.body]
    plain = [re.sub(r"<[^>]+>", "\n", card) for card in cards]
    return {text.split("\n")[2]: text for text in plain}


@pytest.mark.parametrize("grain", ["month", "quarter"])
def test_cards_of_the_overview(grain: str):
    rows = [row for row in report("kpis", "--grain", grain) if row["complete"]]
    at = open_app(grain=grain)
    shown = " ".join(cards_of(at).values())
    with speaking("en"):
        for figure in FIGURES:
            answer, unit = rows[-1][figure], unit_of(figure)
            assert formats.value(answer["value"], unit, CURRENCY) in shown, figure
            if answer["low"] is not None:
                assert formats.interval(answer["low"], answer["high"], unit, CURRENCY) in shown, figure
        headline = at.header[0].value
        for name in ("customers_churned", "customers_start"):
            assert formats.count(rows[-1][name]) in headline


def test_changes_on_the_cards_are_differences_of_reported_months():
    now, before = report("kpis")[-1], report("kpis")[-2]
    shown = " ".join(cards_of(open_app()).values())
    with speaking("en"):
        for figure in FIGURES:
            difference = now[figure]["value"] - before[figure]["value"]
            assert formats.change(difference, unit_of(figure), CURRENCY) in shown, figure


@pytest.mark.parametrize(
    ("compare", "looks"),
    [
        ("previous", {}),
        ("year", {"grain": "quarter"}),
        ("segment", {"segment": "industry:in:retail", "against": "region:in:north"}),
    ],
)
def test_verdicts_on_the_cards(compare: str, looks: dict[str, str]):
    words = [w for name, value in looks.items() for w in (f"--{name}", value.replace(":in:", "="))]
    rows = report("changes", "--compare", compare, *words)
    cards = html_of(open_app(compare=compare, **looks))
    with speaking("en"):
        for figure in FIGURES:
            card, found = cards[title_of(figure)], {r["span"]: r for r in rows if r["figure"] == figure}
            assert set(found) == {"month", "quarter", "year", compare}
            assert [tone(found[span]) for span in ("month", "quarter", "year")] == re.findall(r"kpi-change (\w+)", card)
            assert all(part in card for row in found.values() for part in said_of(row)), figure
            assert sentence(found[compare]) in card


def html_of(at: AppTest) -> dict[str, str]:
    """Title -> the card as HTML, its texts as they are read."""
    cards = [unescape(h.proto.body) for h in at.get("html") if 'class="kpi"' in h.proto.body]
    return {re.findall('kpi-title">(.*?)<', card)[0]: card for card in cards}


def tone(row: dict[str, Any]) -> str:
    if row["difference"] is None or not row["beyond_chance"]:
        return "unknown" if row["difference"] is None else "even"
    return "better" if (row["difference"] > 0) == (FIGURES[row["figure"]] == "up") else "worse"


def said_of(row: dict[str, Any]) -> list[str]:
    """What a card says of a reported change: the difference, and of one over a span the test alone and among all."""
    if row["difference"] is None:
        return []
    difference = formats.change(row["difference"], unit_of(row["figure"]), CURRENCY)
    if row["p_value"] is None or row["span"] in ("previous", "segment"):
        return [difference]
    p, q = formats.probability(row["p_value"]), formats.probability(row["q_value"])
    return [difference, f"p {p}, judged together over {row['judged']} comparisons {q}"]


def sentence(row: dict[str, Any]) -> str:
    """What a card's sentence says of the change it is about."""
    if row["difference"] is None or row["beyond_chance"] is None:
        return "" if row["difference"] is None else "chance cannot be judged"
    said = "more than chance" if row["beyond_chance"] else "within what chance does"
    return f"{said}, judged together over {row['judged']} comparisons"


@pytest.mark.parametrize("figure", RATES)
def test_rates_over_time(figure: str):
    rows = report("kpis")
    (table, *_rest) = tables_of(open_app("trends", rate=figure))
    with speaking("en"):
        expected = [
            (named(r), told(r[figure], unit_of(figure)), str(r["customers_churned"]), str(r["customers_start"]))
            for r in rows
        ]
    assert [tuple(row.values()) for row in table] == expected


def test_flows_and_bridges():
    rows = report("kpis")
    customers, _causes, money, revenue, heads = tables_of(open_app("trends", part="flows"))
    with speaking("en"):
        for row, found in zip(rows, customers, strict=True):
            counts = (row["customers_new"], row["customers_reactivated"], row["customers_churned"])
            assert {formats.count(n) for n in counts} <= {text.lstrip("+−-") for text in found.values()}
        for row, found in zip(rows, money, strict=True):
            cents = [abs(row[f"mrr_{kind}_cents"]) for kind in kpi_charts.MOVES]
            assert {formats.value(n, "money", CURRENCY) for n in cents} <= set(found.values())
        total = {kind: sum(row[f"mrr_{kind}_cents"] for row in rows) for kind in kpi_charts.MOVES}
        assert [r["Amount"] for r in revenue][1:-1] == [formats.change(n, "money", CURRENCY) for n in total.values()]
        assert heads[0]["Amount"] == formats.count(rows[0]["customers_start"])
        assert heads[-1]["Amount"] == formats.count(rows[-1]["customers_end"])


def test_splits():
    rows = report("split", "--by", "industry")
    shown = [
        tuple(row.values()) for table in tables_of(open_app("trends", part="split", by="industry")) for row in table
    ]
    with speaking("en"):
        expected = [
            (named(r), told(r["customer_churn_rate"], "rate"), str(r["customers_churned"]), str(r["customers_start"]))
            for r in rows
        ]
    assert sorted(shown) == sorted(expected)


def test_seasons():
    rows = report("seasons")
    years = sorted({row["year"] for row in rows})[-3:]
    (table,) = tables_of(open_app("trends", part="season"))
    with speaking("en"):
        expected = [told(row["customer_churn_rate"], "rate") for row in rows if row["year"] in years]
    assert sorted(text for row in table for text in row.values() if "%" in text) == sorted(
        text for text in expected if "%" in text
    )


def test_the_forecast():
    rows = report("forecast")
    (table,) = tables_of(open_app("trends", part="forecast"))
    with speaking("en"):
        expected = [told(row["customer_churn_rate"], "rate") for row in rows]
    assert expected == [text for row in table[-len(rows) :] for text in row.values() if "%" in text]


def test_the_definition_lens():
    rows = report("definitions")
    last = [
        r for r in rows if r["period_start"] == rows[-1]["period_start"] and r["definition"] != "baremetrics-annual"
    ]
    table = tables_of(open_app("definitions"))[0]
    with speaking("en"):
        assert [row["Rate"] for row in table] == [told(row["rate"], "rate") for row in last]
        assert [row["Lost"] for row in table[:4]] == [formats.count(row["numerator"]) for row in last[:4]]
        assert [row["Of"] for row in table[:4]] == [formats.count(row["denominator"]) for row in last[:4]]


@pytest.mark.parametrize("kind", ["all", "lost", "scheduled", "churn", "new", "start", "expansion"])
def test_lists_of_customers(kind: str):
    rows = report("customers", "--kind", kind, "--from", "2026-05-01", "--to", "2026-06-01")
    at = open_app("customers", who=kind, first="2026-05-01", until="2026-06-01")
    (frame,) = [table.value for table in at.dataframe]
    assert list(frame["customer_id"]) == [row["customer_id"] for row in rows]
    assert [round(100 * amount) for amount in frame["mrr_cents"]] == [row["mrr_cents"] for row in rows]
