"""One column of text as a typed SQL expression, and SQL that tells an unreadable value from a missing one."""

import re
from dataclasses import dataclass

from data.importers import dates, numbers, words
from data.importers.date_shapes import Order
from data.importers.dates import Clock, DateLook
from data.importers.numbers import NumberLook, Style
from data.importers.recognise_fields import Field
from data.importers.workbench import literal, quoted
from data.staged import Note

#: Minor units of a currency that has not two decimals (ISO 4217).
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
#: Up to 10^16 units with eight decimals; a thousand times that still fits 38 digits.
DECIMAL = "DECIMAL(24,8)"


@dataclass(frozen=True)
class Parsed:
    """A field as SQL.

    value    The typed value, NULL where it is missing or cannot be read.
    missing  True where the text means that there is no value; only asked where value is NULL.
    plain    No value of the column can fail: nothing has to be checked.
    """

    field: Field
    header: str
    value: str
    missing: str = "false"
    plain: bool = False
    what: str = "readable"
    notes: tuple[Note, ...] = ()

    @property
    def checked(self) -> bool:
        """Whether a row can fail because of this column."""
        return not self.plain or self.field.required

    @property
    def flag(self) -> str:
        """Column of the typed scratch file that is true where this column spoils the row."""
        return f"_bad_{self.field.name}"

    def bad(self, value: str) -> str:
        """Return SQL, true where the row cannot be used; `value` is the name the typed value goes by."""
        if self.field.required:
            return f"{value} IS NULL"
        present = f"{value} IS NOT NULL OR {quoted(self.header)} IS NULL"
        return f"CASE WHEN {present} THEN false ELSE NOT {self.missing} END"


def among(source: str, listed: tuple[str, ...]) -> str:
    """Return SQL that is true where the lower-cased text is one of the words."""
    return f"lower({source}) IN ({', '.join(literal(w) for w in listed)})"


def exactly(source: str, listed: tuple[str, ...]) -> str:
    """Return SQL that is true where the text is one of the words as they stand."""
    return f"{source} IN ({', '.join(literal(w) for w in listed)})"


def as_text(field: Field, header: str, technical: bool) -> Parsed:
    """Text stays as it is; what only programs write for nothing is nothing."""
    source = quoted(header)
    value = f"CASE WHEN NOT {exactly(source, words.TECHNICAL)} THEN {source} END" if technical else source
    return Parsed(field, header, value, "true", plain=True)


def as_id(field: Field, header: str, floats: bool, technical: bool) -> Parsed:
    """Ids are text; `floats` = every value ends in ".0", which a spreadsheet or data frame added."""
    source = quoted(header)
    bare = f"regexp_replace({source}, '\\.0+$', '')" if floats else source
    value = f"CASE WHEN NOT {exactly(source, words.NO_ID)} THEN {bare} END" if technical else bare
    return Parsed(field, header, value, "true", plain=True)


def as_boolean(field: Field, header: str) -> Parsed:
    """Yes and no in the spellings of exports; a column about leaving may also say churned or stayed."""
    source = quoted(header)
    yes, no = words.YES, words.NO
    if "churn" in field.name or field.name == "live":
        yes, no = (*yes, *words.LOST), (*no, *words.KEPT)
    value = f"CASE WHEN {among(source, yes)} THEN true WHEN {among(source, no)} THEN false END"
    return Parsed(field, header, value, among(source, words.NOTHING), what="yes or no")


def as_number(field: Field, header: str, look: NumberLook, style: Style, currency: str) -> Parsed:
    """Whole numbers, numbers, and money in major or minor units."""
    source = quoted(header)
    value = _typed_number(field, source, currency)
    if not look.plain or style != "point":
        dressed = _typed_number(field, numbers.decimal_text(source, style), currency)
        # Most values need no closer look; a second branch is worked out only for rows the first leaves empty.
        value = f"coalesce({value}, {dressed})" if style == "point" else dressed
    tenure = field.name.startswith("tenure")
    what = (
        "a tenure of 0 or more"
        if tenure
        else {"integer": "a whole number", "money": "a whole number of minor units (cents)"}.get(field.kind, "a number")
    )
    plain = look.plain and style == "point" and not tenure
    return Parsed(field, header, value, among(source, words.NOTHING), plain, what)


def _typed_number(field: Field, text: str, currency: str) -> str:
    double = f"TRY_CAST({text} AS DOUBLE)"
    if field.kind == "number":
        possible = f"isfinite({double}) AND {double} >= 0" if field.name.startswith("tenure") else f"isfinite({double})"
        return f"CASE WHEN {possible} THEN {double} END"
    if field.kind == "amount":
        decimal = f"TRY_CAST({text} AS {DECIMAL})"
        return f"TRY_CAST(round_even({decimal} * {minor_units(currency)}, 0) AS BIGINT)"
    # Casting '1.7' to BIGINT rounds; only numbers that are whole as doubles too may pass.
    whole = f"TRY_CAST({text} AS BIGINT)"
    return f"CASE WHEN {whole} = {double} THEN {whole} END"


def minor_units(currency: str) -> str:
    """Return SQL for how many minor units a unit of the currency (SQL text expression) has."""
    code = f"upper({currency})"
    none = ", ".join(literal(c) for c in _NO_DECIMALS.split())
    three = ", ".join(literal(c) for c in _THREE_DECIMALS.split())
    return f"CASE WHEN {code} IN ({none}) THEN 1 WHEN {code} IN ({three}) THEN 1000 ELSE 100 END"


def as_date(field: Field, header: str, look: DateLook, wish: str, hint: Order | None, zone: str, table: str) -> Parsed:
    """Days and moments in the reporting time zone. A day is the day as written; a moment has the day it has there."""
    clock = Clock(zone, in_utc=re.search(r"(?<![a-z])utc(?![a-z])", header.lower()) is not None)
    reading = dates.read(look, quoted(header), wish, hint, clock, table, header)
    notes = reading.notes
    if field.kind == "date" and look.offsets and zone == "UTC":
        notes = (*notes, _zone_assumed(look, table, header))
    value = f"CAST({reading.day} AS DATE)" if field.kind == "date" else reading.value
    what = "a date" if field.kind == "date" else "a date or time"
    return Parsed(field, header, value, reading.missing, look.plain and not wish, what, notes)


def _zone_assumed(look: DateLook, table: str, header: str) -> Note:
    text = (
        f"{table}.{header}: {look.offsets} different values are moments with an offset from UTC; each is the day it "
        "was in UTC. Set --option time_zone=NAME (such as Europe/Berlin) if your days are those of another zone."
    )
    return Note("date_zone", text, table, header, "warning", look.offsets)
