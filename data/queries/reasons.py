"""Losses one by one, with what was said about each and what the customer did before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket, movements_of, net_changes
from data.queries.segments import values_table, within
from data.records import Grain, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

RECENT_DAYS, USUAL_DAYS = 28, 182
"""Use in the last four weeks is held against the rest of the half year before the loss."""
TICKET_DAYS, USUAL_TICKET_DAYS = 60, 240
CONTACT_DAYS, DOWNGRADE_DAYS = 90, 180
SURVEY_DAYS = (60, 180)
"""An exit survey belongs to a loss from two months before it to half a year after."""


def losses(engine: Engine, segment: Segment, period: Period | None) -> Table:
    """One row per lost customer: customer_id, started_on, lost_on, mrr_cents that went, cause ('' where unknown).

    Of a period: who was there at its start and not at its end, with the MRR at its start. Without one: whoever is lost
    by the as-of date, with the last MRR.
    """
    if period is None:
        lives = within(engine.table("lifetimes"), engine, segment)
        gone = lives.filter(lives.status == "lost")
        mrr, cause = gone.last_mrr_cents.fill_null(0), gone.cause.fill_null("")
        return gone.select("customer_id", "started_on", "lost_on", mrr_cents=mrr, cause=cause)
    m = movements_of(engine, segment)
    m = m.filter((m.on >= _day(period.start)) & (m.on < _day(period.end)))
    per = m.group_by("customer_id").agg(
        started_on=m.started_on.min(),
        lost_on=m.on.max(where=m.kind == "churn"),
        mrr_cents=m.mrr_before_cents.argmin(m.on),
        cause=m.cause.fill_null("").argmax(m.on),
        was=m.active_before.argmin(m.on),
        stays=m.active_after.argmax(m.on),
    )
    return per.filter(per.was & ~per.stays).drop("was", "stays")


def _day(day: date) -> Value:
    return ibis.date(day.isoformat())


def loss_facts(engine: Engine, segment: Segment, period: Period | None) -> list[dict[str, Any]]:
    """The `losses` in order of MRR lost, with what is known of each; null where the release has no such table.

    name, csm_id          Of the customer.
    stated                Reason of the last subscription that began before the loss; '' = none was given.
    survey, survey_text   Reason and words of the latest exit survey from 60 days before to 180 days after the loss.
    recent_use, usual_use Logins (or core actions) in the last 28 days, and in the rest of the last 182.
    use_days, used_since  Days with use in the last 28; first of the last 182 days that is recorded.
    tickets, tickets_before, worst_csat
                          Tickets of the last 60 days, of the 180 before those, and the lowest score of the last 60.
    contact_left_on       The last day, up to 90 before the loss, on which a key contact left.
    downgraded_on         The last day, up to 180 before the loss, on which the amount fell.
    """
    rows = _with_customer(engine, losses(engine, segment, period))
    gone = rows.select("customer_id", "lost_on")
    for needs, part, columns in _PARTS:
        rows = _joined(rows, part(engine, gone)) if engine.has(needs) else rows.mutate(**columns)
    return engine.rows(rows.order_by(rows.mrr_cents.desc(), rows.customer_id.asc()))


def _with_customer(engine: Engine, rows: Table) -> Table:
    customers = engine.table("customers")
    text = ibis.null("string")
    known = {name: customers[name] if name in customers.columns else text for name in ("name", "csm_id")}
    return _joined(rows, customers.select("customer_id", **known))


def _joined(rows: Table, part: Table) -> Table:
    part = part.rename(part_id="customer_id")
    return rows.left_join(part, rows.customer_id == part.part_id).drop("part_id")


def _around(gone: Table, table: Table, day: Value, before: int, after: int = 0) -> Table:
    """Rows of a table from `before` days before the loss of its customer to `after` days after, with the days `ago`."""
    rows = table.mutate(fact_day=day).rename(fact_id="customer_id")
    rows = gone.inner_join(rows, gone.customer_id == rows.fact_id)
    rows = rows.mutate(ago=rows.lost_on.delta(rows.fact_day, unit="day"))
    return rows.filter((rows.ago <= before) & (rows.ago >= -after)).drop("fact_id")


def _stated(engine: Engine, gone: Table) -> Table:
    s = engine.table("subscriptions").select("customer_id", "subscription_id", "starts_on", "cancel_reason")
    s = s.rename(fact_id="customer_id")
    rows = gone.inner_join(s, [gone.customer_id == s.fact_id, s.starts_on < gone.lost_on])
    order = ibis.struct({"day": rows.starts_on, "id": rows.subscription_id})
    return rows.group_by("customer_id").agg(stated=rows.cancel_reason.fill_null("").argmax(order))


def _survey(engine: Engine, gone: Table) -> Table:
    answers = engine.table("surveys")
    answers = answers.filter(answers.kind == "exit").select("customer_id", "response_id", "at", "reason", "text")
    rows = _around(gone, answers, answers["at"].date(), *SURVEY_DAYS)
    order = ibis.struct({"at": rows["at"], "id": rows.response_id})
    return rows.group_by("customer_id").agg(
        survey=rows.reason.fill_null("").argmax(order), survey_text=rows["text"].fill_null("").argmax(order)
    )


def _use(engine: Engine, gone: Table) -> Table:
    u = engine.table("usage_daily")
    u = u.select("customer_id", "day", uses=ibis.coalesce(u.logins, u.core_actions, ibis.literal(0, "int64")))
    rows = _around(gone, u, u.day, USUAL_DAYS, -1)
    recent = rows.ago <= RECENT_DAYS
    return rows.group_by("customer_id").agg(
        recent_use=rows.uses.sum(where=recent).fill_null(0).cast("int64"),
        usual_use=rows.uses.sum(where=~recent).fill_null(0).cast("int64"),
        use_days=(recent & (rows.uses > 0)).sum().cast("int64"),
        used_since=rows.fact_day.min(),
    )


def _tickets(engine: Engine, gone: Table) -> Table:
    t = engine.table("tickets").select("customer_id", "opened_at", "csat")
    rows = _around(gone, t, t.opened_at.date(), USUAL_TICKET_DAYS)
    near = rows.ago <= TICKET_DAYS
    return rows.group_by("customer_id").agg(
        tickets=near.sum().cast("int64"),
        tickets_before=(~near).sum().cast("int64"),
        worst_csat=rows.csat.min(where=near),
    )


def _contact(engine: Engine, gone: Table) -> Table:
    touches = engine.table("touches")
    touches = touches.filter(touches.kind == "key_contact_left").select("customer_id", "at")
    rows = _around(gone, touches, touches["at"].date(), CONTACT_DAYS)
    return rows.group_by("customer_id").agg(contact_left_on=rows.fact_day.max())


def _downgrade(engine: Engine, gone: Table) -> Table:
    m = engine.table("movements")
    m = m.filter((m.kind == "contraction") & (m.cause.fill_null("") != "paused")).select("customer_id", "on")
    rows = _around(gone, m, m.on, DOWNGRADE_DAYS, -1)
    return rows.group_by("customer_id").agg(downgraded_on=rows.fact_day.max())


_TEXT, _COUNT, _DATE = ibis.null("string"), ibis.null("int64"), ibis.null("date")
#: Table a part is counted from, the part, and its columns where the release does not hold the table.
_PARTS = (
    ("subscriptions", _stated, {"stated": _TEXT}),
    ("surveys", _survey, {"survey": _TEXT, "survey_text": _TEXT}),
    ("usage_daily", _use, {"recent_use": _COUNT, "usual_use": _COUNT, "use_days": _COUNT, "used_since": _DATE}),
    ("tickets", _tickets, {"tickets": _COUNT, "tickets_before": _COUNT, "worst_csat": ibis.null("float64")}),
    ("touches", _contact, {"contact_left_on": _DATE}),
    ("movements", _downgrade, {"downgraded_on": _DATE}),
)


def loss_values(engine: Engine, segment: Segment, period: Period | None, attribute: str) -> list[dict[str, Any]]:
    """The value of an attribute of each lost customer: customer_id and value, '' where it has none."""
    values = values_table(engine, attribute)
    values = values.select("customer_id", value=values.value.fill_null(""))
    return engine.rows(values.semi_join(losses(engine, segment, period), "customer_id"))


def lost_among(
    engine: Engine, segment: Segment, grain: Grain, start: date, end: date, customers: Sequence[str]
) -> list[dict[str, Any]]:
    """Which of some customers were lost in which period: period, customer_id, lost_on.

    Lost is, as in the churn rate, who was there at the start of the period and not at its end.
    """
    m = movements_of(engine, segment)
    m = m.filter(m.customer_id.isin(list(customers)))
    n = net_changes(m, grain, start, end)
    n = n.filter(n.was & ~n.stays).select("customer_id", "period")
    left = m.filter(m.kind == "churn")
    left = left.group_by(fact_id="customer_id", left_in=bucket(left.on, grain)).agg(lost_on=left.on.max())
    return engine.rows(
        n.inner_join(left, [n.customer_id == left.fact_id, n.period == left.left_in]).drop("fact_id", "left_in")
    )
