"""The metric dictionary: every figure the product shows, its definition, unit, interval and what to mind.

One source for the cards, the Metric dictionary page and the docs. The key is the figure's name in every report.
"""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["rate", "money", "count", "ratio"]
Direction = Literal["up", "down", "neither"]
Family = Literal["churn", "retention", "value", "rollforward", "definitions"]


@dataclass(frozen=True)
class Metric:
    """One figure.

    unit      A rate 0-1, money in minor units, a count, or a plain ratio.
    good      The direction that is good for the company.
    formula   In words of the reports; what stands over the line, what under it.
    interval  How its uncertainty is found; empty where it has none.
    mind      What must be known to read it right.
    """

    key: str
    title: str
    unit: Unit
    good: Direction
    family: Family
    definition: str
    formula: str
    interval: str = ""
    mind: str = ""


_WILSON = "Wilson score interval, 95%."
_BOOTSTRAP = (
    "Bootstrap over customers with a fixed seed, 95%; the delta method for very many customers. "
    "Never shorter than Wilson's interval for the effective number of customers."
)
_MONTHLY = (
    "Yearly amounts count a twelfth; discounts are taken off; trials, free plans, one-off fees and metered charges "
    "count nothing. Foreign currency is converted at one fixed rate."
)
_SEVERAL = "Several subscriptions of a customer are taken together, so a change of plan is not a loss and a gain."

