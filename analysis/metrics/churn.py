"""Churn, retention and value metrics of one period, from its counts."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, wilson_interval
from analysis.statistics.ratios import MANY_CUSTOMERS, Cell, RatioSums, bootstrap_ratio, delta_ratio

LIFETIME_MONTHS = 6
"""Complete months whose mean churn a lifetime value rests on (ChartMogul's trailing half year)."""


def customer_churn_rate(churned: int, at_start: int) -> Answer:
    """Customers at start that are lost at the end / customers at start, with Wilson's interval."""
    if at_start == 0:
        return NotEnoughData("no customers at the start of the period", 0, 1)
    if churned > at_start:
        return NotEnoughData("more customers were lost than were there at the start of the period", at_start)
    return wilson_interval(churned, at_start)


def mrr_churn_rate(sums: RatioSums, cells: Sequence[Cell] | None, *, seed: int) -> Answer:
    """MRR lost (gross) or lost less gained (net) / MRR at start, with a seeded bootstrap over customers.

    Without cells, because `MANY_CUSTOMERS` or more changed, the delta method is used: the two agree at that size.
    """
    if cells is None:
        return delta_ratio(sums)
    return bootstrap_ratio(sums, cells, seed=seed)


def net_mrr_churn_rate(net: Answer, gross: Answer) -> Answer:
    """The net rate with an interval on each side no shorter than that of the gross rate.

    Gains take away from what is lost, not from what is not known of it: a large customer that may leave weighs on both.
    """
    if isinstance(net, NotEnoughData) or isinstance(gross, NotEnoughData):
        return net
    if net.low is None or net.high is None or gross.low is None or gross.high is None:
        return net
    low = net.value - max(net.value - net.low, gross.value - gross.low)
    high = net.value + max(net.high - net.value, gross.high - gross.value)
    return replace(net, low=low, high=high)


MIN_KNOWN_SHARE = 0.5
"""Where the cause of fewer losses is known, those known may be of one kind only."""


def involuntary_share(failed: int, decided: int, unknown: int) -> Answer:
    """Losses to a failed payment / losses whose cause is known; `unknown` losses have none."""
    known = failed + decided
    if known < MIN_CUSTOMERS:
        return NotEnoughData("the cause of too few losses is known", known, MIN_CUSTOMERS)
    if known < MIN_KNOWN_SHARE * (known + unknown):
        return NotEnoughData("the cause of fewer than half of the losses is known", known, (known + unknown + 1) // 2)
    return wilson_interval(failed, known)


def avoidable_churn_rate(avoidable: int, diagnosed: int, churned: int, at_start: int) -> Answer:
    """Losses diagnosed as avoidable / customers at start, with Wilson's interval.

    Losses that nobody diagnosed count as not avoidable: with them the rate is a lower bound (`avoidable_range`).
    """
    if diagnosed == 0:
        return NotEnoughData("no loss of this period has been diagnosed in an interview", 0, churned)
    return customer_churn_rate(avoidable, at_start)


def avoidable_range(avoidable: int, undiagnosed: int, at_start: int) -> tuple[float, float] | None:
    """The avoidable churn rate if none, and if all, of the losses not yet diagnosed were avoidable."""
    if at_start == 0:
        return None
    return avoidable / at_start, (avoidable + undiagnosed) / at_start


def renewal_churn_rate(sums: RatioSums, cells: Sequence[Cell], *, seed: int) -> Answer:
    """ARR due for renewal and not renewed / ARR due, with the interval of the other rates of money.

    sums, cells  Over the customers with contracts due; ARR in cents.
    """
    if sums.n < MIN_CUSTOMERS:
        return NotEnoughData("too few customers had a contract due for renewal", sums.n, MIN_CUSTOMERS)
    few = sum(cell.customers for cell in cells) < MANY_CUSTOMERS
    return mrr_churn_rate(sums, cells if few else None, seed=seed)


def retention(lost: RatioSums, net: RatioSums) -> tuple[Answer, Answer]:
    """GRR and NRR: 1 - MRR lost (gross; less gained: net) / MRR twelve months before.

    lost, net  Over the customers of then; the intervals are those of the rates of money (delta method, never shorter
               than Wilson's at the effective number of customers; net never shorter than gross).
    """
    if lost.whole <= 0:
        none = NotEnoughData("no recurring revenue twelve months before", 0, 1)
        return none, none
    if lost.n < MIN_CUSTOMERS:
        plain = [Estimate(1 - sums.part / sums.whole, None, None, sums.n, "share of MRR") for sums in (lost, net)]
        return plain[0], plain[1]
    gross = delta_ratio(lost)
    return _kept(gross), _kept(net_mrr_churn_rate(delta_ratio(net), gross))


def _kept(lost: Answer) -> Answer:
    if isinstance(lost, NotEnoughData) or lost.low is None or lost.high is None:
        return lost
    return replace(lost, value=1 - lost.value, low=1 - lost.high, high=1 - lost.low)


def arpa(mrr_cents: int, customers: int) -> Answer:
    """Average MRR per customer at the end of the period, in cents."""
    if customers == 0:
        return NotEnoughData("no customers at the end of the period", 0, 1)
    return Estimate(mrr_cents / customers, None, None, customers, "mean")


def lifetime_value(arpa_cents: Answer, monthly_churn: Sequence[float], gross_margin: float) -> Answer:
    """ARPA x gross margin / mean monthly customer churn of the last 6 complete months, in cents."""
    if len(monthly_churn) < LIFETIME_MONTHS:
        return NotEnoughData("fewer than 6 complete months with customers", len(monthly_churn), LIFETIME_MONTHS)
    mean = sum(monthly_churn) / len(monthly_churn)
    if mean == 0:
        return NotEnoughData("no churn in the last 6 complete months: a lifetime has no end to measure", 0, 1)
    if isinstance(arpa_cents, NotEnoughData):
        return arpa_cents
    return Estimate(arpa_cents.value * gross_margin / mean, None, None, arpa_cents.n, "ARPA x margin / mean churn")


def quick_ratio(gained_cents: int, lost_cents: int, customers: int) -> Answer:
    """(new + reactivation + expansion) / (churn + contraction), both as positive cents."""
    if lost_cents == 0:
        return NotEnoughData("nothing was lost in the period: the ratio has no denominator", 0, 1)
    return Estimate(gained_cents / lost_cents, None, None, customers, "ratio of sums")


def annualised(monthly_rate: float) -> float:
    """1 - (1 - m)^12: the share lost in a year at a monthly rate m, never 12 m."""
    return 1 - (1 - monthly_rate) ** 12
