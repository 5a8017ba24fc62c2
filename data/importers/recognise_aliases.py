"""Other names of a field in header rows, from data/reference: English and Chinese, and German, Spanish and French."""

import json
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any


@cache
def _read(name: str) -> dict[str, Any]:
    return json.loads(files("data").joinpath("reference", name).read_text(encoding="utf-8"))


def aliases(role: str, field: str) -> tuple[str, ...]:
    """Return other names of a field, best known first, compared through `recognise_names.squeezed`."""
    return tuple(_read("field_names.json").get(role, {}).get(field, "").split())


def abroad(role: str, field: str) -> tuple[str, ...]:
    """Return the names of a field in further languages, best known of each first; "*" holds for every other role."""
    spoken = _read("field_names_abroad.json").values()
    lists = [(names.get(role, {}).get(field) or names["*"].get(field, "")).split() for names in spoken]
    return tuple(name for names in zip_longest(*lists) for name in names if name)
