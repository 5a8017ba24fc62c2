"""Attributes that are the outcome are told from those that may explain it."""

import pytest

from analysis.metrics.outcomes import is_outcome, refuse_outcomes
from data.errors import UnknownSegment
from data.records import Condition, Segment


@pytest.mark.parametrize(
    "name",
    [
        "status", "Customer Status", "cancel_kind", "cancel_reason", "Churn", "churn_flag", "Churn Value", "isChurned",
        "churned_on", "Attrition_Flag", "Exited", "ended_on", "contract end date", "left", "lost_on", "is_cancelled",
        "Churn Reason", "termination_date", "customer_customer_status", "customer_lost_at_age",
    ],
)  # fmt: skip
def test_what_says_that_when_or_why_a_customer_left_is_the_outcome(name: str):
    """Names of the columns of IBM Telco, RavenStack, the bank and the credit card data sets, and of our own tables."""
    assert is_outcome(name)


@pytest.mark.parametrize(
    "name",
    ["plan", "interval", "industry", "region", "marital_status", "payment_status", "employees", "trend", "weekend_use",
     "vendor", "friends", "left_handed", "signed_on", "state", "lost_deals",
     "customer_plan", "customer_since", "customer_"],
)  # fmt: skip
def test_what_was_known_before_is_no_outcome(name: str):
    assert not is_outcome(name)


def test_a_rate_by_its_own_outcome_is_refused_with_the_way_out():
    with pytest.raises(UnknownSegment, match="0 or 100 % by construction"):
        refuse_outcomes(Segment((Condition("industry", "in", ("retail",)), Condition("status", "in", ("lost",)))))
    with pytest.raises(UnknownSegment, match="Leave it out"):
        refuse_outcomes(Segment(), ["Churn Flag"])
    refuse_outcomes(Segment((Condition("industry", "in", ("retail",)),)), ["plan"])
