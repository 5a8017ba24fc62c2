"""Numbers as people write them: which sign is the decimal one is decided per column, from all its values."""

from dataclasses import dataclass
from typing import Literal

from data.importers.workbench import Workbench, literal, quoted
from data.staged import Note

Style = Literal["point", "comma"]

#: A number with what may stand around it: currency sign or code, percent, brackets or a sign behind for minus.
_DRESSED = (
    r"(?i)^([-+(\x{2212}]{0,2})\s*(?:US\$|[$\x{20ac}\x{a3}\x{a5}\x{ffe5}\x{20b9}\x{20bd}\x{20a9}\x{20aa}\x{20ba}\x{e3f}]|[A-Z]{3}\s)?\s*([-+]?)"
    r"(\d[\d.,'\x{2019}\s\x{a0}\x{202f}\x{2009}]*|[.,]\d+)(e[-+]?\d+)?\s*"
    r"(?:%|[$\x{20ac}\x{a3}\x{a5}\x{ffe5}\x{20b9}\x{20bd}\x{20a9}\x{20aa}\x{20ba}\x{5143}]|\s[A-Z]{3})?\s*([-)]?)$"
)
#: Whole numbers and decimals whose groups of thousands are right (lakhs too), for each decimal sign.
_POINT = r"^\d*(\.\d*)?$|^\d{1,3}(,\d{2})*(,\d{3})+(\.\d*)?$"
_COMMA = r"^\d*(,\d*)?$|^\d{1,3}(\.\d{3})+(,\d*)?$"


@dataclass(frozen=True)
class NumberLook:
    """What a column says of its decimal sign: counts of values that fit one sign only, or both."""

    point: int = 0
    comma: int = 0
    either: int = 0
    plain: bool = True

    @property
    def style(self) -> Style | None:
        """The decimal sign the column decides by itself, None when it does not."""
        if self.comma > self.point:
            return "comma"
        return "point" if self.point else None


def look(bench: Workbench, relation: str, column: str, plain: bool) -> NumberLook:
    """Count what speaks for each decimal sign."""
    digits = f"regexp_replace({_core('d', 3)}, '[^0-9.,]', '', 'g')"
    query = f"""
        WITH different AS MATERIALIZED (SELECT DISTINCT {quoted(column)} AS d FROM {quoted(relation)}),
        seen AS (SELECT DISTINCT {digits} AS v FROM different WHERE regexp_matches(d, '[.,]')),
        fits AS (
            SELECT regexp_matches(v, '{_POINT}') AS p, regexp_matches(v, '{_COMMA}') AS c FROM seen WHERE v <> '')
        SELECT count(*) FILTER (p AND NOT c), count(*) FILTER (c AND NOT p), count(*) FILTER (p AND c) FROM fits"""
    point, comma, either = bench.row(query)
    return NumberLook(point, comma, either, plain)


def _core(source: str, group: int) -> str:
    return f"regexp_extract({source}, '{_DRESSED.replace(chr(39), chr(39) * 2)}', {group})"


def decimal_text(source: str, style: Style) -> str:
    """Return SQL giving the number as text DuckDB reads, NULL when the value is no number."""
    signs = f"concat({_core(source, 1)}, {_core(source, 2)}, {_core(source, 5)})"
    body = f"regexp_replace({_core(source, 3)}, '[^0-9.,]', '', 'g')"
    point, comma = f"replace({body}, ',', '')", f"replace(replace({body}, '.', ''), ',', '.')"
    first, second = (_POINT, point), (_COMMA, comma)
    if style == "comma":
        first, second = second, first
    number = (
        f"CASE WHEN {body} = '' THEN NULL WHEN regexp_matches({body}, '{first[0]}') THEN {first[1]} "
        f"WHEN regexp_matches({body}, '{second[0]}') THEN {second[1]} END"
    )
    minus = f"CASE WHEN regexp_matches({signs}, '[-(\\x{{2212}}]') THEN '-' ELSE '' END"
    return f"({minus} || {number} || {_core(source, 4)})"


def notes(look: NumberLook, style: Style, table: str, column: str, example: str) -> list[Note]:
    """Say how numbers with thousands or decimal commas were read, and where that was a guess."""
    said: list[Note] = []
    sign = "decimal comma" if style == "comma" else "decimal point"
    if look.point and look.comma:
        text = (
            f"{table}.{column}: {look.point} different values have a decimal point and {look.comma} a decimal "
            f"comma; each is read by what it "
            f"fits, what fits both with a {sign}. Set --option decimal.{column}=point or comma."
        )
        said.append(Note("number_mixed", text, table, column, "warning", look.point + look.comma))
    elif not look.plain and not look.style and look.either:
        text = (
            f"{table}.{column}: numbers like {example} fit both signs; read with a {sign}. "
            f"Set --option decimal.{column}={'comma' if style == 'point' else 'point'} if that is wrong."
        )
        said.append(Note("number_ambiguous", text, table, column, "warning", look.either))
    elif style == "comma" or not look.plain:
        text = f"{table}.{column}: numbers like {example} are read with a {sign}."
        said.append(Note("number_format", text, table, column))
    return said


def sql_word(text: str) -> str:
    """Return a comparable literal."""
    return literal(text.lower())