_ALL = (
    Metric(
        "customer_churn_rate",
        "Customer churn rate",
        "rate",
        "down",
        "churn",
        "Customers present at the start of the period and gone at its end, as a share of the customers at its start.",
        "customers at start who are gone at the end / customers at start",
        _WILSON,
        "Customers who joined and left inside the period are in no rate; they are counted as early churn. "
        "A paused customer is there, with amount 0, until the pause limit.",
    ),
    Metric(
        "gross_mrr_churn_rate",
        "Gross MRR churn rate",
        "rate",
        "down",
        "churn",
        "Recurring revenue lost from customers at the start, through leaving and through smaller contracts.",
        "(churned MRR + contracted MRR of customers at start) / MRR at start",
        _BOOTSTRAP,
        "Gains are not set against losses; see the net rate for that.",
    ),
    Metric(
        "net_mrr_churn_rate",
        "Net MRR churn rate",
        "rate",
        "down",
        "churn",
        "Recurring revenue lost less recurring revenue gained from customers the company already knew.",
        "(churn + contraction - expansion - reactivation) / MRR at start",
        _BOOTSTRAP,
        "Below zero means that growth of existing customers outweighs what was lost.",
    ),
    Metric(
        "avoidable_churn_rate",
        "Avoidable churn rate",
        "rate",
        "down",
        "churn",
        "As the customer churn rate, counting only losses that an interview found avoidable.",
        "customers lost for an avoidable reason / customers at start",
        _WILSON,
        "Losses not yet diagnosed are in neither count; their share stands beside it.",
    ),
    Metric(
        "involuntary_share",
        "Involuntary share",
        "rate",
        "down",
        "churn",
        "Lost customers whose end was a failed payment rather than a decision, among those whose cause is known.",
        "customers lost to a failed payment / customers lost whose cause is known",
        _WILSON,
        "Not given when the cause of fewer than ten losses, or of less than half of them, is known. "
        "A cause is known when the data say who cancelled, or when a payment or a pause ran out.",
    ),
    Metric(
        "churned_involuntary",
        "Lost to a failed payment",
        "count",
        "down",
        "churn",
        "Customers at start who are gone at the end because a payment failed.",
        "losses with cancel_kind payment, or unpaid beyond the dunning limit",
    ),
    Metric(
        "churned_voluntary",
        "Lost by decision",
        "count",
        "down",
        "churn",
        "Customers at start who are gone at the end by their own decision.",
        "losses with cancel_kind voluntary, or paused beyond the pause limit",
    ),
    Metric(
        "churned_unknown",
        "Lost for an unknown cause",
        "count",
        "neither",
        "churn",
        "Customers at start who are gone at the end, and the data do not say who ended it.",
        "losses with no cancel_kind, and of customers who stopped buying",
    ),
    Metric(
        "churned_undiagnosed",
        "Lost and not diagnosed",
        "count",
        "neither",
        "churn",
        "Customers at start who are gone at the end, and no interview says why.",
        "losses without a finished interview that names a reason",
    ),
    Metric(
        "early_churn",
        "Early churn",
        "count",
        "down",
        "churn",
        "Customers who joined and left inside the same period.",
        "customers with a first and a last paid day inside the period",
        "",
        "In no rate: they were not there at the start.",
    ),
    Metric(
        "grr_12m",
        "Gross revenue retention, 12 months",
        "rate",
        "up",
        "retention",
        "How much of the recurring revenue of twelve months ago is still there, without counting growth.",
        "sum over customers of the smaller of MRR now and MRR then / MRR then",
        "",
        "Never above 100%.",
    ),
    Metric(
        "nrr_12m",
        "Net revenue retention, 12 months",
        "rate",
        "up",
        "retention",
        "What the customers of twelve months ago pay now, as a share of what they paid then.",
        "MRR now of the customers of twelve months ago / their MRR then",
        "",
        "Above 100% when growth of these customers outweighs their losses.",
    ),
    Metric(
        "arpa_cents",
        "Average revenue per customer",
        "money",
        "up",
        "value",
        "Recurring revenue per month of the average customer at the end of the period.",
        "MRR at end / customers at end",
        "",
        "Paused customers count as customers with amount 0, so they lower it.",
    ),
    Metric(
        "ltv_cents",
        "Customer lifetime value",
        "money",
        "up",
        "value",
        "What an average customer brings until it leaves, if churn stays as it was in the last six complete months.",
        "average revenue per customer x gross margin / mean of the customer churn rates of six months",
        "",
        "Before costs unless a gross margin is set. Not given when nobody left, nor for a snapshot. "
        "Paused customers count, with amount 0, in the average revenue and as present in the churn rates.",
    ),
    Metric(
        "quick_ratio",
        "Quick ratio",
        "ratio",
        "up",
        "value",
        "Recurring revenue won for each unit lost.",
        "(new + reactivation + expansion) / (churn + contraction)",
    ),
    Metric(
        "renewal_churn_rate",
        "Renewal churn rate",
        "rate",
        "down",
        "definitions",
        "Contracts that came due in the period and were not renewed, as a share of those due.",
        "ARR due for renewal and not renewed / ARR due for renewal",
        _BOOTSTRAP,
        "The fair rate for yearly contracts: only who could leave is counted. Renewed is also what another contract of "
        "the customer follows or outlasts; a contract given up unpaid is lost.",
    ),
    Metric(
        "customers_start",
        "Customers at start",
        "count",
        "up",
        "rollforward",
        "Customers at the end of the day before the period, paying or paused.",
        "customers with MRR > 0, or paused within the pause limit",
    ),
    Metric(
        "customers_new",
        "New customers",
        "count",
        "up",
        "rollforward",
        "Customers who pay for the first time ever.",
        "MRR from 0 to more than 0, first time",
        "",
        "Where a period is compared from its start to its end: those there at its end for the first time.",
    ),
    Metric(
        "customers_reactivated",
        "Returned customers",
        "count",
        "up",
        "rollforward",
        "Customers who pay again after they were lost.",
        "MRR from 0 to more than 0, after an earlier loss",
    ),
    Metric(
        "customers_churned",
        "Lost customers",
        "count",
        "down",
        "rollforward",
        "Customers who stopped paying; the day of loss is the day after the last paid day.",
        "MRR from more than 0 to 0, or a pause beyond its limit",
    ),
    Metric(
        "customers_end",
        "Customers at end",
        "count",
        "up",
        "rollforward",
        "Customers at the end of the last day of the period, paying or paused.",
        "customers at start + new + returned - lost",
    ),
    Metric(
        "mrr_start_cents",
        "MRR at start",
        "money",
        "up",
        "rollforward",
        "Recurring revenue per month at the end of the day before the period.",
        "sum over customers of their MRR",
        "",
        _MONTHLY,
    ),
    Metric(
        "mrr_new_cents",
        "New MRR",
        "money",
        "up",
        "rollforward",
        "Recurring revenue of new customers.",
        "sum of the MRR of new customers",
    ),
    Metric(
        "mrr_reactivation_cents",
        "Returned MRR",
        "money",
        "up",
        "rollforward",
        "Recurring revenue of customers who came back after they were lost.",
        "sum of the MRR of returned customers",
    ),
    Metric(
        "mrr_expansion_cents",
        "Expansion",
        "money",
        "up",
        "rollforward",
        "Recurring revenue that customers who stay pay more.",
        "sum of MRR after - MRR before, of those who stay and pay more",
        "",
        _SEVERAL,
    ),
    Metric(
        "mrr_contraction_cents",
        "Contraction",
        "money",
        "down",
        "rollforward",
        "Recurring revenue that customers who stay pay less; a negative amount in reports.",
        "sum of MRR after - MRR before, of those who stay and pay less",
        "",
        "A pause takes the whole amount away here, at once; nothing more is lost when it runs out.",
    ),
    Metric(
        "mrr_churn_cents",
        "Churned MRR",
        "money",
        "down",
        "rollforward",
        "Recurring revenue of lost customers; a negative amount in reports.",
        "sum of -MRR before the loss, of lost customers",
    ),
    Metric(
        "mrr_end_cents",
        "MRR at end",
        "money",
        "up",
        "rollforward",
        "Recurring revenue per month at the end of the last day of the period.",
        "MRR at start + new + returned + expansion - contraction - churned",
    ),
)

METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}
