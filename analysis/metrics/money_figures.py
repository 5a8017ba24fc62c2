"""The figures of the money page, as the metric dictionary tells them."""

from analysis.metrics.metric import Metric

MONEY = (
    Metric(
        "mrr_lost_cents",
        "MRR lost by whom",
        "money",
        "down",
        "value",
        "What lost customers paid a month before they left, by customer or by any attribute of theirs.",
        "sum over customers at the start of a period and gone at its end of their MRR at its start",
        "",
        "It adds up to the churned MRR of the key figures; contraction is no part of it.",
    ),
    Metric(
        "half",
        "Customers that make half of the loss",
        "count",
        "neither",
        "value",
        "The smallest number of lost customers that together make half of the lost MRR.",
        "lost customers from the largest loss down, until half of the lost MRR is reached",
        "",
        "A small number means that a few talks would have mattered more than any programme.",
    ),
    Metric(
        "whole_cents",
        "Worth of a point of retention",
        "money",
        "up",
        "value",
        "Revenue more over 12 and 24 months if so much less of the MRR were lost each month; a what-if, no forecast.",
        "revenue with (average monthly gross churn - step) less revenue with it, today's customers and those who join",
        "The worth at both ends of Student's interval for the churn of an average month, 95%.",
        "Each month as much joins as in an average one of the last six; nobody pays more. "
        "No more than all churn is saved.",
    ),
    Metric(
        "at_risk_cents",
        "Revenue at risk",
        "money",
        "down",
        "value",
        "MRR that the customers there now are expected to lose in the coming one and two quarters.",
        "sum over customers of MRR x (S(age + start) - S(age + end)) / S(age), S of the same billing interval and size",
        "For what will come, 95%: chance in the risks and in who leaves, "
        "and how much past quarters differed beyond it.",
        "It knows of no price rise and no fix that is ahead. How past forecasts did stands beside it.",
    ),
)
