"""What is known of each loss: what was said about it, and what the customer did before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

import ibis

from data.expressions import Table, Value
from data.queries.origins import first_day_of_many, with_origin

if TYPE_CHECKING:
    from data.engine import Engine

RECENT_DAYS, USUAL_DAYS = 28, 182
"""Use in the last four weeks is held against the rest of the half year before the loss."""
TICKET_DAYS, USUAL_TICKET_DAYS = 60, 240
CONTACT_DAYS, DOWNGRADE_DAYS = 90, 180
SURVEY_DAYS = (60, 180)
"""An exit survey belongs to a loss from two months before it to half a year after."""

_TEXT, _COUNT, _DATE = ibis.null("string"), ibis.null("int64"), ibis.null("date")
Part = Literal["names", "words", "deeds"]


def with_facts(engine: Engine, losses: Table, *parts: Part) -> Table:
    """The `losses` with what is known of each; of a customer lost several times each loss by itself.

    names  name, csm_id         Of the customer; null where the release does not know them.
    words  stated               Reason of the last subscription that began before the loss; '' = none was given.
           survey, survey_text  Reason and words of the latest exit survey from 60 days before to 180 days after the
                                loss; '' = none.
    deeds  What went before; null where the release has no such table, or nothing of the customer in it:
           recent_use, usual_use  Logins (or core actions) in the last 28 days, and in the rest of the last 182.
           use_days, used_since   Days with use in the last 28; first of the last 182 days that is recorded.
           tickets, tickets_before, worst_csat
                                  Tickets of the last 60 days, of the 180 before, and the lowest score of the last 60.
           contact_left_on        The last day, up to 90 before the loss, on which a key contact left.
           downgraded_on          The last day, up to 180 before the loss, on which the amount fell.
           age_from               The day the age counts from: the start, or the signing of who was there when the data
                                  begin; null where that is not known.
           tickets_from           The day from which tickets are known.
    """
    gone, rows = losses.select("customer_id", "lost_on"), losses
    for needs, part, columns in (each for name in parts for each in _PARTS[name]):
        rows = _joined(rows, part(engine, gone)) if engine.has(needs) else rows.mutate(**columns)
    words = [name for name in ("stated", "survey", "survey_text") if name in rows.columns]
    rows = rows.mutate(**{name: rows[name].fill_null("") for name in words})
    return _aged(engine, rows) if "deeds" in parts else rows


def _aged(engine: Engine, rows: Table) -> Table:
    """Who was there when the data begin did not start then: the data start. A snapshot has no days."""
    if engine.release is not None and engine.release.shape == "snapshot":
        return rows.mutate(age_from=_DATE, tickets_from=rows.started_on)
    first = first_day_of_many(engine)
    if first is None:
        return rows.mutate(age_from=rows.started_on, tickets_from=rows.started_on)
    lives = with_origin(rows, engine, first)
    day = ibis.date(first.isoformat())
    there = (lives.started_on == day) & (lives.signed_on.isnull() | (lives.signed_on < day))
    age_from = lives.signed_on.isnull().ifelse(_DATE, lives.origin)
    recorded = ibis.least(lives.started_on, _first_ticket(engine, first))
    return lives.mutate(
        age_from=there.ifelse(age_from, lives.started_on),
        tickets_from=there.ifelse(ibis.greatest(recorded, age_from.fill_null(recorded)), lives.started_on),
    ).drop("origin", "signed_on")


def _first_ticket(engine: Engine, otherwise: date) -> Value:
    """The first day on which anybody wrote a ticket: they may be recorded from before the subscriptions are."""
    day = otherwise
    if engine.has("tickets"):
        tickets = engine.table("tickets")
        day = engine.rows(tickets.agg(day=tickets.opened_at.min().date()))[0]["day"] or otherwise
    return ibis.date(day.isoformat())


def _joined(rows: Table, part: Table) -> Table:
    """The losses with what was found of each, or of its customer."""
    keys = {"part_id": "customer_id", **({"part_day": "lost_on"} if "lost_on" in part.columns else {})}
    part = part.rename(**keys)
    same = [rows[ours] == part[theirs] for theirs, ours in keys.items()]
    return rows.left_join(part, same).drop(*keys)


def _names(engine: Engine, _gone: Table) -> Table:
    customers = engine.table("customers")
    known = {name: customers[name] if name in customers.columns else _TEXT for name in ("name", "csm_id")}
    return customers.select("customer_id", **known)


def _around(gone: Table, table: Table, moment: str, before: int, after: int = 0) -> Table:
    """Rows of a table from `before` days before the loss of its customer to `after` days after, with the days `ago`."""
    facts = table.rename(fact_id="customer_id")
    rows = gone.inner_join(facts, gone.customer_id == facts.fact_id)
    # The day of a moment is found after the join: DuckDB takes as long for it as for reading the table.
    day = rows[moment].date() if rows[moment].type().is_timestamp() else rows[moment]
    rows = rows.mutate(fact_day=day)
    rows = rows.mutate(ago=rows.lost_on.delta(rows.fact_day, unit="day"))
    return rows.filter((rows.ago <= before) & (rows.ago >= -after)).drop("fact_id")


def _stated(engine: Engine, gone: Table) -> Table:
    s = engine.table("subscriptions").select("customer_id", "subscription_id", "starts_on", "cancel_reason")
    s = s.rename(fact_id="customer_id")
    rows = gone.inner_join(s, [gone.customer_id == s.fact_id, s.starts_on < gone.lost_on])
    order = ibis.struct({"day": rows.starts_on, "id": rows.subscription_id})
    return rows.group_by("customer_id", "lost_on").agg(stated=rows.cancel_reason.fill_null("").argmax(order))


def _survey(engine: Engine, gone: Table) -> Table:
    answers = engine.table("surveys")
    answers = answers.filter(answers.kind == "exit").select("customer_id", "response_id", "at", "reason", "text")
    rows = _around(gone, answers, "at", *SURVEY_DAYS)
    order = ibis.struct({"at": rows["at"], "id": rows.response_id})
    return rows.group_by("customer_id", "lost_on").agg(
        survey=rows.reason.fill_null("").argmax(order), survey_text=rows["text"].fill_null("").argmax(order)
    )


def _use(engine: Engine, gone: Table) -> Table:
    u = engine.table("usage_daily")
    u = u.select("customer_id", "day", uses=ibis.coalesce(u.logins, u.core_actions, ibis.literal(0, "int64")))
    rows = _around(gone, u, "day", USUAL_DAYS, -1)
    recent = rows.ago <= RECENT_DAYS
    return rows.group_by("customer_id", "lost_on").agg(
        recent_use=rows.uses.sum(where=recent).fill_null(0).cast("int64"),
        usual_use=rows.uses.sum(where=~recent).fill_null(0).cast("int64"),
        use_days=(recent & (rows.uses > 0)).sum().cast("int64"),
        used_since=rows.fact_day.min(),
    )


def _tickets(engine: Engine, gone: Table) -> Table:
    t = engine.table("tickets").select("customer_id", "opened_at", "csat")
    rows = _around(gone, t, "opened_at", USUAL_TICKET_DAYS)
    near = rows.ago <= TICKET_DAYS
    return rows.group_by("customer_id", "lost_on").agg(
        tickets=near.sum().cast("int64"),
        tickets_before=(~near).sum().cast("int64"),
        worst_csat=rows.csat.min(where=near),
    )


def _contact(engine: Engine, gone: Table) -> Table:
    touches = engine.table("touches")
    touches = touches.filter(touches.kind == "key_contact_left").select("customer_id", "at")
    rows = _around(gone, touches, "at", CONTACT_DAYS)
    return rows.group_by("customer_id", "lost_on").agg(contact_left_on=rows.fact_day.max())


def _downgrade(engine: Engine, gone: Table) -> Table:
    m = engine.table("movements")
    m = m.filter((m.kind == "contraction") & (m.cause.fill_null("") != "paused")).select("customer_id", "on")
    rows = _around(gone, m, "on", DOWNGRADE_DAYS, -1)
    return rows.group_by("customer_id", "lost_on").agg(downgraded_on=rows.fact_day.max())


#: Per part: the table it is counted from, the count, and its columns where the release does not hold the table.
_PARTS: Mapping[Part, Sequence[tuple[str, Callable[[Engine, Table], Table], dict[str, Value]]]] = {
    "names": (("customers", _names, {"name": _TEXT, "csm_id": _TEXT}),),
    "words": (
        ("subscriptions", _stated, {"stated": _TEXT}),
        ("surveys", _survey, {"survey": _TEXT, "survey_text": _TEXT}),
    ),
    "deeds": (
        ("usage_daily", _use, {"recent_use": _COUNT, "usual_use": _COUNT, "use_days": _COUNT, "used_since": _DATE}),
        ("tickets", _tickets, {"tickets": _COUNT, "tickets_before": _COUNT, "worst_csat": ibis.null("float64")}),
        ("touches", _contact, {"contact_left_on": _DATE}),
        ("movements", _downgrade, {"downgraded_on": _DATE}),
    ),
}
