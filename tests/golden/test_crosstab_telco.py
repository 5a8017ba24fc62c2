"""IBM Telco, contract by payment method: every figure of the cross-tab against pandas, SciPy and statsmodels."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.personas.crosstab import Crosstab, crosstab
from analysis.results import Estimate, NotEnoughData
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.records import Scope
from tests.builders import an_engine, day


@pytest.fixture(scope="module")
def raw(shared_datasets: Path) -> pd.DataFrame:
    frame = pd.read_csv(shared_datasets / "ibm_telco" / "Telco-Customer-Churn.csv")
    return frame.assign(lost=frame["Churn"] == "Yes", cents=(frame["MonthlyCharges"] * 100).round().astype(int))


@pytest.fixture(scope="module")
def found(shared_datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> Crosstab:
    home = tmp_path_factory.mktemp("telco")
    path = shared_datasets / "ibm_telco" / "Telco-Customer-Churn.csv"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home / "home"))
        engine = an_engine(stage(ImportRequest(snapshot=str(path), today=day("2026-11-22"), home=home)))
        return crosstab(engine, Scope(), ["Contract", "PaymentMethod"])


def test_counts_and_money_are_those_of_pandas(found: Crosstab, raw: pd.DataFrame):
    groups = raw.groupby(["Contract", "PaymentMethod"])
    expected = {key: (len(g), g["lost"].sum(), g["cents"].sum(), g.loc[g["lost"], "cents"].sum()) for key, g in groups}
    counted = {c.values: (c.customers, c.churned, c.mrr_cents, c.mrr_lost_cents) for c in found.cells}
    assert counted == expected
    assert (found.whole.customers, found.whole.churned) == (7043, 1869)


def test_rates_and_lifts_are_those_of_pandas_and_statsmodels(found: Crosstab, raw: pd.DataFrame):
    """Wilson by statsmodels; the interval of the lift beside Koopman's score interval of the ratio to the rest."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    rates = raw.groupby(["Contract", "PaymentMethod"])["lost"].mean()
    for cell in found.cells:
        assert isinstance(cell.rate, Estimate)
        assert isinstance(cell.lift, Estimate)
        n, lost, share = cell.customers, cell.churned, cell.customers / 7043
        assert cell.rate.value == pytest.approx(rates[cell.values], abs=1e-12)
        limits = proportion_confint(lost, n, method="wilson")
        assert (cell.rate.low, cell.rate.high) == pytest.approx(limits, abs=1e-12)
        assert cell.lift.value == pytest.approx(rates[cell.values] / raw["lost"].mean(), abs=1e-12)
        ratio = confint_proportions_2indep(lost, n, 1869 - lost, 7043 - n, compare="ratio", method="score")
        koopman = [r / (share * r + 1 - share) for r in ratio]
        assert (cell.lift.low, cell.lift.high) == pytest.approx(koopman, rel=0.02, abs=0.002)


def test_p_values_are_those_of_statsmodels_adjusted_over_the_twelve_cells(found: Crosstab):
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.proportion import proportions_ztest

    raw_p = [
        proportions_ztest([c.churned, 1869 - c.churned], [c.customers, 7043 - c.customers])[1] for c in found.cells
    ]
    assert [c.p_value for c in found.cells] == pytest.approx(raw_p, rel=1e-9)
    assert [c.p_adjusted for c in found.cells] == pytest.approx(multipletests(raw_p, method="fdr_bh")[1], rel=1e-9)
    assert {c.verdict for c in found.cells if c.values[0] == "Month-to-month"} == {"more"}
    assert {c.verdict for c in found.cells if c.values[0] != "Month-to-month"} == {"fewer"}


def test_the_association_is_that_of_scipy(found: Crosstab, raw: pd.DataFrame):
    from scipy.stats import chi2_contingency

    table = pd.crosstab([raw["Contract"], raw["PaymentMethod"]], raw["lost"])
    assert not isinstance(found.association, NotEnoughData)
    assert found.association.p_value == pytest.approx(chi2_contingency(table, correction=False).pvalue, rel=1e-9)
    assert found.association.method == "chi-square"
