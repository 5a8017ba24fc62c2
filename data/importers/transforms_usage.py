"""Use of the product: rows of any grain summed to customer and day, and to customer, day and feature."""

from data.contracts import USAGE_DAILY
from data.importers.propose_content import quoted
from data.importers.recognise_fields import Draft
from data.importers.transforms_desk import Desk
from data.importers.transforms_keys import Keys, unplaced, with_customer

_SUMS = {c: f"sum({c})" for c in ("logins", "minutes", "core_actions", "features_used", "new_feature_actions")}


def usage(desk: Desk, keys: Keys) -> list[Draft]:
    """Build usage_daily and feature_usage from whichever tables of use are here."""
    drafts: list[Draft] = []
    daily, features = desk.has("usage_daily"), desk.has("feature_usage")
    if daily:
        drafts.append(_daily(desk, keys))
    if features:
        drafts += _features(desk, keys, also_daily=not daily)
    if desk.has("events"):
        drafts += _events(desk, keys, also_daily=not daily and not features, also_features=not features)
    return drafts


def _placed(desk: Desk, keys: Keys, role: str) -> tuple[str, str | None]:
    """Return rows with their customer, and the rejects of rows whose customer nobody knows."""
    placed = desk.view(f"{role}_placed", with_customer(desk, keys, role))
    if not desk.mapped(role, "subscription_id") and not desk.mapped(role, "user_id"):
        return placed, None
    return placed, unplaced(desk, placed, role)


def _say_sum(desk: Desk, table: str, role: str, rows: str, grain: str) -> bool:
    """Note how many rows are summed; say whether any two rows share the columns of `grain`."""
    n, groups = desk.row(f"SELECT count(*), count(DISTINCT ({grain})) FROM {rows} WHERE _customer IS NOT NULL")
    if n > groups:
        each = grain.removeprefix("_").replace(", ", " and ")
        sentence = f"{n:,} rows of {', '.join(desk.names(role))} are summed to {groups:,}, one for each {each}."
        desk.note(table, "summed", sentence, n=n)
    return bool(n > groups)


def _daily(desk: Desk, keys: Keys) -> Draft:
    rows, rejects = _placed(desk, keys, "usage_daily")
    minutes = "coalesce(minutes, seconds / 60, hours * 60)"
    users = "count(DISTINCT user_id)" if desk.mapped("usage_daily", "user_id") else "max(active_users)"
    ready = desk.view(
        "daily_rows",
        f"SELECT * REPLACE ({minutes} AS minutes, coalesce(core_actions, count) AS core_actions) FROM {rows}",
    )
    names = desk.names("usage_daily")
    if not _say_sum(desk, "usage_daily", "usage_daily", ready, "_customer, day"):
        columns = ", ".join(quoted(c) for c in USAGE_DAILY.names[1:])
        query = f"SELECT _customer AS customer_id, {columns}, _file, _row FROM {ready}"
        return Draft("usage_daily", desk.view("usage_daily", query), names)
    sums = {**_SUMS, "active_users": users}
    chosen = ", ".join(f"{sums[c]}::{_type(c)} AS {c}" for c in USAGE_DAILY.names[2:])
    query = f"""SELECT _customer AS customer_id, day, {chosen}, NULL::VARCHAR AS _file, NULL::BIGINT AS _row
        FROM {ready} WHERE _customer IS NOT NULL GROUP BY _customer, day"""
    return Draft("usage_daily", desk.view("usage_daily", query), names, rejects=rejects)


def _type(column: str) -> str:
    return "DOUBLE" if USAGE_DAILY.column(column).kind == "number" else "BIGINT"


def _features(desk: Desk, keys: Keys, *, also_daily: bool) -> list[Draft]:
    rows, rejects = _placed(desk, keys, "feature_usage")
    names = desk.names("feature_usage")
    _say_sum(desk, "feature_usage", "feature_usage", rows, "_customer, day, feature")
    counted = "sum(count)" if desk.mapped("feature_usage", "count") else "count(*)"
    query = f"""SELECT _customer AS customer_id, day, feature, {counted}::BIGINT AS count, NULL::VARCHAR AS _file,
        NULL::BIGINT AS _row FROM {rows} WHERE _customer IS NOT NULL GROUP BY _customer, day, feature"""
    drafts = [Draft("feature_usage", desk.view("feature_usage", query), names, rejects=rejects)]
    if also_daily:
        drafts.append(_daily_of_features(desk, rows, counted))
    return drafts


def _daily_of_features(desk: Desk, rows: str, counted: str) -> Draft:
    """Sum features to days: what is known of a day without a table of daily use."""
    desk.note("usage_daily", "derived", "Daily use is summed from the use of features: no table of daily use is here.")
    timed = any(desk.mapped("feature_usage", f) for f in ("minutes", "seconds"))
    minutes = "sum(coalesce(minutes, seconds / 60))" if timed else "NULL"
    users = "count(DISTINCT user_id)" if desk.mapped("feature_usage", "user_id") else "NULL"
    return Draft(
        "usage_daily", _days(desk, rows, "feature", counted, minutes, users, "NULL"), desk.names("feature_usage")
    )


def _days(desk: Desk, rows: str, feature: str, counted: str, minutes: str, users: str, logins: str) -> str:
    query = f"""SELECT _customer AS customer_id, day, {logins}::BIGINT AS logins, {users}::BIGINT AS active_users,
        {minutes}::DOUBLE AS minutes, {counted}::BIGINT AS core_actions,
        count(DISTINCT {feature})::BIGINT AS features_used,
        NULL::BIGINT AS new_feature_actions, NULL::VARCHAR AS _file, NULL::BIGINT AS _row
        FROM {rows} WHERE _customer IS NOT NULL GROUP BY _customer, day"""
    return desk.view("usage_daily", query)


def _events(desk: Desk, keys: Keys, *, also_daily: bool, also_features: bool) -> list[Draft]:
    placed, rejects = _placed(desk, keys, "events")
    rows = desk.view("events_by_day", f'SELECT *, "at"::DATE AS day FROM {placed}')
    names = desk.names("events")
    _say_sum(desk, "usage_daily", "events", rows, "_customer, day, event")
    drafts: list[Draft] = []
    if also_daily:
        logins = "count(DISTINCT session_id)" if desk.mapped("events", "session_id") else "NULL"
        users = "count(DISTINCT user_id)" if desk.mapped("events", "user_id") else "NULL"
        minutes = "sum(seconds / 60)" if desk.mapped("events", "seconds") else "NULL"
        daily = _days(desk, rows, "event", "sum(coalesce(count, 1))", minutes, users, logins)
        drafts.append(Draft("usage_daily", daily, names, rejects=rejects))
    if also_features:
        query = f"""SELECT _customer AS customer_id, day, event AS feature, sum(coalesce(count, 1))::BIGINT AS count,
            NULL::VARCHAR AS _file, NULL::BIGINT AS _row
            FROM {rows} WHERE _customer IS NOT NULL AND event IS NOT NULL GROUP BY _customer, day, event"""
        feature = Draft(
            "feature_usage", desk.view("feature_usage", query), names, rejects=None if also_daily else rejects
        )
        drafts.append(feature)
    return drafts
