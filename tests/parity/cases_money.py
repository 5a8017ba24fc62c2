"""What losses and lives are worth."""

from __future__ import annotations

from data.queries import money
from data.records import EVERYBODY
from tests.parity.asking import FROM, RETAIL, TO, Case


def _money() -> list[Case]:
    return [
        Case(money.loss_concentration, "year", lambda e: money.loss_concentration(e, EVERYBODY, "month", FROM, TO)),
        Case(money.lost_by, "attribute", lambda e: money.lost_by(e, RETAIL, "quarter", FROM, TO, "industry")),
        Case(money.lost_by, "plan", lambda e: money.lost_by(e, EVERYBODY, "month", FROM, TO, "plan")),
        Case(money.life_cells, "contracts", lambda e: money.life_cells(e, EVERYBODY, TO)),
        Case(money.life_cells, "late", lambda e: money.life_cells(e, EVERYBODY, TO), "known_late"),
        Case(
            money.life_cells, "shop", lambda e: money.life_cells(e, EVERYBODY, TO), "purchases", frozenset({"interval"})
        ),
    ]


CASES = tuple(_money())
