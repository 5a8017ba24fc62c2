"""What experiments compare, as the metric dictionary tells it."""

from analysis.metrics.metric import Metric

_WHO = (
    "Counted over customers assigned who are in the population, paid on the day before the assignment (or began to on "
    "that day), and whose whole horizon lies within the data. Whether they saw the offer never decides who counts."
)

EXPERIMENTS = (
    Metric(
        "retained_days",
        "Retention after an offer",
        "rate",
        "up",
        "experiments",
        "Share of the customers assigned to a variant who still pay so many days later.",
        "customers with MRR > 0 at the end of the day of assignment + days / customers judged",
        "Wilson per variant; the difference by Miettinen and Nurminen's score interval, 95% or what the plan sets.",
        _WHO,
    ),
    Metric(
        "revenue_days",
        "Revenue net of the offer",
        "money",
        "up",
        "experiments",
        "What a customer pays within so many days of the assignment, less what the offer costs.",
        "sum of MRR x days paid within the horizon / 30.4375 - cost of the offer x share shown it, per customer",
        "Student per variant; the difference adjusted for what was paid in as many days before (CUPED), else Welch.",
        "Amounts are spread over the days they are paid for. Nobody who left is dropped: they pay nothing.",
    ),
    Metric(
        "use_days",
        "Use after an offer",
        "count",
        "up",
        "experiments",
        "Core actions of a customer within so many days of the assignment.",
        "core actions within the horizon / customers judged",
        "Student per variant; the difference adjusted for as many days before (CUPED), else Welch.",
        "As use_per_day over the days in use; its interval is then that of the delta method.",
    ),
    Metric(
        "renewed_days",
        "Renewal after an offer",
        "rate",
        "up",
        "experiments",
        "Of the customers whose contract fell due within so many days, the share that renewed.",
        "customers who renewed / customers with a contract due within the horizon",
        "Wilson per variant; the difference by Miettinen and Nurminen's score interval.",
        "Whether a contract is due was known at the assignment: nothing that happened later decides who counts.",
    ),
    Metric(
        "complaints_days",
        "Tickets per month as a customer",
        "ratio",
        "down",
        "experiments",
        "Tickets that customers of a variant open, per month in which they are customers.",
        "tickets opened within the horizon / months paid for within it",
        "Delta method for a ratio.",
        "Per customer assigned an offer that keeps customers would seem to make them complain: who left opens none.",
    ),
    Metric(
        "downgraded_days",
        "Downgrades per month as a customer",
        "ratio",
        "down",
        "experiments",
        "Customers of a variant who come to pay less, per month in which they are customers.",
        "customers with a contraction within the horizon who go on paying / months paid for within it",
        "Delta method for a ratio.",
        "A loss is no downgrade: that is what the retention counts.",
    ),
)
