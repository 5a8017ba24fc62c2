"""Dates and moments: their format is decided per column from all its values, and every guess is said."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from data.errors import DataProblem
from data.importers.date_shapes import FRACTION, MONTHS, WEEKDAY, ZONE, Order, Shape, order_of, shape_of
from data.importers.words import NOTHING, ZERO_DATES
from data.importers.workbench import Workbench, literal, quoted
from data.staged import Note

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
#: A column with more shapes than this holds no dates; the rarest are left unread.
_MOST_SHAPES = 60


@dataclass(frozen=True)
class DateLook:
    """What the values of a column say.

    shapes   Shape -> number of different values.
    dmy, mdy, ymd  Different values only that order of day and month explains.
    either   Different values several orders explain, with different days.
    plain    Every value is an ISO day (or ISO moment, where one is expected).
    dressed  Some values carry a weekday, fractions of a second or a zone.
    months_only  Different values without a day.
    offsets  Different values with an offset from UTC other than 0.
    """

    shapes: tuple[tuple[Shape, int], ...] = ()
    dmy: int = 0
    mdy: int = 0
    ymd: int = 0
    either: int = 0
    example: str = ""
    plain: bool = False
    dressed: bool = False
    months_only: int = 0
    offsets: int = 0

    @property
    def open(self) -> bool:
        """Whether some value's day and month could change places."""
        return any(shape.open for shape, _ in self.shapes)

    @property
    def order(self) -> Order | None:
        """The order the column decides by itself."""
        counts: dict[Order, int] = {"dmy": self.dmy, "mdy": self.mdy, "ymd": self.ymd}
        best: Order = max(counts, key=lambda order: counts[order])
        return best if counts[best] else None


PLAIN = DateLook(plain=True)


@dataclass(frozen=True)
class Clock:
    """What a moment stands for.

    zone    Reporting time zone: a moment is brought to it, one without a zone is in it already.
    in_utc  Moments without a zone are in UTC, because the header says so.
    """

    zone: str = "UTC"
    in_utc: bool = False

    def local(self, moment: str) -> str:
        """Return SQL from a moment in UTC to the local one."""
        return moment if self.zone == "UTC" else f"(({moment}) AT TIME ZONE 'UTC' AT TIME ZONE {literal(self.zone)})"


@dataclass(frozen=True)
class DateReading:
    """SQL from text to the local moment and its day, SQL that a value means nothing, what to say.

    Local is the reporting time zone; moments become UTC when the rows are handed over (`finish.final_query`), so that
    everything between may cut days off them.
    """

    value: str
    day: str
    missing: str
    notes: tuple[Note, ...] = field(default=())


def no_date(source: str) -> str:
    """Return SQL that is true where a value means that there is no date."""
    words = ", ".join(literal(w) for w in (*NOTHING, *ZERO_DATES))
    return f"(lower({source}) IN ({words}) OR {_never(source)})"


def _never(source: str) -> str:
    """9999-12-31 and its like: databases write them for an open end."""
    return f"(contains({source}, '9999') OR contains({source}, '2999'))"


def _bare(source: str) -> str:
    """Return SQL without weekday, fractions of a second and zone."""
    spaced = f"regexp_replace({source}, '\\s+', ' ', 'g')"
    return (
        f"regexp_replace(regexp_replace(regexp_replace({spaced}, '{WEEKDAY}', ''), '{FRACTION}', '\\1'), "
        f"'{ZONE}', '\\1')"
    )


def look(bench: Workbench, relation: str, column: str, excel: bool) -> DateLook:
    """Look at every different value of a column."""
    source = quoted(column)
    shape = f"regexp_replace(regexp_replace({_bare('v')}, '{MONTHS}', 'b'), '\\d', '9', 'g')"
    # First the different values, then everything that costs: a column of many rows has few days.
    values = bench.table("values", f"SELECT DISTINCT {source} AS v FROM {quoted(relation)} WHERE {source} IS NOT NULL")
    seen = bench.table("dates", f"SELECT v, {shape} AS shape FROM {quoted(values)} WHERE NOT {no_date('v')}")
    bench.connection.execute(f"DROP TABLE {quoted(values)}")
    counts = bench.rows(
        f"SELECT shape, count(*), min(v) FROM {quoted(seen)} GROUP BY shape ORDER BY 2 DESC, 1 LIMIT {_MOST_SHAPES}"
    )
    shapes = [(found, n) for pattern, n, _ in counts if (found := shape_of(pattern, excel))]
    opened = [pattern for pattern, _, _ in counts if (s := shape_of(pattern, excel)) and s.open]
    votes = _votes(bench, seen, opened) if opened else (0, 0, 0, 0, "")
    dressed, offsets = bench.row(
        f"SELECT count(*) FILTER ({_bare('v')} <> v), count(*) FILTER ({_offset('v')} <> to_minutes(0)) "
        f"FROM {quoted(seen)}"
    )
    bench.connection.execute(f"DROP TABLE {quoted(seen)}")
    months = sum(n for shape, n in shapes if shape.month_only)
    return DateLook(tuple(shapes), *votes, dressed=dressed > 0, months_only=months, offsets=offsets)


