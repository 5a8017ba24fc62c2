"""Attributes that know the outcome already, and attributes that look like offers nobody drew lots for."""

import re
from collections.abc import Mapping
from datetime import date

from data.importers.consistency_churn import flagged
from data.importers.propose_content import quoted
from data.importers.transforms_desk import Desk
from data.staged import Note

#: Share of the outcome's spread (Gini impurity) an attribute may explain before it is suspected to be made of it. Real
#: drivers stay far below: the contract type explains 0.17 of it in IBM Telco.
SUSPICIOUS = 0.6
#: Levels smaller than this are thrown together: a name explains every outcome and nothing.
_LEVEL = 5
_CUSTOMERS = 50
_BINS = 20
_OFFER = re.compile(
    r"offer|promo|discount|coupon|voucher|incentive|treatment|campaign|variant|优惠|促销|折扣", re.IGNORECASE
)


def leaks(accepted: Mapping[str, str], desk: Desk, as_of: date, attributes: Mapping[str, str]) -> list[Note]:
    """Warn of attributes that tell lost from staying customers almost perfectly."""
    query = _outcome(accepted, desk, as_of)
    if query is None or "customers" not in accepted or not attributes:
        return []
    outcome = desk.table("outcome", query)
    n, lost = desk.row(f"SELECT count(*), count(*) FILTER (lost) FROM {outcome}")
    if n < _CUSTOMERS or not n * 0.02 <= lost <= n * 0.98:
        return []
    flags = {t.reading.columns.get("churned") for role in ("customers", "snapshot") for t in desk.tables.get(role, ())}
    found: list[Note] = []
    for column, label in attributes.items():
        if label in flags:
            text = f"{label} is the outcome itself: it can explain nothing."
            found.append(Note("leakage", text, "customers", label, "warning"))
            continue
        share = _explained(accepted["customers"], desk, outcome, column, lost / n)
        if share >= SUSPICIOUS:
            text = (
                f"{label} tells lost from staying customers almost perfectly (explains {share:.0%}): it was probably"
                " filled in after they left. Do not read it as a reason."
            )
            found.append(Note("leakage", text, "customers", label, "warning"))
    return found


def _outcome(accepted: Mapping[str, str], desk: Desk, as_of: date) -> str | None:
    """Return SQL of (customer_id, lost): the customers' own flag, else whether they still pay."""
    flags = flagged(desk)
    if flags is not None:
        return f"SELECT customer_id, lost FROM {flags} WHERE lost IS NOT NULL"
    if "subscriptions" not in accepted:
        return None
    open_ = f"mrr_cents > 0 AND starts_on <= DATE '{as_of}' AND (ends_on IS NULL OR ends_on > DATE '{as_of}')"
    return f"SELECT customer_id, NOT bool_or({open_}) AS lost FROM {accepted['subscriptions']} GROUP BY 1"


def _explained(customers: str, desk: Desk, outcome: str, column: str, rate: float) -> float:
    """Return the share of Gini impurity that levels (of numbers: twentieths) of an attribute take away, 0-1."""
    value = quoted(column)
    numbers = f"count(DISTINCT {value}) > {_BINS} AND count(try_cast({value} AS DOUBLE)) = count({value})"
    numeric = desk.number(f"SELECT ({numbers})::INT FROM {customers}")
    level = f"ntile({_BINS}) OVER (ORDER BY try_cast({value} AS DOUBLE))::VARCHAR" if numeric else value
    row = desk.row(
        f"""WITH levels AS (
            SELECT coalesce({level}, '') AS level, o.lost FROM {customers} c JOIN {outcome} o USING (customer_id)),
        counted AS (SELECT level, count(*) AS n FROM levels GROUP BY level),
        kept AS (SELECT CASE WHEN n >= {_LEVEL} THEN level END AS level, lost FROM levels JOIN counted USING (level)),
        shares AS (SELECT count(*) AS n, avg(lost::INT) AS p FROM kept GROUP BY level)
        SELECT sum(n * 2 * p * (1 - p)) / sum(n) FROM shares"""
    )
    before = 2 * rate * (1 - rate)
    return 1 - float(row[0]) / before if row[0] is not None and before else 0.0


def offers(attributes: Mapping[str, str]) -> list[Note]:
    """Point at attributes that look like offers or treatments: who got them was no draw of lots."""
    return [
        Note(
            "offer",
            f"{label} looks like an offer or treatment. Unless lots decided who got it, differences between its groups"
            " show no effect; load experiments as assignments.",
            "customers",
            label,
        )
        for label in attributes.values()
        if _OFFER.search(label)
    ]
