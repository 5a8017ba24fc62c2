"""The figures of the personas page, as the metric dictionary tells them."""

from analysis.metrics.metric import Metric

PERSONAS = (
    Metric(
        "lift",
        "Lift",
        "ratio",
        "down",
        "personas",
        "How many times as often a group leaves as all customers do.",
        "churn rate of the group / churn rate of everybody counted",
        "From the Wilson intervals of the group and of the rest (MOVER), 95%.",
        "The group is part of everybody, so a large group cannot have a large lift. Not given below ten customers, nor "
        "when nobody left.",
    ),
    Metric(
        "lift_at_age",
        "Lift at equal age",
        "ratio",
        "down",
        "personas",
        "How many times as many customers of a group are lost as of all customers at the same ages.",
        "first losses of the group / losses expected of it if everybody were lost alike at every age",
        "From the exact limits of the ratio of two Poisson rates, 95%.",
        "Without a period customers were followed for different times, and who came earlier had more time to leave; "
        "verdict and adjusted p are then about this lift. First losses are of customers lost once, also of those who "
        "came back. Not in a period, nor for a snapshot.",
    ),
    Metric(
        "p_adjusted",
        "Adjusted p",
        "ratio",
        "neither",
        "personas",
        "The smallest share of false findings at which a difference would still be called more than chance.",
        "p of the cell against all other customers, adjusted over all cells shown (Benjamini-Hochberg)",
        "",
        "Without a period customers are compared at equal ages. Below 0.05 it is called more than chance: of all that "
        "is called so, one in twenty is expected to be false.",
    ),
    Metric(
        "mix_effect",
        "Mix effect",
        "rate",
        "neither",
        "personas",
        "What more or fewer customers of a kind add to the change of the churn rate.",
        "change of the share of customers x (mean of both rates of the kind - mean of both rates of everybody)",
        "",
        "Mix and rate effects add up to the change exactly. A kind that is there in one period only is mix. "
        "More of a kind that leaves less often than everybody lowers the rate. The sum is that of Kitagawa's effects; "
        "the effect of one kind is not, since theirs is not held against everybody.",
    ),
    Metric(
        "rate_effect",
        "Rate effect",
        "rate",
        "neither",
        "personas",
        "What a changed churn rate of a kind of customers adds to the change of the churn rate.",
        "change of the rate x mean of both shares of customers",
        "Newcombe's interval of the difference of the two rates, times the mean share, 95%.",
        "It says where the change lies, not what caused it.",
    ),
)
