"""Support tickets: whose they are, when answered and solved, and satisfaction on the scale of 1 to 5."""

from data.importers.recognise_fields import Draft
from data.importers.transforms_desk import ORIGIN, Desk
from data.importers.transforms_keys import Keys, with_customer
from data.importers.transforms_words import RESOLVED, listed


def tickets(desk: Desk, keys: Keys) -> Draft | None:
    """Build tickets; None when there are none."""
    if not desk.has("tickets"):
        return None
    placed = desk.view("tickets_placed", with_customer(desk, keys, "tickets", history_key="ticket_id"))
    rows = desk.view("ticket_rows", _with_links(desk, keys, placed))
    solved = f"lower(status) IN {listed(RESOLVED)}"
    desk.note_count(
        "tickets",
        "resolved_by_last_change",
        f"SELECT count(*) FROM {rows} WHERE {solved} AND {_told_end()} IS NULL AND changed_at IS NOT NULL",
        "{n} solved tickets do not say when; the moment of their last change stands for it.",
        warn=True,
    )
    query = f"""SELECT ticket_id, _customer AS customer_id, opened_at,
        coalesce(first_response_at, opened_at + to_seconds(round(coalesce(first_response_minutes,
            first_response_hours * 60) * 60)::BIGINT), _first_reply) AS first_response_at,
        coalesce({_told_end()}, CASE WHEN {solved} THEN changed_at END) AS resolved_at, category, priority,
        {_csat(desk, rows)} AS csat, coalesce(reopened, reopens > 0) AS reopened, {ORIGIN} FROM {rows}"""
    links = desk.names("ticket_users", "ticket_replies", "ticket_changes", "users")
    _say_missing(desk, rows)
    #: A help desk also answers people who are nobody's customer yet.
    lenient = frozenset({"customer_id"} if desk.system("tickets") else ())
    return Draft("tickets", desk.view("tickets", query), desk.names("tickets"), links=links, lenient=lenient)


def _told_end() -> str:
    lasted = "coalesce(resolution_minutes, resolution_hours * 60)"
    return f"coalesce(resolved_at, _solved_at, opened_at + to_seconds(round({lasted} * 60)::BIGINT))"


def _with_links(desk: Desk, keys: Keys, placed: str) -> str:
    """Return SQL that adds first answer, moment solved and customer from the link tables of a help desk."""
    #: An answer is the first public word of somebody who did not ask.
    answered = """r.user_id IS DISTINCT FROM t.user_id AND coalesce(r.public, TRUE)
        AND coalesce(r.author_kind, 'admin') IN ('admin', 'agent')
        AND coalesce(r.kind, 'comment') IN ('comment', 'reply')"""
    said = desk.gathered("ticket_replies")
    return f"""WITH asked AS (SELECT DISTINCT ticket_id, user_id FROM {placed} WHERE ticket_id IS NOT NULL),
        replies AS (SELECT t.ticket_id, min(r."at") AS moment FROM asked t JOIN {said} r USING (ticket_id)
            WHERE {answered} GROUP BY 1),
        solved AS (SELECT ticket_id, min("at") AS moment FROM {desk.gathered("ticket_changes")}
            WHERE lower(field) = 'status' AND lower(value) IN {listed(RESOLVED)} GROUP BY 1),
        others AS (SELECT l.ticket_id, min(k.customer_id) AS customer_id FROM {desk.gathered("ticket_users")} l
            JOIN {keys.users} k USING (user_id) WHERE coalesce(l.current, TRUE) GROUP BY 1)
        SELECT p.* REPLACE (coalesce(
            CASE WHEN p.customer_id IS NOT NULL OR p._customer <> p.user_id THEN p._customer END,
            o.customer_id, p._customer) AS _customer), r.moment AS _first_reply, s.moment AS _solved_at
        FROM {placed} p LEFT JOIN replies r USING (ticket_id) LEFT JOIN solved s USING (ticket_id)
        LEFT JOIN others o USING (ticket_id)"""


def _csat(desk: Desk, rows: str) -> str:
    """Return SQL for satisfaction from 1 to 5; other scales are stretched, words are translated, and both is said."""
    words = """CASE lower(trim(satisfaction)) WHEN 'good' THEN 5 WHEN 'bad' THEN 1
        WHEN 'goodwithcomment' THEN 5 WHEN 'badwithcomment' THEN 1 ELSE try_cast(satisfaction AS DOUBLE) END"""
    desk.note_count(
        "tickets",
        "csat_words",
        f"SELECT count(*) FROM {rows} WHERE lower(satisfaction) SIMILAR TO '(good|bad)(withcomment)?'",
        "{n} tickets are rated good or bad; good counts as 5 and bad as 1.",
    )
    lowest, highest = desk.row(f"SELECT min(csat), max(csat) FROM {rows}")
    if highest is None or (highest <= 5 and lowest >= 1):
        return f"coalesce(csat, {words})::DOUBLE"
    top = 10 if highest <= 10 else 100
    if highest <= 5 or highest > 100 or lowest < 0:
        return "csat::DOUBLE"
    bottom = 1 if lowest >= 1 and top == 10 else 0
    desk.note(
        "tickets",
        "csat_scale",
        f"Satisfaction runs to {highest:g}: the scale {bottom}-{top} is stretched to 1-5.",
        warn=True,
    )
    return f"(1 + (csat - {bottom}) * 4.0 / {top - bottom})::DOUBLE"


def _say_missing(desk: Desk, rows: str) -> None:
    if desk.number(f"SELECT count(_customer) FROM {rows}") == 0:
        sentence = "The tickets name no customer: add the table that links tickets to companies."
        desk.note("tickets", "no_customer", sentence, warn=True)
