"""Raw tables with their values read: every column looked at as a whole first, then typed, and bad rows set aside."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data.contracts import TABLES
from data.importers import dates, numbers, words
from data.importers.date_shapes import Order
from data.importers.dates import DateLook
from data.importers.numbers import NumberLook
from data.importers.options import ReadOptions
from data.importers.outcomes import outcomes
from data.importers.parse import DECIMAL, Parsed, among, as_boolean, as_date, as_id, as_number, as_text, exactly
from data.importers.raw import FILE, ROW, RawTable
from data.importers.recognise_fields import Field, Reading, TypedTable
from data.importers.rejects import Rejects
from data.importers.workbench import Workbench, as_parquet, literal, quoted, this_file
from data.staged import Note

_NUMERIC = ("integer", "number", "money", "amount")
_DATES = ("date", "timestamp")
#: Columns per query where each value is compared with many words.
_AT_ONCE = 25


@dataclass(frozen=True)
class Glance:
    """Counts over one column: values, values readable without a closer look, values that need care."""

    values: int
    plain: int
    floats: int = 0
    scientific: int = 0
    technical: int = 0


@dataclass(frozen=True)
class Looked:
    """A raw table whose columns were looked at, before their formats are decided."""

    raw: RawTable
    reading: Reading
    glances: Mapping[str, Glance]
    dates: Mapping[str, DateLook]
    numbers: Mapping[str, NumberLook]

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Give every mapped field with its header."""
        for name, header in self.reading.columns.items():
            field = self.reading.role.field(name)
            if field is not None:
                yield field, header


def look(bench: Workbench, raw: RawTable, reading: Reading) -> Looked:
    """Look at all values of every mapped column; plain columns cost one shared scan."""
    found = Looked(raw, reading, {}, {}, {})
    fields = list(found.fields())
    glances = _glances(bench, raw, fields)
    date_looks, number_looks = {}, {}
    for field, header in fields:
        plain = glances[field.name].plain == glances[field.name].values
        if field.kind in _DATES:
            date_looks[field.name] = dates.PLAIN if plain else dates.look(bench, raw.relation, header, raw.excel)
        if field.kind in _NUMERIC:
            number_looks[field.name] = NumberLook() if plain else numbers.look(bench, raw.relation, header, plain)
    return replace(found, glances=glances, dates=date_looks, numbers=number_looks)


def _glances(bench: Workbench, raw: RawTable, fields: Sequence[tuple[Field, str]]) -> dict[str, Glance]:
    if not fields:
        return {}
    counts = ", ".join(_counts(field, quoted(header)) for field, header in fields)
    row = bench.row(f"SELECT {counts} FROM {quoted(raw.relation)}")
    return {field.name: Glance(*row[i * 5 : i * 5 + 5]) for i, (field, _) in enumerate(fields)}


def _counts(field: Field, source: str) -> str:
    plain, floats, scientific, technical = "true", "false", "false", "false"
    if field.kind == "id":
        floats, scientific = f"suffix({source}, '.0')", f"contains({source}, 'E+')"
        technical = f"{source} IN ({', '.join(literal(w) for w in words.NO_ID)})"
    elif field.kind in ("text", "choice"):
        technical = f"{source} IN ({', '.join(literal(w) for w in words.TECHNICAL)})"
    elif field.kind == "date":
        plain = (
            f"(length({source}) = 10 AND {source} LIKE '____-__-__' AND year(TRY_CAST({source} AS DATE)) "
            f"BETWEEN 1900 AND 2200)"
        )
    elif field.kind == "timestamp":
        long = (
            f"(length({source}) = 19 AND {source} LIKE '____-__-__ __:__:__' AND year(TRY_CAST({source} AS "
            f"TIMESTAMP)) BETWEEN 1900 AND 2200)"
        )
        plain = (
            f"({long} OR length({source}) = 10 AND {source} LIKE '____-__-__' AND year(TRY_CAST({source} AS "
            f"DATE)) BETWEEN 1900 AND 2200)"
        )
    elif field.kind in ("integer", "money"):
        plain = f"TRY_CAST({source} AS BIGINT) = TRY_CAST({source} AS DOUBLE)"
    elif field.kind == "number":
        plain = f"isfinite(TRY_CAST({source} AS DOUBLE))"
    elif field.kind == "amount":
        plain = f"TRY_CAST({source} AS {DECIMAL}) IS NOT NULL"
    filters = (plain, floats, scientific, technical)
    counted = (
        f"count(*) FILTER ({source} IS NOT NULL AND {test})" if test != "true" else f"count({source})"
        for test in filters
    )
    return ", ".join((f"count({source})", *counted))


