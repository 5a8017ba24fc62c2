"""Outcomes of experiments: further columns of an assignments file that hold numbers, or yes and no, as numbers."""

from dataclasses import dataclass, replace

from data.importers import numbers, words
from data.importers.options import ReadOptions
from data.importers.parse import among, as_number
from data.importers.raw import RawTable
from data.importers.recognise_fields import Field, Reading
from data.importers.workbench import Workbench, quoted
from data.staged import Note


@dataclass(frozen=True)
class Outcomes:
    """The outcome columns of one file: its reading without the columns that are none, their SQL, and what to say."""

    reading: Reading
    selected: list[str]
    notes: list[Note]


@dataclass(frozen=True)
class _Column:
    name: str
    header: str
    value: str
    notes: tuple[Note, ...]


def outcomes(bench: Workbench, raw: RawTable, reading: Reading, options: ReadOptions) -> Outcomes:
    """Read a column as an outcome where most of its values are numbers, or yes and no; what is neither stays empty."""
    kept: list[_Column] = []
    left: list[str] = []
    notes: list[Note] = []
    for name, header in reading.attributes.items():
        column = _column(bench, raw, name, header, options)
        values, known = _counts(bench, raw, column)
        if 2 * known < values or not known:
            left.append(header)
            continue
        kept.append(column)
        notes += column.notes
        if known < values:
            notes.append(_unreadable(bench, raw, column, values - known))
    if kept:
        notes.append(_said(raw, [c.header for c in kept]))
    if left:
        notes.append(_left_out(raw, left))
    selected = [f"{c.value} AS {quoted(c.name)}" for c in kept]
    return Outcomes(replace(reading, attributes={c.name: c.header for c in kept}), selected, notes)


def _column(bench: Workbench, raw: RawTable, name: str, header: str, options: ReadOptions) -> _Column:
    source = quoted(header)
    plain = bench.number(
        f"SELECT count(*) FROM {quoted(raw.relation)} WHERE {source} IS NOT NULL AND NOT {_plain(source)}"
    )
    look = numbers.look(bench, raw.relation, header, not plain)
    style = "comma" if (options.of("decimal", header) or look.style) == "comma" else "point"
    number = as_number(Field(name, "number"), header, look, style, "").value
    word = f"CASE WHEN {among(source, words.YES)} THEN 1.0 WHEN {among(source, words.NO)} THEN 0.0 END"
    value = f"coalesce({number}, {word})"
    rows = f"SELECT {source} FROM {quoted(raw.relation)} WHERE regexp_matches({source}, '\\d')"
    dressed = bench.rows(f"{rows} AND NOT {_plain(source)} AND {number} IS NOT NULL LIMIT 1")
    said = numbers.notes(look, style, raw.name, header, dressed[0][0]) if dressed else []
    return _Column(name, header, value, tuple(said))


def _plain(source: str) -> str:
    return f"coalesce(isfinite(TRY_CAST({source} AS DOUBLE)), false)"


def _counts(bench: Workbench, raw: RawTable, column: _Column) -> tuple[int, int]:
    """Values, and those of them that are numbers, or yes or no."""
    source = quoted(column.header)
    there = f"{source} IS NOT NULL AND NOT {among(source, words.NOTHING)}"
    values, known = bench.row(f"SELECT count(*) FILTER ({there}), count({column.value}) FROM {quoted(raw.relation)}")
    return values, known


def _unreadable(bench: Workbench, raw: RawTable, column: _Column, n: int) -> Note:
    source = quoted(column.header)
    example = bench.row(
        f"SELECT min({source}) FROM {quoted(raw.relation)} WHERE {column.value} IS NULL AND NOT "
        f"{among(source, words.NOTHING)}"
    )[0]
    text = (
        f"{raw.name}.{column.header}: {n:,} values are neither a number nor yes or no (for example {example}); they "
        "stay empty and count in no comparison."
    )
    return Note("outcome_unreadable", text, raw.name, column.header, "warning", n)


def _said(raw: RawTable, headers: list[str]) -> Note:
    return Note("outcomes", f"{raw.name}: read as outcomes of the experiment: {', '.join(headers)}.", raw.name)


def _left_out(raw: RawTable, headers: list[str]) -> Note:
    text = (
        f"{raw.name}: most values of {', '.join(headers)} are neither numbers nor yes or no; these columns are no "
        "outcomes and are left out."
    )
    return Note("outcome_left_out", text, raw.name, count=len(headers))
