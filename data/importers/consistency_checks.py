"""Single contradictions between dates and ids, each a query that lists its rows as id, customer_id, detail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from data.contracts import TABLES
from data.importers.propose_content import quoted, text
from data.importers.transforms_desk import Desk


@dataclass(frozen=True)
class Check:
    """One kind of contradiction.

    query     Gives id, customer_id and detail, all text, one row per finding.
    sentence  What {n} findings mean.
    """

    code: str
    table: str
    query: str
    sentence: str
    column: str = ""


def checks(
    accepted: Mapping[str, str], desk: Desk, as_of: date, known: str | None = None, assigned: str | None = None
) -> Iterator[Check]:
    """Give every check whose tables are here; `known` customers and assignments are there already, and stay."""
    yield from _orphans(accepted, known)
    if assigned and "assignments" in accepted:
        yield _assigned_otherwise(accepted["assignments"], assigned)
    yield from _dates(accepted, as_of)
    if "customers" in accepted:
        yield from _before_signing(accepted)
    yield from _use_outside(accepted, desk)
    yield from _repeated(desk)
    yield from _links(desk)


def _key(table: str) -> str:
    return f"concat_ws('/', {', '.join(f't.{quoted(c)}' for c in TABLES[table].key)})"


def _orphans(accepted: Mapping[str, str], known: str | None) -> Iterator[Check]:
    lists = [relation for relation in (accepted.get("customers"), known) if relation]
    if not lists:
        return
    strange = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {c} c WHERE c.customer_id = t.customer_id)" for c in lists)
    whose = "this import or the release it is merged into" if known else "this import"
    for table, relation in accepted.items():
        if table in ("customers", "releases_log"):
            continue
        yield Check(
            "orphans",
            table,
            f"""SELECT {_key(table)} AS id, customer_id, 'no such customer' AS detail FROM {relation} t
            WHERE {strange}""",
            f"{{n}} rows of {table} belong to no customer of {whose}.",
            "customer_id",
        )


def _assigned_otherwise(relation: str, assigned: str) -> Check:
    return Check(
        "variant_changed",
        "assignments",
        f"""SELECT {_key("assignments")} AS id, customer_id, 'was ' || e.variant || ', now ' || t.variant AS detail
        FROM {relation} t JOIN {assigned} e USING (experiment_key, customer_id) WHERE t.variant <> e.variant""",
        "{n} customers had another variant of the same experiment before; the first assignment stands.",
        "variant",
    )


def _earlier(table: str, relation: str, first: str, second: str, sentence: str, code: str) -> Check:
    """Return a check for rows whose `first` lies before its `second`."""
    a, b = quoted(first), quoted(second)
    return Check(
        code,
        table,
        f"""SELECT {_key(table)} AS id, customer_id, '{first} ' || {a} || ', {second} ' || {b} AS detail
        FROM {relation} t WHERE {a} < {b}""",
        sentence,
        first,
    )


def _dates(accepted: Mapping[str, str], as_of: date) -> Iterator[Check]:
    if "subscriptions" in accepted:
        relation = accepted["subscriptions"]
        yield _earlier(
            "subscriptions",
            relation,
            "ends_on",
            "starts_on",
            "{n} subscriptions end before they start.",
            "end_before_start",
        )
        yield Check(
            "status_against_end",
            "subscriptions",
            f"""SELECT subscription_id AS id, customer_id, status || ', ended ' || ends_on AS detail FROM {relation}
            WHERE status IN ('active', 'past_due', 'paused') AND ends_on <= DATE '{as_of}'""",
            "{n} subscriptions are said to run but have ended; the end day counts.",
            "status",
        )
    if "tickets" in accepted:
        relation = accepted["tickets"]
        for first, second, words, code in (
            ("resolved_at", "opened_at", "were resolved before they were opened", "resolved_before_opened"),
            ("first_response_at", "opened_at", "were answered before they were opened", "answered_before_opened"),
            ("resolved_at", "first_response_at", "were resolved before the first answer", "resolved_before_answered"),
        ):
            yield _earlier("tickets", relation, first, second, f"{{n}} tickets {words}.", code)
    if "invoices" in accepted:
        yield Check(
            "paid_in_future",
            "invoices",
            f"""SELECT invoice_id AS id, customer_id, 'paid_on ' || paid_on AS detail FROM {accepted["invoices"]}
            WHERE paid_on > DATE '{as_of}'""",
            f"{{n}} invoices were paid after {as_of}.",
            "paid_on",
        )


def _before_signing(accepted: Mapping[str, str]) -> Iterator[Check]:
    for table, day, words, code in (
        ("tickets", "opened_at", "tickets were opened", "ticket_before_signing"),
        ("subscriptions", "starts_on", "subscriptions start", "start_before_signing"),
        ("surveys", "at", "survey answers were given", "survey_before_signing"),
        ("usage_daily", "day", "days of use lie", "use_before_signing"),
    ):
        if table in accepted:
            yield Check(
                code,
                table,
                f"""SELECT {_key(table)} AS id, t.customer_id,
                '{day} ' || t.{quoted(day)} || ', signed_on ' || c.signed_on AS detail
                FROM {accepted[table]} t JOIN {accepted["customers"]} c USING (customer_id)
                WHERE t.{quoted(day)}::DATE < c.signed_on""",
                f"{{n}} {words} before the customer signed.",
                day,
            )


def _use_outside(accepted: Mapping[str, str], desk: Desk) -> Iterator[Check]:
    """Compare rows of use that name a subscription with its period; needs the rows before they were summed."""
    if "subscriptions" not in accepted:
        return
    for role, table in (("feature_usage", "feature_usage"), ("usage_daily", "usage_daily")):
        if not desk.mapped(role, "subscription_id"):
            continue
        rows = f"{desk.gathered(role)} u JOIN {accepted['subscriptions']} s USING (subscription_id)"
        select = "SELECT coalesce(u.event_id, u.subscription_id || '/' || u.day) AS id, s.customer_id, 'day ' || u.day"
        yield Check(
            "use_before_start",
            table,
            f"{select} || ', subscription starts ' || s.starts_on AS detail FROM {rows} WHERE u.day < s.starts_on",
            "{n} rows of use are dated before their subscription starts; they are loaded.",
            "day",
        )
        yield Check(
            "use_after_end",
            table,
            f"{select} || ', subscription ended ' || s.ends_on AS detail FROM {rows} WHERE u.day > s.ends_on",
            "{n} rows of use are dated after their subscription ended; they are loaded.",
            "day",
        )


def _repeated(desk: Desk) -> Iterator[Check]:
    """Ids of rows that are summed anyway need not be unique, but a file that calls them ids should know."""
    for role in ("feature_usage", "usage_daily", "events"):
        if desk.mapped(role, "event_id"):
            rows = desk.gathered(role)
            names = ", ".join(desk.names(role))
            yield Check(
                "duplicates",
                "usage_daily" if role == "events" else role,
                f"""SELECT event_id AS id, any_value(customer_id) AS customer_id, count(*) || ' rows' AS detail,
                unnest(range(count(*) - 1)) AS again FROM {rows} WHERE event_id IS NOT NULL
                GROUP BY event_id HAVING count(*) > 1""",
                f"{{n}} rows of {names} repeat an id that should be unique; all rows are counted.",
                "event_id",
            )


def _links(desk: Desk) -> Iterator[Check]:
    """Link tables of an export that lead nowhere."""
    for role, field, to, key, words in (
        ("subscription_items", "subscription_id", "subscriptions", "subscription_id", "items name a subscription"),
        ("subscription_items", "plan_id", "plans", "plan_id", "items name a plan"),
        ("discounts", "subscription_id", "subscriptions", "subscription_id", "discounts name a subscription"),
        ("invoice_lines", "invoice_id", "invoices", "invoice_id", "invoice lines name an invoice"),
        ("payments", "invoice_id", "invoices", "invoice_id", "payments name an invoice"),
        ("ticket_replies", "ticket_id", "tickets", "ticket_id", "replies name a ticket"),
    ):
        if not desk.mapped(role, field) or not desk.has(to):
            continue
        yield Check(
            "orphans",
            role,
            f"""SELECT {quoted(field)} AS id, NULL::VARCHAR AS customer_id, {text(f"no such {field}")} AS detail
            FROM {desk.gathered(role)} r WHERE {quoted(field)} IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM {desk.gathered(to)} t WHERE t.{quoted(key)} = r.{quoted(field)})""",
            f"{{n}} {words} that is not in this import.",
            field,
        )
