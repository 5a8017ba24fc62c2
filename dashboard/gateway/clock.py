"""The only clock above the data."""

from datetime import UTC, date, datetime, timedelta


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def latest_today() -> date:
    """Today where the day begins first: east of Greenwich it is tomorrow already."""
    return today() + timedelta(days=1)


def today() -> date:
    """Today, in UTC."""
    return now().date()
