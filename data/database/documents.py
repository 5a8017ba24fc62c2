"""JSON documents that keep days and moments: what is written is what is read."""

import json
from datetime import UTC, date, datetime
from typing import Any

DAY, MOMENT = "$date", "$at"


def to_text(document: Any) -> str:
    """The document as JSON text; days and aware moments are tagged, tuples become lists, NaN is refused."""
    return json.dumps(document, default=_tagged, ensure_ascii=False, allow_nan=False)


def from_text(text: str | bytes) -> Any:
    """The document that `to_text` wrote."""
    return json.loads(text, object_hook=_untagged)


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {MOMENT: value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    raise TypeError(f"A document holds text, numbers, lists, dictionaries, days and moments; not {type(value)!r}.")


def _untagged(value: dict[str, Any]) -> Any:
    if value.keys() == {DAY}:
        return date.fromisoformat(value[DAY])
    if value.keys() == {MOMENT}:
        return datetime.fromisoformat(value[MOMENT])
    return value