@dataclass(frozen=True)
class Hints:
    """What the files of an import decide together: the order of day and month, per file and over all."""

    by_path: Mapping[str, Order]
    overall: Order | None

    def order(self, path: str) -> Order | None:
        """Return the order for a file: its own first."""
        return self.by_path.get(path) or self.overall


def hints(looked: Sequence[Looked]) -> Hints:
    """Add the votes of columns up, per file and over the import."""
    by_path: dict[str, Order] = {one.raw.path: order for one in looked if (order := _majority(one.dates.values()))}
    return Hints(by_path, _majority(d for one in looked for d in one.dates.values()))


def _majority(looks: Iterable[DateLook]) -> Order | None:
    """Only unanimous columns decide for others."""
    orders: set[Order] = {d.order for d in looks if d.order}
    return next(iter(orders)) if len(orders) == 1 else None


def typed(
    bench: Workbench, one: Looked, hint: Hints, options: ReadOptions, rejects: Rejects
) -> tuple[TypedTable, list[Note]]:
    """Type every mapped column; rows with an unreadable or missing required value go to the rejects."""
    parsed, notes = [], []
    for field, header in one.fields():
        column = _parsed(bench, one, field, header, hint, options)
        parsed.append(column)
        notes += column.notes
    one, attributes, said = _further(bench, one, options)
    every = _typed_once(bench, one, parsed, attributes)
    role = one.reading.role.name
    bad = rejects.unreadable(one.raw, role if role in TABLES else one.raw.name, every, parsed)
    names = [*(p.field.name for p in parsed), *one.reading.attributes, ROW, FILE]
    select = f"SELECT {', '.join(map(quoted, names))} FROM {every}"
    relation = bench.view("typed", select + (f" WHERE NOT ({bad})" if bad else ""))
    return TypedTable(one.reading, relation), [*notes, *said]


def _typed_once(bench: Workbench, one: Looked, parsed: Sequence[Parsed], attributes: Sequence[str]) -> str:
    """Work every value out once, into a scratch file, with a flag `_bad_<field>` for each column a row can fail by."""
    values = [f"{p.value} AS {quoted('_typed_' + p.field.name)}" for p in parsed]
    typed_ = [f"{quoted('_typed_' + p.field.name)} AS {quoted(p.field.name)}" for p in parsed]
    flags = [f"{p.bad(quoted('_typed_' + p.field.name))} AS {quoted(p.flag)}" for p in parsed if p.checked]
    inner = f"SELECT *, {', '.join(values)} FROM {quoted(one.raw.relation)}" if values else quoted(one.raw.relation)
    target = bench.file(".parquet")
    picked = ", ".join([*typed_, *attributes, *flags, ROW, FILE])
    bench.connection.execute(
        f"COPY (SELECT {picked} FROM ({inner})) TO {literal(str(target))} {as_parquet(len(parsed) + len(attributes))}"
    )
    return f"read_parquet({this_file(target)})"


def _parsed(bench: Workbench, one: Looked, field: Field, header: str, hint: Hints, options: ReadOptions) -> Parsed:
    glance = one.glances[field.name]
    if field.kind == "id":
        return _id(one, field, header, glance)
    if field.kind in ("text", "choice"):
        return as_text(field, header, glance.technical > 0)
    if field.kind == "boolean":
        return as_boolean(field, header)
    if field.kind in _DATES:
        wish = options.of("date_format", header) or options.of("date_format", field.name)
        dates.check_wish(wish)
        return as_date(
            field, header, one.dates[field.name], wish, hint.order(one.raw.path), options.time_zone, one.raw.name
        )
    return _number(bench, one, field, header, options)


def _id(one: Looked, field: Field, header: str, glance: Glance) -> Parsed:
    floats = 0 < glance.values == glance.floats
    parsed = as_id(field, header, floats, glance.technical > 0)
    where, notes = f"{one.raw.name}.{header}", []
    if floats:
        notes.append(
            Note(
                "id_float",
                f'{where}: every value ends in ".0"; it is taken off.',
                one.raw.name,
                header,
                "warning",
                glance.floats,
            )
        )
    if glance.scientific:
        text = (
            f"{where}: {glance.scientific} ids are in scientific notation, such as 1.03E+13: a spreadsheet lost "
            f"their digits. Export the file again without opening it there."
        )
        notes.append(Note("id_scientific", text, one.raw.name, header, "warning", glance.scientific))
    return replace(parsed, notes=tuple(notes))


