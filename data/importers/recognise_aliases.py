"""Other names of a field in header rows, English and Chinese, from data/reference/field_names.json."""

import json
from functools import cache
from importlib.resources import files


@cache
def _names() -> dict[str, dict[str, str]]:
    text = files("data").joinpath("reference", "field_names.json").read_text(encoding="utf-8")
    return json.loads(text)


def aliases(role: str, field: str) -> tuple[str, ...]:
    """Return other names of a field, best known first, compared through `recognise_names.squeezed`."""
    return tuple(_names().get(role, {}).get(field, "").split())
