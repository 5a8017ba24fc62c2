"""Why customers were lost: counted by hand."""

from datetime import date

import pytest

from analysis.kpis import involuntary
from analysis.kpis.report import kpis
from analysis.metrics.churn import involuntary_share
from analysis.results import Estimate, NotEnoughData
from data.records import Scope
from tests.builders import a_company, a_subscription, an_engine, day

MARCH = "2024-03-15"


def test_a_loss_is_decided_only_when_the_data_say_so():
    rows = [
        *(a_subscription(f"failed{n}", ends=MARCH, cancel_kind="payment") for n in range(4)),
        *(a_subscription(f"decided{n}", ends=MARCH, cancel_kind="voluntary") for n in range(7)),
        *(a_subscription(f"silent{n}", ends=MARCH, cancel_reason="moved") for n in range(5)),
        # Paused on 10 December, lost 90 days later, on 9 March.
        a_subscription("paused", "2023-01-01", status="paused", paused_on=day("2023-12-10")),
    ]
    report = kpis(an_engine(a_company(rows)), Scope(start=date(2024, 3, 1), end=date(2024, 5, 1)))
    march, april = report.rows
    assert (march.churned_involuntary, march.churned_voluntary, march.churned_unknown) == (4, 8, 5)
    assert isinstance(march.involuntary_share, Estimate)
    assert march.involuntary_share.value == 4 / 12
    assert (april.churned_involuntary, april.churned_voluntary, april.churned_unknown) == (0, 0, 0)
    causes = involuntary.over(report.rows)
    assert (causes.share, causes.unknown, causes.losses) == (march.involuntary_share, 5, 17)


@pytest.mark.parametrize(
    ("failed", "decided", "unknown", "expected"),
    [
        (4, 5, 0, NotEnoughData("the cause of too few losses is known", 9, 10)),
        (4, 6, 11, NotEnoughData("the cause of fewer than half of the losses is known", 10, 11)),
        (0, 0, 0, NotEnoughData("the cause of too few losses is known", 0, 10)),
    ],
)
def test_no_share_is_given_of_causes_that_are_mostly_unknown(
    failed: int, decided: int, unknown: int, expected: NotEnoughData
):
    assert involuntary_share(failed, decided, unknown) == expected


def test_the_share_is_of_the_losses_with_a_known_cause():
    # Wilson for 1 of 10, Newcombe (1998), method 3: 0.0179 to 0.4042.
    found = involuntary_share(1, 9, 10)
    assert isinstance(found, Estimate)
    assert (found.value, found.n) == (0.1, 10)
    assert found.low == pytest.approx(0.0179, abs=5e-5)
    assert found.high == pytest.approx(0.4042, abs=5e-5)
