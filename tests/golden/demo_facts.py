"""What an analyst would compute from the demo company's tables with pandas alone, knowing nothing of how they were made."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import comb, erfc, sqrt

import pandas as pd

from data.sample.stage import stage_demo
from data.sample.timeline import Timeline, timeline
from data.sample.truth import ALL_EFFECTS

END = date(2026, 10, 31)
LINE: Timeline = timeline(36, END)
ONBOARDING, PRICE, BAD_FROM, BAD_TO = (
    pd.Timestamp(day) for day in (LINE.onboarding_on, LINE.price_on, LINE.bad_from, LINE.bad_to)
)
TOMORROW = pd.Timestamp(END) + pd.Timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """Frames of one company.

    tables     As imported, by name.
    periods    Paid periods: customer_id, begins, ends (NaT = running), mrr_cents, interval, cancel_kind.
    months     One row per customer active at the start of a month: month, lost, kind, days (since first paid day).
    """

    tables: dict[str, pd.DataFrame]
    periods: pd.DataFrame
    months: pd.DataFrame

    def customers(self, *columns: str) -> pd.DataFrame:
        return self.tables["customers"].set_index("customer_id")[list(columns)]


@lru_cache(maxsize=4)
def facts(customers: int, seed: int = 7, *, planted: bool = True, usage: bool = False) -> Facts:
    effects = ALL_EFFECTS if planted else frozenset()
    staged = stage_demo(customers, 36, seed, end=END, effects=effects, usage=usage)
    tables = {t.name: t.batches().read_all().to_pandas(date_as_object=False) for t in staged.tables}
    periods = paid_periods(tables["subscriptions"])
    return Facts(tables, periods, customer_months(periods))


def paid_periods(subscriptions: pd.DataFrame) -> pd.DataFrame:
    paid = subscriptions[subscriptions["status"] != "paused"].copy()
    paid["begins"] = paid["trial_ends_on"].fillna(paid["starts_on"])
    paid["ends"] = paid["ends_on"]
    paid = paid[paid["ends"].isna() | (paid["ends"] > paid["begins"])]
    paid["first"] = paid.groupby("customer_id")["begins"].transform("min")
    return paid


def customer_months(periods: pd.DataFrame) -> pd.DataFrame:
    starts = pd.date_range(LINE.first, TOMORROW, freq="MS")
    parts = [_one_month(periods, a, b) for a, b in pairwise(starts)]
    return pd.concat(parts, ignore_index=True)


def _one_month(periods: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    here = paying_on(periods, start - pd.Timedelta(days=1))
    still = set(paying_on(periods, end - pd.Timedelta(days=1))["customer_id"])
    last = (
        periods[(periods["ends"] <= end) & (periods["ends"] >= start)]
        .groupby("customer_id")[["ends", "cancel_kind"]]
        .last()
    )
    lost = ~here["customer_id"].isin(still)
    found = here[["customer_id", "first", "interval", "mrr_cents"]].join(last, on="customer_id")
    return found.assign(
        month=start,
        lost=lost,
        kind=found["cancel_kind"].where(lost),
        days=(found["ends"].fillna(end) - found["first"]).dt.days,
    )


def paying_on(periods: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return periods[(periods["begins"] <= day) & (periods["ends"].isna() | (periods["ends"] > day))]


def first_losses(periods: pd.DataFrame) -> pd.DataFrame:
    """First loss by the as-of date of each customer that had one: day, kind, reason, days since the first paid day."""
    lost = periods[periods["cancel_kind"].notna() & (periods["ends"] < TOMORROW)].sort_values("ends")
    first = lost.groupby("customer_id").first()
    return first.assign(days=(first["ends"] - first["first"]).dt.days)


def retained(data: Facts, key: str, days: int) -> pd.DataFrame:
    """Customers and how many still pay some days after assignment, per variant of an experiment."""
    assigned = data.tables["assignments"].query("experiment_key == @key")
    day = assigned["assigned_at"].dt.tz_localize(None).dt.normalize() + pd.Timedelta(days=days)
    periods = assigned.assign(day=day).merge(data.periods[["customer_id", "begins", "ends"]], on="customer_id")
    running = (periods["begins"] <= periods["day"]) & ~(periods["ends"] <= periods["day"])
    pays = assigned["customer_id"].isin(periods["customer_id"][running])
    return assigned.assign(pays=pays).groupby("variant")["pays"].agg(["size", "sum"])


def two_proportions_p(lost_a: int, n_a: int, lost_b: int, n_b: int) -> float:
    """Two-sided p of the pooled z test."""
    pooled = (lost_a + lost_b) / (n_a + n_b)
    spread = sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    return erfc(abs(lost_a / n_a - lost_b / n_b) / spread / sqrt(2))


def even_split_p(a: int, b: int) -> float:
    """Two-sided p of the exact binomial test that both variants were equally likely."""
    n, small = int(a + b), int(min(a, b))
    return min(1.0, 2 * sum(comb(n, k) for k in range(small + 1)) / 2**n)
