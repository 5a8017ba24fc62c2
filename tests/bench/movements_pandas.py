"""The movements with pandas, from frames already in memory; vectorised, no row by row."""

from datetime import date

import numpy as np
import pandas as pd

from data.engine import Engine
from data.records import MetricOptions

_NEVER = pd.Timestamp("2262-01-01")
_SAID_PAID = ("void", "voided", "draft", "deleted", "refunded", "paid", "credited", "written_off")
_CAUSES = np.array(["unknown", "voluntary", "inactivity", "paused", "paused", "payment"], dtype=object)
#: Ranks as in the product; the worst hides the others of a day.
_VOLUNTARY, _LIMIT, _PAUSE, _PAYMENT = 1, 3, 4, 5


class Frames:
    """Subscriptions and invoices as frames, loaded before anything is timed; days as pandas keeps them."""

    def __init__(self, engine: Engine) -> None:
        self.subscriptions = _frame(
            engine,
            "subscriptions",
            ["subscription_id", "customer_id", "mrr_cents", "starts_on", "ends_on", "trial_ends_on", "renews_on",
             "paused_on", "status", "cancel_kind"],
        )  # fmt: skip
        self.invoices = _frame(engine, "invoices", ["customer_id", "due_on", "paid_on", "amount_cents", "status"])


def _frame(engine: Engine, table: str, columns: list[str]) -> pd.DataFrame:
    frame = pd.concat([pd.read_parquet(file, columns=columns) for file in engine.files[table]], ignore_index=True)
    for column in (c for c in columns if c.endswith("_on")):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def movements(frames: Frames, options: MetricOptions, as_of: date) -> pd.DataFrame:
    """The columns of the product's table, in order of customer and day."""
    today = pd.Timestamp(as_of)
    p = _periods(frames, options, today)
    p = p[(p.starts_on < p.ends_on) & ((p.mrr_cents > 0) | (p.cause == _LIMIT))]
    starts, ends = p[p.starts_on <= today], p[p.ends_on <= today]
    days = pd.DataFrame(
        {
            "customer_id": pd.concat([starts.customer_id, ends.customer_id], ignore_index=True),
            "on": pd.concat([starts.starts_on, ends.ends_on], ignore_index=True),
            "delta": np.concatenate([starts.mrr_cents, -ends.mrr_cents]),
            "present": np.repeat([1, -1], [len(starts), len(ends)]),
            "ending": np.concatenate([np.where(starts.cause == _LIMIT, _PAUSE, 0), ends.cause]),
        }
    )
    days = days.groupby(["customer_id", "on"], as_index=False).agg(
        delta=("delta", "sum"), present=("present", "sum"), ending=("ending", "max")
    )
    return _classified(_levels(days, options.gap_tolerance_days))


def _periods(frames: Frames, options: MetricOptions, today: pd.Timestamp) -> pd.DataFrame:
    s = frames.subscriptions
    s = s.assign(
        status=s.status.fillna("active"),
        starts_on=s.starts_on.where(s.trial_ends_on.isna() | (s.starts_on > s.trial_ends_on), s.trial_ends_on),
        cause=np.select(
            [(s.cancel_kind == "payment") | (s.status == "past_due"), s.cancel_kind == "voluntary"],
            [_PAYMENT, _VOLUNTARY],
            0,
        ),
        ends_on=s.ends_on.fillna(_NEVER),
    )
    paused, rest = s[s.status == "paused"], s[s.status != "paused"]
    late, fine = rest[rest.status == "past_due"], rest[rest.status != "past_due"]
    columns = ["customer_id", "starts_on", "ends_on", "mrr_cents", "cause"]
    parts = [fine, _past_due(late, frames.invoices, options, today), *_paused(paused, rest, options, today)]
    return pd.concat([part[columns] for part in parts], ignore_index=True)


