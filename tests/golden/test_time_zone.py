"""A company in Tokyo, from its files to its report: what happens there in February is February."""

from datetime import date
from pathlib import Path

import pytest

from analysis.kpis.report import kpis
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.records import Scope
from tests.builders import an_engine

SUBSCRIPTIONS = """subscription_id,customer_id,mrr_cents,starts_on,ends_on
1,january,1000,2024-01-31T14:59:59Z,
2,february,1000,2024-01-31T16:00:00Z,2024-02-29T16:00:00Z
3,local,1000,2024-01-31 23:00:00,
"""


@pytest.mark.parametrize(
    ("zone", "came", "left_in"),
    [
        ("Asia/Tokyo", (2, 1), "2024-03-01"),  # 01:00 on 1 February, and on 1 March
        ("UTC", (3, 0), "2024-02-01"),
    ],
)
def test_an_event_at_four_in_the_afternoon_utc_on_31_january_is_a_tokyo_company_s_february(
    tmp_path: Path, zone: str, came: tuple[int, int], left_in: str
) -> None:
    path = tmp_path / "subscriptions.csv"
    path.write_text(SUBSCRIPTIONS)
    request = ImportRequest(
        tables={"subscriptions": str(path)},
        as_of=date(2024, 12, 31),
        today=date(2024, 12, 31),
        home=tmp_path / "staging",
        options={"time_zone": zone},
    )
    engine = an_engine(stage(request))
    rows = kpis(engine, Scope(start=date(2024, 1, 1), end=date(2024, 4, 1))).rows
    assert tuple(row.customers_new for row in rows[:2]) == came
    assert [row.period_start.isoformat() for row in rows if row.customers_churned] == [left_in]
