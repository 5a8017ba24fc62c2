"""Use of the product: rows of any grain by customer and day, and by customer, day and feature."""

from data.importers.recognise_fields import Draft
from data.importers.transforms_desk import NO_ORIGIN, ORIGIN, Desk
from data.importers.transforms_keys import Keys, with_customer


def usage(desk: Desk, keys: Keys) -> list[Draft]:
    """Build usage_daily and feature_usage from whichever tables of use are here.

    Rows stay rows where a table has them: rows that share customer, day (and feature) are added up with the contract.
    """
    placed = {role: _placed(desk, keys, role) for role in ("usage_daily", "feature_usage", "events") if desk.has(role)}
    features = [_features(role, placed[role]) for role in ("feature_usage", "events") if role in placed]
    drafts: list[Draft] = []
    if features:
        query = " UNION ALL ".join(features)
        names = desk.names("feature_usage", "events")
        drafts.append(Draft("feature_usage", desk.view("feature_usage", query), names, lenient=_anonymous(desk)))
    if "usage_daily" in placed:
        drafts.append(_daily(desk, placed["usage_daily"]))
    elif features:
        drafts.append(_daily_of(desk, "feature_usage" if "feature_usage" in placed else "events", placed))
    return drafts


def _placed(desk: Desk, keys: Keys, role: str) -> str:
    day = ', "at"::DATE AS day, coalesce(count, 1) AS uses, event AS feature' if role == "events" else ""
    uses = ", coalesce(count, 1) AS uses" if role == "feature_usage" else ""
    return desk.view(f"{role}_placed", f"SELECT *{day}{uses} FROM ({with_customer(desk, keys, role)})")


def _anonymous(desk: Desk) -> frozenset[str]:
    """Product analytics also record visitors who are nobody's customer."""
    return frozenset({"customer_id"} if desk.system("events") else ())


def _features(role: str, rows: str) -> str:
    #: An event without a name is use of the day, not of a feature.
    named = "WHERE feature IS NOT NULL" if role == "events" else ""
    return f"SELECT _customer AS customer_id, day, feature, uses AS count, {ORIGIN} FROM {rows} {named}"


def _daily(desk: Desk, rows: str) -> Draft:
    minutes = "coalesce(minutes, seconds / 60, hours * 60)"
    names = desk.names("usage_daily")
    if desk.mapped("usage_daily", "user_id"):
        return Draft("usage_daily", _daily_of_users(desk, rows, minutes), names)
    query = f"""SELECT _customer AS customer_id, day, logins, active_users, {minutes} AS minutes,
        coalesce(core_actions, count) AS core_actions, features_used, new_feature_actions, {ORIGIN} FROM {rows}"""
    return Draft("usage_daily", desk.view("usage_daily", query), names)


def _daily_of_users(desk: Desk, rows: str, minutes: str) -> str:
    """Sum rows of single users: their number is counted, not added up."""
    n = desk.number(f"SELECT count(*) FROM {rows}")
    sentence = f"{n:,} rows of single users are summed to one row for each customer and day."
    desk.note("usage_daily", "summed", sentence, n=n)
    query = f"""SELECT _customer AS customer_id, day, sum(logins)::BIGINT AS logins,
        count(DISTINCT user_id) AS active_users, round(sum({minutes}), 6) AS minutes,
        sum(coalesce(core_actions, count))::BIGINT AS core_actions, max(features_used) AS features_used,
        sum(new_feature_actions)::BIGINT AS new_feature_actions, {NO_ORIGIN}
        FROM {rows} GROUP BY _customer, day"""
    return desk.view("usage_daily", query)


def _daily_of(desk: Desk, role: str, placed: dict[str, str]) -> Draft:
    """Sum features or events to days: what is known of a day without a table of daily use."""
    n = desk.number(f"SELECT count(*) FROM {placed[role]}")
    names = desk.names(role)
    desk.note(
        "usage_daily",
        "derived",
        f"Daily use is summed from {n:,} rows of {', '.join(names)}: no table of daily use is here.",
        n=n,
    )
    told = {name: desk.mapped(role, name) for name in ("user_id", "session_id", "seconds", "minutes")}
    users = "count(DISTINCT user_id)" if told["user_id"] else "NULL"
    logins = "count(DISTINCT session_id)" if told["session_id"] else "NULL"
    #: Summed as seconds: whole numbers add up to the same whatever the order of rows.
    minutes = "round(sum(coalesce(minutes * 60, seconds)) / 60, 6)" if told["minutes"] else "sum(seconds) / 60"
    timed = minutes if told["minutes"] or told["seconds"] else "NULL"
    query = f"""SELECT _customer AS customer_id, day, {logins}::BIGINT AS logins, {users}::BIGINT AS active_users,
        {timed}::DOUBLE AS minutes, sum(uses)::BIGINT AS core_actions,
        count(DISTINCT feature)::BIGINT AS features_used, NULL::BIGINT AS new_feature_actions, {NO_ORIGIN}
        FROM {placed[role]} WHERE _customer IS NOT NULL GROUP BY _customer, day"""
    return Draft("usage_daily", desk.view("usage_daily", query), names)
