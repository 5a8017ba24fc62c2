"""Exit surveys from churn events, other surveys, touches, experiments and the log of releases."""

from data.importers.propose_content import quoted
from data.importers.recognise_fields import Draft
from data.importers.transforms_desk import ORIGIN, Desk
from data.importers.transforms_keys import Keys, with_customer

_SURVEY = """CASE WHEN regexp_matches(lower(kind), 'nps|promoter|推荐') THEN 'nps'
    WHEN regexp_matches(lower(kind), 'csat|satisf|满意') THEN 'csat'
    WHEN regexp_matches(lower(kind), 'exit|churn|cancel|流失|退') THEN 'exit' END"""


def surveys(desk: Desk, keys: Keys) -> Draft | None:
    """Build surveys: churn events become exit surveys."""
    parts: list[str] = []
    if desk.has("surveys"):
        rows = desk.view("surveys_placed", with_customer(desk, keys, "surveys"))
        parts.append(
            f"""SELECT response_id, _customer AS customer_id, "at", {_SURVEY} AS kind, score, reason, text,
            {ORIGIN} FROM {rows}"""
        )
        _say_kinds(desk, rows)
    if desk.has("exits"):
        rows = desk.view("exits_placed", with_customer(desk, keys, "exits"))
        parts.append(
            f"""SELECT exit_id AS response_id, _customer AS customer_id, "on" AS "at", 'exit' AS kind, score, reason,
            text, {ORIGIN} FROM {rows}"""
        )
        n = desk.number(f"SELECT count(*) FROM {rows}")
        desk.note("surveys", "exits", f"{n:,} churn events are kept as exit surveys; they end no paid period.", n=n)
    if not parts:
        return None
    return Draft("surveys", desk.view("surveys", " UNION ALL ".join(parts)), desk.names("surveys", "exits"))


def _say_kinds(desk: Desk, rows: str) -> None:
    desk.note_count(
        "surveys",
        "survey_kind",
        f"SELECT count(*) FROM {rows} WHERE {_SURVEY} IS NULL",
        "{n} survey answers do not say whether they are NPS, satisfaction or exit.",
        warn=True,
    )


def touches(desk: Desk, keys: Keys) -> Draft | None:
    """Build touches: what marketing and relations did."""
    if not desk.has("touches"):
        return None
    rows = desk.view("touches_placed", with_customer(desk, keys, "touches"))
    source = "coalesce(source, CASE WHEN _system LIKE 'Salesforce%' THEN 'crm' END)"
    named = "CASE WHEN _system <> '' THEN regexp_replace(lower(_table), '^sf_|_data$', '', 'g') ELSE 'touch' END"
    query = f"""SELECT touch_id, _customer AS customer_id, "at", {source} AS source,
        coalesce(kind, {named}) AS kind, value, {ORIGIN} FROM {rows}"""
    #: A CRM also records meetings with leads, who are nobody's customer yet.
    lenient = frozenset({"customer_id"} if desk.system("touches") else ())
    return Draft("touches", desk.view("touches", query), desk.names("touches"), lenient=lenient)


def assignments(desk: Desk, keys: Keys) -> Draft | None:
    """Build assignments with the outcomes in further columns; a file that names no experiment is one."""
    if not desk.has("assignments"):
        return None
    rows = desk.view("assignments_placed", with_customer(desk, keys, "assignments"))
    outcomes = desk.attributes("assignments")
    columns = ", ".join(["assigned_at", "exposed_at", *map(quoted, outcomes), ORIGIN])
    query = f"""SELECT coalesce(experiment_key, _table) AS experiment_key, _customer AS customer_id, variant,
        {columns} FROM {rows}"""
    return Draft("assignments", desk.view("assignments", query), desk.names("assignments"), outcomes)


def releases_log(desk: Desk) -> Draft | None:
    """Build the log of releases, price changes and campaigns."""
    if not desk.has("releases_log"):
        return None
    query = f"""SELECT event_id, "on", coalesce(kind, 'release') AS kind, title, {ORIGIN}
        FROM {desk.gathered("releases_log")}"""
    return Draft("releases_log", desk.view("releases_log", query), desk.names("releases_log"))
