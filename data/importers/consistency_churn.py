"""Sources of loss that disagree: a customer's flag, churn events, ended subscriptions, and what is still paid."""

from collections.abc import Iterator, Mapping
from datetime import date

from data.importers.consistency_checks import Check
from data.importers.transforms_desk import Desk
from data.importers.transforms_words import STATUS, choice
from data.staged import Note

#: Below this many customers one class says nothing.
_ENOUGH = 20


def flagged(desk: Desk) -> str | None:
    """Return a view (customer_id, lost) of what a customer's own flag or state says; None when no file has one."""
    for role in ("customers", "snapshot"):
        if desk.mapped(role, "churned") or (role == "customers" and desk.mapped(role, "status")):
            key = "coalesce(external_id, customer_id)" if role == "customers" else "customer_id"
            told = f"coalesce(churned, {choice('status', STATUS)} = 'cancelled')" if role == "customers" else "churned"
            return desk.view(
                "flagged",
                f"SELECT {key} AS customer_id, bool_or({told}) AS lost FROM {desk.gathered(role)} GROUP BY 1",
            )
    return None


def _flag_name(desk: Desk) -> str:
    for role in ("customers", "snapshot"):
        for typed in desk.tables.get(role, ()):
            for name in ("churned", "status"):
                if name in typed.reading.columns:
                    return f"{typed.reading.table}.{typed.reading.columns[name]}"
    return "flag"


def _exits(accepted: Mapping[str, str]) -> str | None:
    return f"(SELECT * FROM {accepted['surveys']} WHERE kind = 'exit')" if "surveys" in accepted else None


def _paying(accepted: Mapping[str, str], as_of: date) -> str:
    return f"""(SELECT DISTINCT customer_id FROM {accepted["subscriptions"]} WHERE mrr_cents > 0
        AND starts_on <= DATE '{as_of}' AND (ends_on IS NULL OR ends_on > DATE '{as_of}'))"""


def _ended(accepted: Mapping[str, str], as_of: date) -> str:
    return f"(SELECT * FROM {accepted['subscriptions']} WHERE ends_on <= DATE '{as_of}')"


def churn_checks(accepted: Mapping[str, str], desk: Desk, as_of: date) -> Iterator[Check]:
    """Give the checks between sources of loss that are here."""
    flags, exits = flagged(desk), _exits(accepted)
    if flags is not None and "subscriptions" in accepted and desk.has("subscriptions"):
        yield Check(
            "flagged_but_paying",
            "customers",
            f"""SELECT customer_id AS id, customer_id, 'flagged as lost, still pays on {as_of}' AS detail
            FROM {flags} WHERE lost AND customer_id IN (SELECT customer_id FROM {_paying(accepted, as_of)})""",
            "{n} customers are flagged as lost but still hold an open paid subscription.",
        )
        yield Check(
            "ended_not_flagged",
            "customers",
            f"""SELECT customer_id AS id, customer_id, 'a subscription ended, not flagged' AS detail FROM {flags}
            WHERE NOT lost AND customer_id IN (SELECT customer_id FROM {_ended(accepted, as_of)})""",
            "{n} customers have an ended subscription but are not flagged as lost.",
        )
    if flags is not None and exits is not None:
        yield _disagree(
            flags, exits, "flagged_without_event", "lost", "NOT IN", "are flagged as lost without a churn event"
        )
        yield _disagree(
            flags, exits, "event_without_flag", "NOT lost", "IN", "have a churn event but are not flagged as lost"
        )
    if exits is not None and "subscriptions" in accepted:
        yield Check(
            "event_but_paying",
            "surveys",
            f"""SELECT e.response_id AS id, e.customer_id, 'said to leave ' || e."at"::DATE || ', still pays' AS detail
            FROM {exits} e JOIN {_paying(accepted, as_of)} p USING (customer_id)""",
            "{n} churn events belong to customers that still hold an open paid subscription.",
        )
    if "customers" in accepted and desk.mapped("customers", "churned_on"):
        yield Check(
            "left_before_signing",
            "customers",
            f"""SELECT customer_id AS id, customer_id, 'left ' || churned_on || ', signed ' || signed_on AS detail
            FROM {desk.gathered("customers")} WHERE churned_on < signed_on""",
            "{n} customers left before they signed.",
        )
        yield Check(
            "left_without_flag",
            "customers",
            f"""SELECT customer_id AS id, customer_id, 'left ' || churned_on || ', flag says no' AS detail
            FROM {desk.gathered("customers")} WHERE churned_on <= DATE '{as_of}' AND NOT churned""",
            "{n} customers have a day of leaving but a flag that says they stayed.",
        )


