"""Changes of figures: one unit for all that stand together, one judgement over all that are shown."""

import dataclasses
from datetime import date

import pytest

from analysis.kpis.changes import Pair, changes, over
from analysis.kpis.report import KpiRow
from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.proportions import wilson_interval

UNKNOWN = NotEnoughData("not asked", 0, 1)
FIGURES = ("customer_churn_rate", "arpa_cents")


def a_row(month: int, lost: int = 0, start: int = 0, *, arpa: Answer = UNKNOWN) -> KpiRow:
    values = {
        f.name: UNKNOWN if f.name.endswith(("rate", "12m", "ratio", "_cents")) else 0
        for f in dataclasses.fields(KpiRow)
    }
    values |= {"period_start": date(2024, month, 1), "period_end": date(2024, month + 1, 1), "complete": True}
    values |= {"customer_churn_rate": wilson_interval(lost, start), "arpa_cents": arpa}
    return KpiRow(**values)


def test_a_quarters_rate_is_put_into_the_months_of_the_page():
    """Hand calculation: 1 - (1 - 0.271)^(1/3) = 0.1 and 1 - (1 - 0.488)^(1/3) = 0.2, so a tenth per month more."""
    pair = Pair(a_row(4, 488, 1000), a_row(1, 271, 1000), "quarter")
    found = changes(FIGURES, [pair], "month").of("customer_churn_rate", pair)
    assert found.difference == pytest.approx(0.1)
    assert (found.later.value, found.earlier.value) == (0.488, 0.271)


def test_a_months_rate_is_put_into_the_year_of_the_page_never_times_twelve():
    """Hand calculation: 1 - 0.99^12 = 0.113615, not 0.12."""
    assert over(0.01, "month", "year") == pytest.approx(0.113615, abs=1e-6)
    assert over(0.01, "month", "month") == 0.01
    assert over(over(0.03, "quarter", "month"), "month", "quarter") == pytest.approx(0.03)
    assert over(-0.02, "month", "quarter") == pytest.approx(1 - 1.02**3)


def test_what_is_no_rate_over_a_period_is_not_converted():
    pair = Pair(
        a_row(4, 1, 100, arpa=Estimate(2600.0, None, None, 9, "mean")),
        a_row(1, 1, 100, arpa=Estimate(2500.0, None, None, 9, "mean")),
        "quarter",
    )
    found = changes(FIGURES, [pair], "month").of("arpa_cents", pair)
    assert (found.difference, found.p_value, found.beyond_chance) == (100.0, None, None)


def test_what_is_a_finding_alone_is_none_among_nine():
    """Hand calculation: 30 against 48 of 1,000 has z = 2.0795, p = 0.0376; eight equal pairs have p = 1; 0.0376 x 9."""
    alone = Pair(a_row(5, 48, 1000), a_row(4, 30, 1000), "month")
    others = [Pair(a_row(m, 40, 1000 + m), a_row(m + 1, 40, 1000 + m), "month") for m in range(1, 9)]
    assert changes(FIGURES, [alone], "month").of("customer_churn_rate", alone).beyond_chance is True
    together = changes(FIGURES, [alone, *others], "month")
    found = together.of("customer_churn_rate", alone)
    assert together.judged == 9
    assert found.p_value == pytest.approx(0.0376, abs=5e-4)
    assert found.q_value == pytest.approx(9 * found.p_value)
    assert found.beyond_chance is False


def test_the_same_pair_twice_is_one_comparison():
    pair, again = (Pair(a_row(5, 48, 1000), a_row(4, 30, 1000), "month") for _ in range(2))
    assert changes(FIGURES, [pair, again], "month").judged == 1


def test_an_unknown_figure_has_no_change_and_is_not_judged():
    row = dataclasses.replace(a_row(5), customer_churn_rate=UNKNOWN)
    pair = Pair(row, a_row(4, 30, 1000), "month")
    found = changes(FIGURES, [pair], "month")
    assert found.judged == 0
    assert (found.of("customer_churn_rate", pair).difference, found.of("customer_churn_rate", pair).beyond_chance) == (
        None,
        None,
    )


def test_twelve_months_that_overlap_are_compared_but_not_judged():
    """Of the twelve months to 1 May and to 1 June 2024 eleven are the same; to 1 May 2023 none is, and two segments in
    one period share months but no customer."""
    kept = Estimate(0.9, 0.8, 0.95, 100, "delta")
    now = dataclasses.replace(a_row(5, 1, 100), grr_12m=kept)
    month_before = dataclasses.replace(a_row(4, 1, 100), grr_12m=dataclasses.replace(kept, value=0.89))
    year_before = dataclasses.replace(month_before, period_start=date(2023, 5, 1), period_end=date(2023, 6, 1))
    segment = dataclasses.replace(now, grr_12m=dataclasses.replace(kept, value=0.89))
    pairs = [Pair(now, before, "month") for before in (month_before, year_before, segment)]
    found = changes(["grr_12m"], pairs, "month")
    assert [found.of("grr_12m", pair).difference for pair in pairs] == [pytest.approx(0.01)] * 3
    assert [found.of("grr_12m", pair).p_value is None for pair in pairs] == [True, False, False]
    assert found.judged == 2
