"""Losses with what was said of them."""

from __future__ import annotations

from datetime import date

from data.queries import reasons
from data.records import EVERYBODY, Period
from tests.parity.asking import ANY, FROM, RETAIL, TO, Case


def _reasons() -> list[Case]:
    year = Period(date(2024, 1, 1), TO)
    return [
        *(
            Case(reasons.losses, name, lambda e, p=period: reasons.losses(e, EVERYBODY, p))
            for name, period in (("ever", None), ("year", year))
        ),
        Case(reasons.loss_facts, "ever", lambda e: reasons.loss_facts(e, EVERYBODY, None)),
        Case(reasons.loss_facts, "year-text", lambda e: reasons.loss_facts(e, RETAIL, year), empty=ANY),
        Case(reasons.loss_values, "industry", lambda e: reasons.loss_values(e, EVERYBODY, year, "industry")),
        Case(
            reasons.lost_among,
            "some",
            lambda e: reasons.lost_among(e, EVERYBODY, "quarter", FROM, TO, ["annual", "past-due-lost", "gap-beyond"]),
        ),
    ]


CASES = tuple(_reasons())
