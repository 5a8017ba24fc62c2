"""How the number of a finding is written: its value, its limits, and what it rests on."""

from dashboard import formats
from dashboard.language import _
from data.records_improvement import Number, Unit


def amount(value: float, unit: Unit, currency: str = "") -> str:
    """A value in its unit: rates as percent, money from cents."""
    if unit == "rate":
        return formats.rate(value)
    if unit == "money":
        return formats.money(value, currency, compact=True)
    return formats.count(value) if unit in {"count", "days"} else formats.decimal(value)


def number(found: Number | None, currency: str = "") -> str:
    """A figure with its interval; nothing where there is none."""
    if found is None:
        return ""
    if found.value is None:
        return _("not enough data")
    said = amount(found.value, found.unit, currency)
    if found.low is None or found.high is None:
        return said
    return f"{said} ({amount(found.low, found.unit, currency)} – {amount(found.high, found.unit, currency)})"
