"""Charts of what came and went in each period; a click on a bar leads to its customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.kpis.report import KpiRow
from dashboard import formats
from dashboard.charts import base, stacks
from dashboard.charts.base import Chart
from dashboard.language import _, current
from data.records import Grain


@dataclass(frozen=True)
class Kind:
    """One kind of bar: its name, the list of customers behind it, its amounts, and whether they go down."""

    name: str
    who: str
    amounts: Sequence[int]
    down: bool = False


def customers(rows: Sequence[KpiRow], grain: Grain, *, title: str) -> Chart:
    """Customers won, returned and lost."""
    kinds = [
        Kind(_("New"), "new", [row.customers_new for row in rows]),
        Kind(_("Lost"), "churn", [row.customers_churned for row in rows], down=True),
        Kind(_("Returned"), "reactivation", [row.customers_reactivated for row in rows]),
    ]
    return _stacked(rows, grain, kinds, title=title, unit="count")


def losses(rows: Sequence[KpiRow], grain: Grain, *, title: str) -> Chart:
    """Losses to a failed payment, losses that were decided, and those of which the data do not say."""
    kinds = [
        Kind(_("Payment failed"), "involuntary", [row.churned_involuntary for row in rows]),
        Kind(_("Customer decided"), "voluntary", [row.churned_voluntary for row in rows]),
        Kind(_("Cause not known"), "unknown_cause", [row.churned_unknown for row in rows]),
    ]
    return _stacked(rows, grain, kinds, title=title, unit="count")


def money(rows: Sequence[KpiRow], grain: Grain, currency: str, *, title: str) -> Chart:
    """MRR won and lost, by kind of movement."""
    kinds = [
        Kind(_("New"), "new", [row.mrr_new_cents for row in rows]),
        Kind(_("Churn"), "churn", [-row.mrr_churn_cents for row in rows], down=True),
        Kind(_("Returned"), "reactivation", [row.mrr_reactivation_cents for row in rows]),
        Kind(_("Expansion"), "expansion", [row.mrr_expansion_cents for row in rows]),
        Kind(_("Contraction"), "contraction", [-row.mrr_contraction_cents for row in rows], down=True),
    ]
    return _stacked(rows, grain, kinds, title=title, unit="money", currency=currency)


def _stacked(
    rows: Sequence[KpiRow], grain: Grain, kinds: Sequence[Kind], *, title: str, unit: str, currency: str = ""
) -> Chart:
    used = [kind for kind in kinds if any(kind.amounts)] or list(kinds[:1])
    names = tuple(kind.name for kind in kinds)
    axis, pattern = base.unit_title(unit, currency), base.value_format(unit)
    return Chart(
        title=title,
        spec=stacks.spec(current(), axis, pattern, names),
        data={
            "parts": [
                _bar(row, grain, i, k, kind, unit, currency)
                for k, kind in enumerate(used)
                for i, row in enumerate(rows)
            ]
        },
        alt=title,
        table=[_told(row, grain, i, used, unit, currency) for i, row in enumerate(rows)],
        note=_("Click a bar to see its customers. Pale bars are periods that are not complete yet."),
        picks=("who", "start", "end"),
        unit=unit,
    )


def _bar(row: KpiRow, grain: Grain, i: int, rank: int, kind: Kind, unit: str, currency: str) -> dict[str, Any]:
    divisor = 10 ** formats.exponent(currency) if unit == "money" else 1
    return {
        "at": base.tick(row.period_start, grain, first=i == 0),
        "name": formats.period(row.period_start, grain),
        "kind": kind.name,
        "amount": (-1 if kind.down else 1) * kind.amounts[i] / divisor,
        "shown": formats.value(kind.amounts[i], unit, currency),
        "complete": row.complete,
        "rank": rank,
        "who": kind.who,
        "start": row.period_start.isoformat(),
        "end": row.period_end.isoformat(),
    }


def _told(row: KpiRow, grain: Grain, i: int, kinds: Sequence[Kind], unit: str, currency: str) -> dict[str, str]:
    name = formats.period(row.period_start, grain)
    told = {kind.name: formats.value(kind.amounts[i], unit, currency) for kind in kinds}
    return {_("Period"): name if row.complete else _("{period} (not complete)").format(period=name), **told}
