"""Losses with what was said of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.engine import Engine
from data.queries import judged_losses, loss_facts, loss_groups, loss_list, loss_rules, reasons, small_tables
from data.queries.loss_rules import EventDays
from data.records import EVERYBODY, LossQuery, Period
from tests.parity.asking import ANY, FROM, RETAIL, TO, Case

PLACE = loss_groups.Place
YEAR = Period(date(2024, 1, 1), TO)
DAYS = EventDays((date(2024, 1, 1),), (date(2023, 12, 31), date(2024, 10, 1)))


def _ruled(engine: Engine) -> Any:
    return loss_rules.ruled(loss_facts.with_facts(engine, reasons.losses(engine, EVERYBODY, None), "deeds"), DAYS)


HALVES = (Period(date(2023, 7, 1), date(2024, 1, 1)), Period(date(2024, 1, 1), date(2024, 7, 1)))


def _looked_up(engine: Engine) -> list[dict[str, Any]]:
    """Groups and single losses of two half years that are looked up at once."""
    with judged_losses.asked_by_many(engine, EVERYBODY, HALVES, DAYS):
        groups = [loss_groups.loss_groups(engine, EVERYBODY, half, DAYS)[0] for half in HALVES]
        largest = [loss_list.loss_rows(engine, LossQuery(period=half, limit=5), DAYS) for half in HALVES]
        return [dict(row) for rows in (*groups, *largest) for row in rows]


def _judged(engine: Engine) -> list[dict[str, Any]]:
    with judged_losses.judged_losses(engine, RETAIL, YEAR, DAYS) as lost:
        return engine.rows(lost)


def _kept(engine: Engine) -> list[dict[str, Any]]:
    with judged_losses.asked_by_many(engine, EVERYBODY, HALVES, DAYS):
        found = judged_losses.looked_up(engine, EVERYBODY, HALVES[1], DAYS)
        return [] if found is None else engine.rows(found)


def _reasons() -> list[Case]:
    return [
        *(
            Case(reasons.losses, name, lambda e, p=period: reasons.losses(e, EVERYBODY, p))
            for name, period in (("ever", None), ("year", YEAR))
        ),
        Case(reasons.came_and_left, "year", lambda e: [(reasons.came_and_left(e, EVERYBODY, YEAR),)]),
        Case(
            reasons.lost_among,
            "some",
            lambda e: reasons.lost_among(e, EVERYBODY, "quarter", FROM, TO, ["annual", "past-due-lost", "gap-beyond"]),
        ),
        Case(
            loss_facts.with_facts,
            "words",
            lambda e: loss_facts.with_facts(e, reasons.losses(e, RETAIL, YEAR), "names", "words"),
        ),
        Case(judged_losses.judged_losses, "year", _judged, empty=ANY),
        Case(judged_losses.asked_by_many, "halves", _looked_up, empty=ANY),
        Case(judged_losses.looked_up, "half", _kept, empty=ANY),
        Case(loss_rules.ruled, "ever", _ruled, empty=ANY),
        Case(loss_rules.ruled, "late", _ruled, "known_late", empty=ANY),
        Case(
            small_tables.text_table, "words", lambda _e: small_tables.text_table(a=["价格", "", "x"], b=["", "é", "y"])
        ),
    ]


def _lists() -> list[Case]:
    asked = {
        "everybody": LossQuery(),
        "largest": LossQuery(period=YEAR, limit=9),
        "texts": LossQuery(period=YEAR, texts=(("price", ""), ("", "价格")), without=("annual",)),
        "rules": LossQuery(RETAIL, rules=("early", "downgrade", "csat"), limit=7),
        "some": LossQuery(customers=("gap-beyond", "Łódź/株式会社", "never"), left=YEAR),
    }
    written = LossQuery(said="“NO”", limit=5)
    return [
        *(
            Case(loss_list.loss_rows, name, lambda e, q=query: loss_list.loss_rows(e, q, DAYS), empty=ANY)
            for name, query in asked.items()
        ),
        Case(loss_list.loss_totals, "named", lambda e: [loss_list.loss_totals(e, LossQuery(search=" GMBH "))]),
        Case(loss_list.loss_texts, "said", lambda e: loss_list.loss_texts(e, written)[0], empty=ANY),
        Case(
            loss_groups.loss_groups,
            "ever",
            lambda e: loss_groups.loss_groups(e, EVERYBODY, None, DAYS, [PLACE(grain="week")])[0],
        ),
        Case(
            loss_groups.loss_groups,
            "attribute",
            lambda e: loss_groups.loss_groups(e, RETAIL, YEAR, DAYS, [PLACE(), PLACE(attribute="tier")])[1],
        ),
    ]


CASES = (*_reasons(), *_lists())
