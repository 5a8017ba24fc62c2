"""The figures of the lifecycle: cohorts, survival and risk by age, as the metric dictionary tells them."""

from analysis.metrics.metric import Metric

_WILSON = "Wilson score interval, 95%."
_DELTA = "Delta method over customers, 95%; of a share never shorter than Wilson's for the effective number of them."
_COHORT = (
    "A cohort is the calendar period of a customer's first recurring revenue; whoever returns stays in the first one. "
    "Cells the data do not reach yet are in no average, and averages weigh cohorts by their size."
)

LIFECYCLE = (
    Metric(
        "retention",
        "Cohort retention",
        "rate",
        "up",
        "lifecycle",
        "Customers of a cohort present at the end of the period of an age, as a share of all that came.",
        "customers present at the end of that period / customers of the cohort",
        _WILSON,
        _COHORT,
    ),
    Metric(
        "mrr_retention",
        "MRR kept of the first amount",
        "rate",
        "up",
        "lifecycle",
        "Recurring revenue of a cohort at an age with each customer counted up to its first amount, as a share of "
        "that.",
        "sum over customers of min(MRR at that age, first MRR) / sum of first MRR",
        _DELTA,
        _COHORT,
    ),
    Metric(
        "net_mrr_retention",
        "Net MRR of a cohort",
        "rate",
        "up",
        "lifecycle",
        "All recurring revenue of a cohort at an age as a share of its first amount; above 1 when gains exceed losses.",
        "sum of MRR at that age / sum of first MRR",
        _DELTA,
        _COHORT,
    ),
    Metric(
        "survival",
        "Survival",
        "rate",
        "up",
        "lifecycle",
        "Share of customers not lost up to an age, counting those still present as long as they have been followed.",
        "Kaplan-Meier: product over ages of (1 - lost at the age / at risk at it)",
        "Log-log limits with Greenwood's error, 95%; before the first loss the exact limit of nobody lost.",
        "From the start to the first loss; a customer still there counts up to the as-of date. Of customers known only "
        "from a later age on, the curve begins where ten are at risk and tells of those who reached that age. Compare "
        "groups with the log-rank test and the restricted mean, not by the ends of curves that few customers carry.",
    ),
    Metric(
        "median_lifetime",
        "Median lifetime",
        "count",
        "up",
        "lifecycle",
        "Age by which half of the customers are lost; not reached where more than half are still there.",
        "first age at which survival is at most 0.5",
        "Ages at which the limits of the curve reach 0.5.",
    ),
    Metric(
        "restricted_mean_lifetime",
        "Mean time within a horizon",
        "count",
        "up",
        "lifecycle",
        "Mean time a customer stays within a stated first stretch of its life.",
        "area under the survival curve up to the horizon",
        "Normal interval with Greenwood's error, 95%.",
        "Says nothing of the time after the horizon, which nobody has seen of enough customers.",
    ),
    Metric(
        "hazard",
        "Risk by age",
        "rate",
        "down",
        "lifecycle",
        "Losses per customer and month among customers of an age.",
        "customers lost at the age / time customers spent at it, per month of 365.25 / 12 days",
        "Garwood's exact interval of a Poisson rate, 95%.",
        "Up to the first loss of each customer. A peak is named only when it stands out from all other ages by more "
        "than chance, counting that it was chosen as the highest.",
    ),
    Metric(
        "moment_ratio",
        "Losses after a moment against other times",
        "ratio",
        "down",
        "lifecycle",
        "How many times as many customers are lost in the days after a moment as would be at other times.",
        "of an event: (losses in its window / losses expected by age and billing interval) / the same of all other "
        "days; of a customer's own moment: rate of loss in its window / rate of the same customers elsewhere",
        "Of an event from how much windows of the same length differ at other dates, of a customer's own moment the "
        "exact interval of two Poisson rates, 95%.",
        "Of an event all losses count, of a customer's own moment the first. An association: whatever else happened in "
        "those days is in the ratio. Not given for an event with fewer than four windows to compare with, nor for a "
        "snapshot.",
    ),
)