def _votes(bench: Workbench, seen: str, patterns: Sequence[str]) -> tuple[int, int, int, int, str]:
    """Count the values that only one order explains: a number above 12 is no month, one above 31 is a year."""
    listed = ", ".join(literal(p) for p in patterns)
    part = "CAST(regexp_extract(v, '(\\d+)\\D+(\\d+)\\D+(\\d+)', {}) AS INT)"
    either = "a <= 12 AND b <= 12 AND a <> b"
    query = f"""
        WITH parts AS (
            SELECT v, {part.format(1)} AS a, {part.format(2)} AS b FROM {quoted(seen)} WHERE shape IN ({listed}))
        SELECT count(*) FILTER (a BETWEEN 13 AND 31 AND b <= 12), count(*) FILTER (b BETWEEN 13 AND 31 AND a <= 12),
            count(*) FILTER (a > 31), count(*) FILTER ({either}), min(v) FILTER ({either})
        FROM parts"""
    dmy, mdy, ymd, open_, example = bench.row(query)
    return dmy, mdy, ymd, open_, example or ""


def read(
    look: DateLook, source: str, wish: str, hint: Order | None, clock: Clock, table: str, column: str
) -> DateReading:
    """Decide how a column is read.

    wish  What the reader set: an order (dmy, mdy, ymd) or a strptime format.
    hint  The order other columns of the same file or import decided.
    """
    if look.plain and not wish:
        plain = f"TRY_CAST({source} AS TIMESTAMP)"
        if clock.in_utc:
            plain = f"CASE WHEN {_timed(source)} THEN {clock.local(plain)} ELSE {plain} END"
        return DateReading(plain, f"TRY_CAST({source} AS DATE)", "false")
    order, guess = _order(look, wish, hint)
    formats = _formats(look, order, wish)
    bare = _bare(source) if look.dressed else source
    parsed = [f"try_strptime({bare}, [{', '.join(literal(f) for f in formats)}])"] if formats else []
    units = {s.unit for s, _ in look.shapes if s.unit}
    parsed += [_counted(source, unit) for unit in units if unit == "days"]
    told = _in_zone(look, f"coalesce({', '.join(parsed)})", source, clock) if parsed else "CAST(NULL AS TIMESTAMP)"
    values = [told, *(clock.local(_counted(source, unit)) for unit in sorted(units - {"days"}))]
    value = f"coalesce({', '.join(values)})"
    local = f"CASE WHEN year({value}) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR} THEN {value} END"
    return DateReading(local, local, no_date(source), tuple(_notes(look, formats, order, guess, wish, table, column)))


def _in_zone(look: DateLook, written: str, source: str, clock: Clock) -> str:
    """Return SQL from the moment as written to the local one: by its own zone, else the header's, else as it is."""
    tests = [f"regexp_matches({source}, '{ZONE}')"] if look.dressed else []
    tests += [_timed(source)] if clock.in_utc else []
    if not tests:
        return written
    in_utc = f"{written} - {_offset(source)}" if look.dressed else written
    return f"CASE WHEN {' OR '.join(tests)} THEN {clock.local(in_utc)} ELSE {written} END"


def _timed(source: str) -> str:
    return f"contains({source}, ':')"


def _order(look: DateLook, wish: str, hint: Order | None) -> tuple[Order, str]:
    """Return the order, and how it was come by: asked, own, others, assumed."""
    asked = order_of(wish)
    if asked:
        return asked, "asked"
    if look.order:
        return look.order, "own"
    return (hint, "others") if hint else ("dmy", "assumed")


