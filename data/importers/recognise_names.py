"""Header names made comparable: blanks, case, BOM, camel case, prefixes and suffixes that exports add."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from data.contracts import ATTRIBUTE_PREFIX

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^\w]+|_+", re.UNICODE)
_METADATA = re.compile(r"\(metadata\)\s*$", re.IGNORECASE)
_CUSTOM = re.compile(r"\[(list|txt|dec|flag|date|int)\]\s*$", re.IGNORECASE)
#: Salesforce's custom fields, as the API (`Region__c`) and as a connector (`region_c`) write them.
_SALESFORCE = re.compile(r"[A-Za-z0-9]_{1,2}c$")
_UTC = re.compile(r"\(utc\)\s*$", re.IGNORECASE)
#: HubSpot's connector writes every property of an object under this prefix.
_PROPERTY = re.compile(r"^property_+")


#: A file of some hundred columns asks for the same names some hundred times each.
_kept = lru_cache(maxsize=8_192)


@_kept
def normal(header: str) -> str:
    """Return a header as lower-case words joined by underscores, without BOM, "(UTC)" and "property_"."""
    text = unicodedata.normalize("NFKC", header).replace("\ufeff", "").strip()
    text = _CAMEL.sub("_", _UTC.sub("", text))
    return _PROPERTY.sub("", _SEPARATORS.sub("_", text).strip("_").lower())


def squeezed(header: str) -> str:
    """Return `normal` without separators, so that customerid, customer_id and CustomerID compare equal."""
    return normal(header).replace("_", "")


#: German writes these letters as two where it has no sign for them.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@_kept
def unmarked(text: str) -> str:
    """Return a text without the marks on its letters: résilié as resilie, Kündigung as Kundigung."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in apart if not unicodedata.combining(c)))


def spellings(name: str) -> tuple[str, ...]:
    """Return a squeezed name as people write it who have no marked letters: kundigung, kuendigung."""
    return tuple(dict.fromkeys((unmarked(name), unmarked(name.casefold().translate(_UMLAUTS)))))


def is_custom(header: str) -> bool:
    """Say whether an export marks the column as added by its owner, as in "plan (metadata)" or "Cause [list]"."""
    return bool(_METADATA.search(header) or _CUSTOM.search(header) or _SALESFORCE.search(header))


def slug(header: str, prefix: str = ATTRIBUTE_PREFIX) -> str:
    """Return the attribute column a header is stored in, or the outcome column."""
    bare = _CUSTOM.sub("", _METADATA.sub("", header))
    return prefix + (normal(bare) or "column")


def attribute_columns(headers: Iterable[str], prefix: str = ATTRIBUTE_PREFIX) -> dict[str, str]:
    """Return attribute (or outcome) column -> header; headers that differ only in blanks or case get a number."""
    found: dict[str, str] = {}
    for header in headers:
        name, n = slug(header, prefix), 2
        while name in found:
            name, n = f"{slug(header, prefix)}_{n}", n + 1
        found[name] = header
    return found