def _past_due(late: pd.DataFrame, invoices: pd.DataFrame, options: MetricOptions, today: pd.Timestamp) -> pd.DataFrame:
    unpaid = invoices[invoices.paid_on.isna() & (invoices.amount_cents > 0) & (invoices.due_on <= today)]
    unpaid = unpaid[~unpaid.status.fillna("open").str.lower().isin(_SAID_PAID)]
    both = late.merge(unpaid[["customer_id", "due_on"]], on="customer_id")
    due = both[both.due_on >= both.starts_on].groupby("subscription_id").due_on.min()
    first = late.subscription_id.map(due).fillna(late.renews_on.where(late.renews_on <= today))
    lapse = first + pd.Timedelta(days=options.dunning_limit_days)
    return late.assign(ends_on=late.ends_on.where(lapse.isna() | (late.ends_on < lapse), lapse))


def _paused(
    paused: pd.DataFrame, rest: pd.DataFrame, options: MetricOptions, today: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    others = rest.loc[rest.mrr_cents > 0, ["customer_id", "ends_on"]].rename(columns={"ends_on": "other_end"})
    both = paused[["subscription_id", "customer_id", "starts_on"]].merge(others, on="customer_id")
    gap = pd.Timedelta(days=options.gap_tolerance_days)
    follows = both[(both.other_end <= both.starts_on) & (both.other_end >= both.starts_on - gap)].subscription_id
    itself = paused.subscription_id.isin(follows) | (paused.mrr_cents == 0)
    known = paused.ends_on.where(paused.ends_on < _NEVER, today)
    stop = paused.paused_on.fillna(paused.starts_on.where(itself, known))
    lapses = stop + pd.Timedelta(days=options.pause_limit_days)
    ends = lapses.where(~(paused.paused_on.notna() | itself) | (lapses < paused.ends_on), paused.ends_on)
    paid = paused.assign(ends_on=stop, cause=_PAUSE)
    return paid, paused.assign(starts_on=stop, ends_on=ends, mrr_cents=0, cause=_LIMIT)


def _levels(days: pd.DataFrame, tolerance: int) -> pd.DataFrame:
    """Amounts and presence before and after each day; `days` comes sorted by customer and day."""
    d = days
    customer = d.customer_id.ne(d.customer_id.shift())
    number = customer.cumsum()
    sums = d.groupby(number)[["delta", "present"]].cumsum()
    d = d.assign(after=sums.delta, here=sums.present, started_on=d.on.where(customer).ffill())
    limit = pd.Timedelta(days=tolerance)
    d = d.assign(
        previous_on=d.on.shift().where(~customer), next_on=d.on.shift(-1).where(~customer.shift(-1, fill_value=True))
    )
    bridges = (d.here == 0) & ((d.next_on - d.on) <= limit)
    bridged = (d.here == d.present) & ((d.on - d.previous_on) <= limit)
    d = d.assign(
        before=d.after - d.delta - d.delta.shift(fill_value=0).where(bridged, 0),
        was=d.here - d.present - d.present.shift(fill_value=0).where(bridged, 0),
    )
    return d[~bridges]


def _classified(d: pd.DataFrame) -> pd.DataFrame:
    d = d[(d.after != d.before) | ((d.was > 0) != (d.here > 0))]
    first = d.customer_id.ne(d.customer_id.shift())
    d = d.assign(
        previous_on=d.on.shift().where(~first), next_on=d.on.shift(-1).where(~first.shift(-1, fill_value=True))
    )
    change = d.after - d.before
    came = d.was == 0
    kind = np.select(
        [came & (d.on == d.started_on), came, d.here == 0, change > 0],
        ["new", "reactivation", "churn", "expansion"],
        "contraction",
    )
    cause = np.select(
        [d.here == 0, (change < 0) & (d.ending == _PAUSE), (d.was > 0) & (d.before == 0) & (change > 0)],
        [_CAUSES[d.ending.to_numpy()], "paused", "resumed"],
        None,
    )
    return pd.DataFrame(
        {
            "customer_id": d.customer_id,
            "on": d.on,
            "kind": kind,
            "delta_cents": change,
            "mrr_before_cents": d.before,
            "mrr_after_cents": d.after,
            "active_before": d.was > 0,
            "active_after": d.here > 0,
            "started_on": d.started_on,
            "cause": cause,
            "previous_on": d.previous_on,
            "next_on": d.next_on,
        }
    )
