"""The numbers of one year of key figures that product and references must agree on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from analysis.kpis.report import KpiRow
from analysis.metrics.churn import LIFETIME_MONTHS
from analysis.periods import add_months
from analysis.results import Answer, Estimate
from data.engine import Engine
from data.records import Condition, Scope, Segment

#: One condition that keeps a fifth of the demo company's customers.
INDUSTRY = "manufacturing"
SEGMENT = Segment((Condition("industry", "in", (INDUSTRY,)),))
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
#: From this many customers that lost something on, the interval needs no single losses.
MANY = 2_000

Numbers = dict[str, float | None]


@dataclass(frozen=True)
class Course:
    """Whole periods of one grain that end where the data do; a year of months unless said otherwise."""

    end: date
    count: int = 12
    grain: Literal["month", "quarter"] = "month"

    @property
    def length(self) -> int:
        """Months of a period."""
        return 3 if self.grain == "quarter" else 1

    @property
    def periods(self) -> tuple[date, ...]:
        """First days."""
        return tuple(add_months(self.end, -self.length * step) for step in range(self.count, 0, -1))

    @property
    def start(self) -> date:
        """First day of the first period."""
        return self.periods[0]

    @property
    def since(self) -> date:
        """First day that any rate looks at, but for the twelve months of retention."""
        return add_months(self.start, -LIFETIME_MONTHS)

    @property
    def windows(self) -> tuple[tuple[date, date], ...]:
        """The twelve months up to the end of each period."""
        return tuple((add_months(first, self.length - 12), add_months(first, self.length)) for first in self.periods)

    @property
    def scope(self) -> Scope:
        """The course, for the segment, as the product is asked for it."""
        return Scope(self.start, self.end, grain=self.grain, segment=SEGMENT)


def year_of(engine: Engine) -> Course:
    """The last twelve whole months of a release."""
    if engine.release is None:
        raise ValueError("the engine of a build in progress")
    return Course((engine.release.as_of + timedelta(days=1)).replace(day=1))


@dataclass(frozen=True)
class Counted:
    """What a reference counted.

    levels   Running totals at the start of a day: active customers, MRR in cents.
    net      Per period since `Course.since`: customers n_* and cents_* per kind, early churn, involuntary, lost, net.
    monthly  Customers lost per month since then.
    year     Per window: MRR that customers at its start pay less (shrunk), and more or less (change).
    """

    levels: Mapping[date, tuple[int, int]]
    net: Mapping[date, Mapping[str, Any]]
    monthly: Mapping[date, int]
    year: Sequence[tuple[int, int]]


def numbers(course: Course, counted: Counted) -> list[Numbers]:
    """One row of numbers per period, by plain arithmetic."""
    each = zip(course.periods, course.windows, counted.year, strict=True)
    return [_numbers(counted, first, window, moved) for first, window, moved in each]


def _numbers(c: Counted, first: date, window: tuple[date, date], moved: tuple[int, int]) -> Numbers:
    end, net = window[1], c.net[first]
    (heads, money), (_, then) = c.levels[first], c.levels[window[0]]
    churn = [c.monthly[m] / c.levels[m][0] for m in (add_months(end, -k) for k in range(1, LIFETIME_MONTHS + 1))]
    arpa = c.levels[end][1] / c.levels[end][0]
    return {
        "customers_start": heads,
        "customers_end": c.levels[end][0],
        "mrr_start_cents": money,
        "mrr_end_cents": c.levels[end][1],
        **{f"customers_{kind}": net[f"n_{kind}"] for kind in ("new", "reactivation", "churn")},
        **{f"mrr_{kind}_cents": net[f"cents_{kind}"] for kind in KINDS},
        "early_churn": net["early_churn"],
        "churned_involuntary": net["involuntary"],
        "customer_churn_rate": net["n_churn"] / heads,
        "gross_mrr_churn_rate": net["lost"] / money,
        "net_mrr_churn_rate": net["net"] / money,
        "grr_12m": (then - moved[0]) / then,
        "nrr_12m": (then + moved[1]) / then,
        "arpa_cents": arpa,
        "ltv_cents": arpa * LIFETIME_MONTHS / sum(churn),
    }


def of_row(row: KpiRow) -> Numbers:
    """The same numbers from a row of the product."""
    named = {
        "customers_reactivation": row.customers_reactivated,
        "customers_churn": row.customers_churned,
        "customers_new": row.customers_new,
    }
    same = [
        "customers_start", "customers_end", "mrr_start_cents", "mrr_end_cents", "early_churn", "churned_involuntary",
        *(f"mrr_{kind}_cents" for kind in KINDS),
    ]  # fmt: skip
    rates = ["customer_churn_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate", "grr_12m", "nrr_12m", "arpa_cents",
             "ltv_cents"]  # fmt: skip
    return {**named, **{n: getattr(row, n) for n in same}, **{n: _value(getattr(row, n)) for n in rates}}


def _value(answer: Answer) -> float | None:
    return answer.value if isinstance(answer, Estimate) else None


def differences(rows: Sequence[KpiRow], reference: Sequence[Numbers]) -> list[str]:
    """Every number in which product and reference disagree; rates to nine digits, all else exactly."""
    found: list[str] = []
    for row, theirs in zip(rows, reference, strict=True):
        ours = of_row(row)
        found += [
            f"{row.period_start} {name}: {ours[name]} is not {value}"
            for name, value in theirs.items()
            if not _same(ours[name], value)
        ]
    return found


def _same(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours == theirs
    return abs(ours - theirs) <= 1e-9 * max(abs(theirs), 1)
