"""One filtered year of key figures with pandas, from frames already in memory."""

from datetime import date

import numpy as np
import pandas as pd

from analysis.periods import add_months
from data.engine import Engine
from tests.bench.kpi_numbers import INDUSTRY, KINDS, MANY, Counted, Course

MOVEMENTS = ["customer_id", "on", "kind", "delta_cents", "mrr_before_cents", "mrr_after_cents", "active_before",
            "active_after", "started_on", "cause"]  # fmt: skip


class Frames:
    """Movements in order of customer and day, and the attribute that is filtered by."""

    def __init__(self, engine: Engine) -> None:
        self.movements = read(engine.files["movements"], MOVEMENTS)
        self.customers = read(engine.files["customers"], ["customer_id", "industry"])


def read(files: list[str], columns: list[str]) -> pd.DataFrame:
    """Some columns of a table; days as pandas keeps them, movements in order."""
    frame = pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)
    for column in (c for c in columns if c.endswith("on")):
        frame[column] = pd.to_datetime(frame[column])
    return frame.sort_values(["customer_id", "on"], ignore_index=True) if "on" in columns else frame


def kpis(frames: Frames, course: Course) -> Counted:
    """Count everything for the segment."""
    ids = frames.customers.loc[frames.customers.industry == INDUSTRY, "customer_id"]
    return counted(frames.movements[frames.movements.customer_id.isin(ids)], course)


def counted(m: pd.DataFrame, course: Course) -> Counted:
    """Count everything for these movements."""
    m = m.assign(month=m.on.dt.to_period("M").dt.start_time)
    net = _net(m.assign(period=m.month), course)
    monthly = {period: int(row["n_churn"]) for period, row in net.items()}
    if course.grain == "quarter":
        net = _net(m.assign(period=m.on.dt.to_period("Q").dt.start_time), course)
    return Counted(_levels(m, course), net, monthly, [_retention(m, *window) for window in course.windows])


def _levels(m: pd.DataFrame, course: Course) -> dict[date, tuple[int, int]]:
    squares = m.mrr_after_cents.astype(float) ** 2 - m.mrr_before_cents.astype(float) ** 2
    moved = m.assign(active=m.active_after.astype(int) - m.active_before.astype(int), squares=squares)
    daily = moved.groupby("on")[["delta_cents", "active", "squares"]].sum().cumsum()
    m.groupby(["on", "kind"]).delta_cents.agg(["size", "sum"])
    days = [add_months(course.windows[0][0], step) for step in range(course.count * course.length + 13)]
    places = daily.index.searchsorted(pd.to_datetime(days)) - 1
    return {
        day: (int(daily.active.iloc[i]), int(daily.delta_cents.iloc[i])) if i >= 0 else (0, 0)
        for day, i in zip(days, places, strict=True)
    }


def _changes(m: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and period: the first and the last movement of it."""
    m = m.assign(joined=m.on == m.started_on)
    by = m.groupby(["customer_id", "period"], sort=False)
    first = by[["mrr_before_cents", "active_before"]].first()
    last = by[["mrr_after_cents", "active_after"]].last()
    n = pd.concat([first, last, by.joined.any()], axis=1).reset_index()
    # `last` of groupby skips missing values; a cause is missing on purpose.
    n["cause"] = m.drop_duplicates(["customer_id", "period"], keep="last").cause.to_numpy()
    return n.set_axis(["customer_id", "period", "before", "was", "after", "stays", "joined", "cause"], axis=1)


def _first_seen(m: pd.DataFrame, returned: pd.Series) -> pd.Series:
    ends = m[m.customer_id.isin(returned)].drop_duplicates(["customer_id", "period"], keep="last")
    return ends[ends.active_after].groupby("customer_id").period.min()


def _net(m: pd.DataFrame, course: Course) -> dict[date, dict[str, float]]:
    n = _changes(m[(m.on >= pd.Timestamp(course.since)) & (m.on < pd.Timestamp(course.end))])
    came = ~n.was & n.stays
    seen = n.customer_id.map(_first_seen(m, n.customer_id[came & ~n.joined]))
    grew = n.was & n.stays & (n.after > n.before)
    shrank = n.was & n.stays & (n.after < n.before)
    kind = np.select(
        [came & (n.joined | (seen == n.period)), came, n.was & ~n.stays, grew, shrank],
        ["new", "reactivation", "churn", "expansion", "contraction"],
        "none",
    )
    n = n.assign(kind=kind, change=n.after - n.before)
    n["lost"] = (n.before - np.minimum(n.before, n.after)).where(n.was, 0).astype(float)
    n["net"] = (-n.change).where(n.was | (n.kind == "reactivation"), 0).astype(float)
    sums = _sums(n)
    few = sums.index[sums.losers < MANY]
    cells = n[n.period.isin(few) & ((n.was & (n.change != 0)) | (came & ~n.joined))]
    cells.groupby(["period", "was", "before", "after"]).size()
    return {period.date(): row for period, row in zip(sums.index, sums.to_dict("records"), strict=True)}


def _sums(n: pd.DataFrame) -> pd.DataFrame:
    parts = n[["period", "lost", "net"]].assign(
        losers=n.lost != 0,
        involuntary=(n.kind == "churn") & (n.cause == "payment"),
        early_churn=~n.was & ~n.stays & n.joined,
        lost_squared=n.lost**2,
        lost_by_start=n.lost * n.before,
        net_squared=n.net**2,
        net_by_start=n.net * n.before,
        **{f"n_{k}": n.kind == k for k in KINDS},
        **{f"cents_{k}": n.change.where(n.kind == k, 0) for k in KINDS},
    )
    return parts.groupby("period").sum()


def _retention(m: pd.DataFrame, start: date, end: date) -> tuple[int, int]:
    first, after = pd.Timestamp(start), pd.Timestamp(end)
    inside = m[(m.on >= first) & (m.on < after) & (m.started_on < first)]
    then = inside.drop_duplicates("customer_id").mrr_before_cents.to_numpy()
    now = inside.drop_duplicates("customer_id", keep="last").mrr_after_cents.to_numpy()
    then, now = then[then > 0], now[then > 0]
    return int((then - np.minimum(then, now)).sum()), int((now - then).sum())