def _formats(look: DateLook, order: Order, wish: str) -> list[str]:
    """Return formats to be tried in turn: the order decided first, then the others where values need them."""
    if wish and "%" in wish:
        return [wish]
    needed: dict[Order, int] = {"dmy": look.dmy, "mdy": look.mdy, "ymd": look.ymd}
    orders = [order, *(o for o in needed if o != order and needed[o])]
    formats: list[str] = []
    for shape, _ in look.shapes:
        if shape.open:
            formats += [shape.formats[o] for o in orders if o in shape.formats]
        else:
            formats += shape.formats.values()
    # strptime tells short from long month names.
    spelled = [f for form in formats for f in ((form, form.replace("%b", "%B")) if "%b" in form else (form,))]
    return list(dict.fromkeys(spelled))


def _counted(source: str, unit: str) -> str:
    number = f"TRY_CAST({source} AS DOUBLE)"
    if unit == "days":
        # Beyond 60 only: Excel's calendar has a 29 February 1900, so earlier days would be off by one.
        return (
            f"CASE WHEN {number} BETWEEN 61 AND 110000 THEN TIMESTAMP '1899-12-30' + "
            f"to_seconds(CAST(round({number} * 86400) AS BIGINT)) END"
        )
    scale = {"seconds": 1_000_000, "milliseconds": 1000, "microseconds": 1}[unit]
    digits = {"seconds": 10, "milliseconds": 13, "microseconds": 16}[unit]
    return (
        f"CASE WHEN regexp_matches({source}, '^\\d{{{digits}}}(\\.\\d+)?$') THEN make_timestamp(CAST({number} * "
        f"{scale} AS BIGINT)) END"
    )


def _offset(source: str) -> str:
    """Return SQL for the zone's distance from UTC, nothing when none is written."""
    zone = f"regexp_extract({source}, '\\d\\s*([+-]\\d\\d):?(\\d\\d)?$', {{}})"
    hours, minutes = f"TRY_CAST({zone.format(1)} AS INT)", f"TRY_CAST({zone.format(2)} AS INT)"
    signed = f"coalesce({hours} * 60 + sign({hours}) * coalesce({minutes}, 0), 0)"
    return f"to_minutes(CASE WHEN {_timed(source)} THEN CAST({signed} AS BIGINT) ELSE 0 END)"


def _notes(
    look: DateLook, formats: Sequence[str], order: Order, guess: str, wish: str, table: str, column: str
) -> list[Note]:
    where, said = f"{table}.{column}", []
    formats = [form for form in formats if "%B" not in form]
    if wish and "%" in wish and "%" not in "".join(formats[1:]):
        return [Note("date_format", f"{where}: dates are read as {wish}, as asked.", table, column)]
    if len(formats) > 1:
        said.append(
            Note(
                "date_formats",
                f"{where}: dates are written in {len(formats)} ways, all are read: {', '.join(formats)}.",
                table,
                column,
                "warning",
                len(formats),
            )
        )
    elif formats and formats != ["%Y-%m-%d"]:
        said.append(Note("date_format", f"{where}: dates are read as {formats[0]}.", table, column))
    if look.either and (guess in ("others", "assumed") or (look.dmy and look.mdy)):
        said.append(_ambiguous(look, order, guess, where, table, column))
    if look.months_only:
        text = (
            f"{where}: {look.months_only} different values name a month without a day; the first of the month is meant."
        )
        said.append(Note("date_month_only", text, table, column, "warning", look.months_only))
    return said


def _ambiguous(look: DateLook, order: Order, guess: str, where: str, table: str, column: str) -> Note:
    first = {"dmy": "the day", "mdy": "the month", "ymd": "the year"}[order]
    why = {
        "others": f"other columns of this import put {first} first, so it is read that way",
        "assumed": f"nothing in the files decides, so {first} is taken to come first",
        "own": f"the column has both, most with {first} first",
    }[guess]
    other = "mdy" if order == "dmy" else "dmy"
    text = (
        f"{where}: dates like {look.example} fit day first and month first; {why}. Set --option "
        f"date_format.{column}={other} if that is wrong."
    )
    return Note("date_ambiguous", text, table, column, "warning", look.either)


def check_wish(wish: str) -> None:
    """Refuse a date_format that is neither an order nor a format."""
    if wish and order_of(wish) is None and "%" not in wish:
        raise DataProblem(f"Option date_format is {wish!r}; it may be dmy, mdy, ymd or a format such as %d.%m.%Y.")
