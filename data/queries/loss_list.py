"""Losses one by one: the largest of those a list holds, how many it holds, and what was written about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table
from data.queries.judged_losses import looked_up
from data.queries.loss_facts import with_facts
from data.queries.loss_rules import EventDays, ruled
from data.queries.reasons import losses
from data.queries.small_tables import text_table
from data.records import LossQuery

if TYPE_CHECKING:
    from data.engine import Engine


def loss_rows(engine: Engine, query: LossQuery, days: EventDays) -> list[dict[str, Any]]:
    """The losses of a list in order of MRR lost, with everything `with_facts` and `ruled` say of them."""
    known = looked_up(engine, query.segment, query.period, days)
    if known is not None:
        rows = _of_rules(_chosen(engine, known, query), query)
        return engine.rows(_in_order(with_facts(engine, _largest(rows, query), "names")))

    def chosen() -> Table:
        # What went before a loss is looked up for the few that are listed, unless it decides who is.
        rows = _asked(engine, query)
        return rows if query.rules is not None else _largest(rows, query)

    with engine.holding("losses", chosen) as lost:
        rows = ruled(with_facts(engine, lost, "names", "words", "deeds"), days)
        if query.rules is not None:
            rows = _largest(_of_rules(rows, query), query)
        return engine.rows(_in_order(rows))


def loss_totals(engine: Engine, query: LossQuery) -> dict[str, int]:
    """How many losses a list holds and what they paid, whatever its limit and rules."""
    rows = _asked(engine, query)
    sums = rows.agg(customers=rows.count(), mrr_cents=rows.mrr_cents.sum().fill_null(0))
    return {name: int(value) for name, value in engine.rows(sums)[0].items()}


def loss_texts(engine: Engine, query: LossQuery) -> tuple[list[dict[str, Any]], int]:
    """The losses of a list of which something was written, in order of MRR lost, with their names and words.

    Beside them how many there are without the limit of the list.
    """
    with engine.holding("losses", lambda: _written(engine, query)) as found:
        rows = engine.rows(_in_order(with_facts(engine, _largest(found, query), "names")))
        return rows, int(engine.rows(found.agg(losses=found.count()))[0]["losses"])


def _written(engine: Engine, query: LossQuery) -> Table:
    """The losses of a list about which something was written, with its words."""
    rows = with_facts(engine, _asked(engine, query), "words")
    written = rows.survey_text
    return rows.filter((written.strip() != "") & written.lower().contains(query.said.strip().lower()))


def _asked(engine: Engine, query: LossQuery) -> Table:
    """The `losses` of a list, without regard to its rules and its limit."""
    return _chosen(engine, losses(engine, query.segment, query.period), query)


def _of_rules(rows: Table, query: LossQuery) -> Table:
    return rows if query.rules is None else rows.filter(rows["first"].isin(query.rules))


def _chosen(engine: Engine, found: Table, query: LossQuery) -> Table:
    if query.left is not None:
        first, after = (ibis.date(day.isoformat()) for day in (query.left.start, query.left.end))
        found = found.filter((found.lost_on >= first) & (found.lost_on < after))
    if query.customers is not None:
        found = found.semi_join(text_table(customer_id=query.customers), "customer_id")
    if query.without:
        found = found.anti_join(text_table(customer_id=query.without), "customer_id")
    return _said(engine, _named(engine, found, query.search), query)


def _named(engine: Engine, found: Table, search: str) -> Table:
    text = search.strip().lower()
    if not text:
        return found
    rows = with_facts(engine, found, "names")
    named = rows.filter(rows.customer_id.lower().contains(text) | rows.name.lower().contains(text).fill_null(False))
    return named.select(*found.columns)


def _said(engine: Engine, found: Table, query: LossQuery) -> Table:
    if query.texts is None:
        return found
    stated, survey = zip(*query.texts, strict=True) if query.texts else ((), ())
    rows = found if "stated" in found.columns else with_facts(engine, found, "words")
    return rows.semi_join(text_table(stated=stated, survey=survey), ["stated", "survey"]).select(*found.columns)


def _largest(rows: Table, query: LossQuery) -> Table:
    return rows if query.limit is None else _in_order(rows).limit(query.limit)


def _in_order(rows: Table) -> Table:
    return rows.order_by(rows.mrr_cents.desc(), rows.customer_id.asc())
