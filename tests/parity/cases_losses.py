"""Who was lost under which definition, and what fell due."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.derived import periods
from data.engine import Engine
from data.queries import losses, renewals
from data.records import EVERYBODY, Period
from tests.parity import companies
from tests.parity.asking import RETAIL, Case, months


def _losses() -> list[Case]:
    return [
        Case(losses.lost_customers, "months", lambda e: losses.lost_customers(e, EVERYBODY, months())),
        Case(losses.lost_customers, "shop", lambda e: losses.lost_customers(e, EVERYBODY, months()), "purchases"),
        Case(renewals.known_end, "months", lambda e: [{"end": renewals.known_end(e, p)} for p in months()]),
        Case(losses.annual_customers, "every", losses.annual_customers),
        Case(renewals.renewals, "months", lambda e: renewals.renewals(e, EVERYBODY, months())),
        Case(renewals.renewals_asked_often, "months", _held_renewals),
        Case(renewals.renewals, "days", lambda e: renewals.renewals(e, EVERYBODY, _weeks())),
        Case(losses.lost_counts, "months", lambda e: losses.lost_counts(e, EVERYBODY, months())),
        Case(losses.lost_counts, "segment", lambda e: losses.lost_counts(e, RETAIL, months())),
        *(
            Case(losses.lost_under, name, lambda e, name=name: losses.lost_under(e, EVERYBODY, months(), name))
            for name in ("start-base", "chartmogul", "stripe", "baremetrics", losses.ANNUAL)
        ),
        Case(renewals.renewal_sums, "months", lambda e: renewals.renewal_sums(e, EVERYBODY, months())),
        Case(renewals.renewal_cells, "months", lambda e: renewals.renewal_cells(e, EVERYBODY, months())),
        Case(
            periods.contracts, "every", lambda e: periods.contracts(e, companies.OPTIONS, companies.AS_OF).drop("row")
        ),
    ]


def _held_renewals(engine: Engine) -> list[dict[str, Any]]:
    """Asked of what falls due, found once for several questions."""
    with renewals.renewals_asked_often(engine, RETAIL, months()):
        return renewals.renewal_sums(engine, RETAIL, months())


def _weeks() -> list[Period]:
    return [Period(date(2024, 6, d), date(2024, 6, d + 7)) for d in (3, 10, 17)]


CASES = tuple(_losses())