def _number(bench: Workbench, one: Looked, field: Field, header: str, options: ReadOptions) -> Parsed:
    look = one.numbers[field.name]
    wish = options.of("decimal", header) or options.of("decimal", field.name)
    shared = {n.style for n in one.numbers.values() if n.style}
    style = (
        "comma" if (wish or look.style or (next(iter(shared)) if len(shared) == 1 else "point")) == "comma" else "point"
    )
    parsed = as_number(field, header, look, style, _currency(one, options))
    if look.plain:
        return parsed
    source = quoted(header)
    example = bench.rows(
        f"SELECT {source} FROM {quoted(one.raw.relation)} WHERE regexp_matches({source}, '\\d') AND "
        f"TRY_CAST({source} AS DOUBLE) IS NULL LIMIT 1"
    )
    return (
        replace(parsed, notes=tuple(numbers.notes(look, style, one.raw.name, header, example[0][0])))
        if example
        else parsed
    )


def _currency(one: Looked, options: ReadOptions) -> str:
    """Return SQL for a row's currency: its column, else the option, else none known."""
    header = one.reading.columns.get("currency")
    return quoted(header) if header else literal(options.of("currency"))


@dataclass(frozen=True)
class _Filled:
    """Counts over one attribute: values, numbers, words for nothing, and what only programs write for nothing."""

    values: int
    numbers: int
    nothing: int
    technical: int

    @property
    def is_numeric(self) -> bool:
        """Whether every value is a number or says that there is none."""
        return self.numbers > 0 and self.numbers + self.nothing == self.values


def _further(bench: Workbench, one: Looked, options: ReadOptions) -> tuple[Looked, list[str], list[Note]]:
    """The columns beside the fields: attributes, or the outcomes of an experiment."""
    if not one.reading.role.takes_outcomes:
        return (one, *_attributes(bench, one))
    found = outcomes(bench, one.raw, one.reading, options)
    return replace(one, reading=found.reading), found.selected, found.notes


def _attributes(bench: Workbench, one: Looked) -> tuple[list[str], list[Note]]:
    """Attributes stay text; a column of numbers says how many values are blank, and takes "NA" for blank."""
    columns = one.reading.attributes
    rows, filled = _fillings(bench, one.raw, list(columns.values()))
    selected, notes = [], []
    for name, header in columns.items():
        found = filled[header]
        selected.append(f"{_attribute(quoted(header), found)} AS {quoted(name)}")
        blank = rows - found.values + found.nothing
        if found.is_numeric and blank:
            text = f"{one.raw.name}.{header}: {blank} of {rows} values are blank; they stay missing."
            notes.append(Note("blank_values", text, one.raw.name, header, "info", blank))
    return selected, notes


def _fillings(bench: Workbench, raw: RawTable, headers: Sequence[str]) -> tuple[int, dict[str, _Filled]]:
    """Count the rows, and the values of each column; some columns at once, for every listed word takes memory."""
    rows, found = 0, {}
    for start in range(0, len(headers), _AT_ONCE):
        some = headers[start : start + _AT_ONCE]
        counts = ", ".join(_filling(quoted(header)) for header in some)
        row = bench.row(f"SELECT count(*), {counts} FROM {quoted(raw.relation)}")
        rows = row[0]
        found |= {header: _Filled(*row[1 + i * 4 : 5 + i * 4]) for i, header in enumerate(some)}
    return rows, found


def _filling(source: str) -> str:
    nothing = f"{source} IS NOT NULL AND {among(source, words.NOTHING)}"
    return (
        f"count({source}), count(*) FILTER (TRY_CAST({source} AS DOUBLE) IS NOT NULL), count(*) FILTER ({nothing}), "
        f"count(*) FILTER ({exactly(source, words.TECHNICAL)})"
    )


def _attribute(source: str, found: _Filled) -> str:
    """Words for nothing are looked for where there are any, by a pattern: a list of words takes memory per column."""
    count, listed = (found.nothing, words.NOTHING) if found.is_numeric else (found.technical, words.TECHNICAL)
    if not count:
        return source
    compared = f"lower({source})" if found.is_numeric else source
    pattern = "|".join(re.escape(word) for word in listed)
    return f"CASE WHEN NOT regexp_full_match({compared}, {literal(pattern)}) THEN {source} END"