def _disagree(flags: str, exits: str, code: str, state: str, among: str, words: str) -> Check:
    return Check(
        code,
        "customers",
        f"""SELECT customer_id AS id, customer_id, '{words}' AS detail FROM {flags}
        WHERE {state} AND customer_id {among} (SELECT customer_id FROM {exits} WHERE customer_id IS NOT NULL)""",
        f"{{n}} customers {words}.",
    )


def counts_of_loss(accepted: Mapping[str, str], desk: Desk, as_of: date) -> list[Note]:
    """Put the counts of lost customers side by side where sources differ."""
    counts: list[tuple[int, str]] = []
    flags, exits = flagged(desk), _exits(accepted)
    if flags is not None:
        n = desk.number(f"SELECT count(*) FROM {flags} WHERE lost")
        counts.append((n, f"{n:,} customers flagged by {_flag_name(desk)}"))
    if exits is not None:
        n, events = desk.row(f"SELECT count(DISTINCT customer_id), count(*) FROM {exits}")
        counts.append((n, f"{n:,} customers with churn events ({events:,} events)"))
    if "subscriptions" in accepted and desk.has("subscriptions"):
        ended, of = desk.row(f"SELECT count(*), count(DISTINCT customer_id) FROM {_ended(accepted, as_of)}")
        counts.append((ended, f"{ended:,} ended subscriptions (of {of:,} customers)"))
        gone = desk.number(_gone(accepted, as_of))
        counts.append((gone, f"{gone:,} customers that paid once and pay nothing on {as_of}"))
    if len({n for n, _ in counts}) < 2 or len(counts) < 2:
        return []
    sentence = f"Sources of loss count differently: {'; '.join(words for _, words in counts)}."
    advice = " Churn is taken from paid periods; the others are kept beside it and never merged."
    return [Note("churn_counts", sentence + advice, "customers", "", "warning", len(counts))]


def _gone(accepted: Mapping[str, str], as_of: date) -> str:
    return f"""SELECT count(DISTINCT customer_id) FROM {accepted["subscriptions"]} WHERE mrr_cents > 0
        AND starts_on <= DATE '{as_of}' AND customer_id NOT IN {_paying(accepted, as_of)}"""


def one_class(accepted: Mapping[str, str], desk: Desk, as_of: date) -> list[Note]:
    """Say when everybody left or nobody did: a rate of one class is no rate."""
    if "subscriptions" not in accepted:
        return []
    everybody, paying = desk.row(
        f"""SELECT count(DISTINCT customer_id), (SELECT count(*) FROM {_paying(accepted, as_of)})
        FROM {accepted["subscriptions"]} WHERE mrr_cents > 0 AND starts_on <= DATE '{as_of}'"""
    )
    if everybody == 0 or 0 < paying < everybody:
        return []
    if paying == 0:
        sentence = f"All {everybody:,} customers have left: without customers who stayed there is no churn rate."
    elif everybody >= _ENOUGH:
        sentence = f"None of {everybody:,} customers has left by {as_of}: there is nothing to compare losses with."
    else:
        return []
    return [Note("one_class", sentence, "subscriptions", "", "warning", everybody)]
