"""Who is lost, counted by one or more dimensions in one question: customers, losses and money of every cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from data.expressions import Table, Value
from data.queries import behaviour
from data.queries.flows import movements_of
from data.queries.lives import landmark_of, whole_numbers
from data.queries.origins import first_day_of_many, with_origin
from data.queries.segments import attribute_key, in_lifetimes, values_table, values_together, within
from data.records import EVERYBODY, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

SAMPLE = 40
MANY_NUMBERS = 12
"""With more different numbers than this an attribute is an amount and comes in bands."""


@dataclass(frozen=True)
class Dimension:
    """An attribute, or a behaviour, to count by; `edges` are where one band of an amount ends and the next begins."""

    attribute: str
    edges: tuple[float, ...] = ()


def crosstab_counts(
    engine: Engine, segment: Segment, dimensions: Sequence[Dimension], period: Period | None
) -> list[dict[str, Any]]:
    """Per cell: v0, v1, ... (text, '' for none; the number of the band of an amount), and what it counts.

    customers, churned          With a period those active at its start, and of them those not there at its end;
                                without one everybody who ever paid, and who is lost by now.
    mrr_cents, mrr_lost_cents   At the start of the period (without one: now, or just before the loss), and of that
                                what the lost paid, as the key figures count churned MRR.

    Customers without a value of a behaviour are in no cell: they were gone before it was known. With a period so are
    those for whom it was not yet known at its start.
    """
    found = _with_values(engine, segment, dimensions, period)
    names = [f"v{place}" for place in range(len(dimensions))]
    cells = found.group_by(*names).agg(
        customers=found.count(),
        churned=found.churned.cast("int64").sum(),
        mrr_cents=found.mrr_cents.sum(),
        mrr_lost_cents=found.mrr_lost_cents.sum(),
    )
    return [{**row, **{n: int(row[n]) for n in row if n not in names}} for row in engine.rows(cells)]


def cells_by_half(
    engine: Engine, segment: Segment, dimensions: Sequence[Dimension], period: Period | None, seed: int, most: int
) -> dict[str, list[Any]]:
    """As columns: v0, v1, ..., first_half, customers, churned of every combination of values there is.

    Without a period customers were followed for different times, so each combination comes by age too: age in days at
    the first loss or the as-of date, gone (1 when lost then), entered (the age from which it is known: 0 from its start
    on, of behaviours the age at which the last of them is known).

    Customers are halved, and of more than `most` these are taken, by a hash of the seed and their id: the same on every
    engine, and for every order of the rows.
    """
    asked = tuple(one.attribute for one in dimensions)
    found = _ever(engine, segment, {}, asked) if period is None else at_risk(engine, segment, period)
    digest = (ibis.literal(f"{seed}:") + found.customer_id).hexdigest("md5")
    # Its ends are independent: the first sign halves, the last ones decide who is taken.
    found = found.mutate(first_half=digest.substr(0, 1).isin(list("01234567")), place=digest.right(16))
    found = found.order_by("place").limit(most)
    found = _valued(engine, found, {f"v{number}": one for number, one in enumerate(dimensions)}, period)
    names = [*(f"v{number}" for number in range(len(dimensions))), "first_half"]
    names += list(AGES) if period is None else []
    cells = found.group_by(*names).agg(customers=found.count(), churned=found.churned.cast("int64").sum())
    return engine.arrow(cells).to_pydict()


def customers_at_risk(engine: Engine, segment: Segment, period: Period | None) -> tuple[int, int]:
    """How many customers could be lost, and how many of them were."""
    found = at_risk(engine, segment, period)
    row = engine.rows(found.agg(customers=found.count(), churned=found.churned.cast("int64").sum().fill_null(0)))[0]
    return int(row["customers"]), int(row["churned"])


def some_at_risk(engine: Engine, segment: Segment, period: Period, seed: int, most: int) -> list[dict[str, Any]]:
    """Customers at the start of a period, at most so many by chance: customer_id, origin, churned, mrr_cents.

    origin  The day ages count from: the start, or the signing of those who were there when the data begin.

    The same customers come first in every period and on every engine: the order is that of a hash.
    """
    found = at_risk(engine, segment, period)
    found = found.mutate(place=(ibis.literal(f"{seed}:") + found.customer_id).hexdigest("md5"))
    # Of the few alone: the customers' file need not be joined with everybody.
    found = with_origin(found.order_by("place").limit(most), engine, first_day_of_many(engine))
    return engine.rows(found.order_by("place").select("customer_id", "origin", "churned", "mrr_cents"))


def values_of_customers(
    engine: Engine, dimensions: Sequence[Dimension], customers: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Per customer the value of each dimension by its attribute: a word, the number of a band, or ''."""
    found: Table = ibis.memtable(pa.table({"customer_id": pa.array(customers, pa.string())}))
    names = {f"v{place}": dimension for place, dimension in enumerate(dimensions)}
    rows = engine.rows(_valued(engine, found, names, None))
    return {row["customer_id"]: {one.attribute: row[name] for name, one in names.items()} for row in rows}


def at_risk(engine: Engine, segment: Segment, period: Period | None) -> Table:
    """One row per customer that could be lost: customer_id, started_on, churned, mrr_cents, mrr_lost_cents."""
    if period is None:
        return _ever(engine, segment, {})
    for whole in dict.fromkeys((segment, EVERYBODY)):
        held = engine.held((_in_period, whole, period))
        if held is not None:
            return held if whole == segment else within(held, engine, segment)
    return _in_period(engine, segment, period)


@contextmanager
def asked_by_many(
    engine: Engine, segment: Segment, periods: Sequence[Period], dimensions: Sequence[Dimension] = ()
) -> Iterator[Table]:
    """Within, who could be lost in each of these periods, and their attributes, are looked up once for all questions.

    dimensions  Attributes; of behaviours, which not everybody has, nothing is looked up.
    """
    of, by = tuple(periods), tuple(one for one in dimensions if _is_attribute(engine, one))
    with ExitStack() as held:
        rows = held.enter_context(
            engine.holding((_side_by_side, segment, of, by), lambda: _side_by_side(engine, segment, of, by))
        )
        held.enter_context(engine.naming({(_in_period, segment, period): _of_one(rows, period) for period in of}))
        yield rows


def counts_of_each(
    engine: Engine, segment: Segment, dimensions: Sequence[Dimension], periods: Sequence[Period]
) -> list[list[list[dict[str, Any]]]]:
    """Per attribute, and per period, the cells that `crosstab_counts` gives of it alone: one question for all."""
    if not all(_is_attribute(engine, one) for one in dimensions):
        raise ValueError("behaviours are not known of everybody: each is counted by itself")
    with asked_by_many(engine, segment, periods, dimensions) as rows:
        counted = [_by_one(rows, one, place, periods) for place, one in enumerate(dimensions)]
        found = engine.rows(counted[0].union(*counted[1:]) if len(counted) > 1 else counted[0]) if counted else []
    by_place: list[list[dict[str, Any]]] = [[] for _ in dimensions]
    for row in found:
        by_place[row["place"]].append(row)
    return [[_cells_of(mine, number) for number, _period in enumerate(periods)] for mine in by_place]


AGES = ("age", "gone", "entered")


@dataclass(frozen=True, eq=False)
class AgedCells:
    """Everybody ever, counted by the values of dimensions and by age; arrays of equal length.

    values, codes  Per dimension its distinct values as `crosstab_counts` gives them, and the place of each row's value.
    counts         customers, churned, mrr_cents, mrr_lost_cents as there; age, gone, entered as in `cells_by_half`.
                   Those lost by now and the others of a cell and age have a row each.
    """

    values: tuple[tuple[str, ...], ...]
    codes: tuple[np.ndarray, ...]
    counts: Mapping[str, np.ndarray]


def crosstab_by_age(engine: Engine, segment: Segment, dimensions: Sequence[Dimension]) -> AgedCells:
    """The cells of `crosstab_counts` without a period, each by age too: in one question, since it reads everybody."""
    found = _with_values(engine, segment, dimensions, None, tuple(one.attribute for one in dimensions))
    names = [f"v{place}" for place in range(len(dimensions))]
    # One sum and a key more take less time than sums of the lost beside.
    found = found.mutate(lost=found.churned.cast("int64"))
    cells = found.group_by(*names, *AGES, "lost").agg(
        customers=found.count(), mrr_cents=found.mrr_cents.sum().cast("int64")
    )
    columns = engine.arrow(cells)
    columns = columns.filter(columns["age"].is_valid())
    coded = [columns[name].combine_chunks().dictionary_encode() for name in names]
    counts = {name: whole_numbers(columns[name].combine_chunks()) for name in (*AGES, "customers", "mrr_cents")}
    lost = whole_numbers(columns["lost"].combine_chunks())
    of_lost = {"churned": counts["customers"] * lost, "mrr_lost_cents": counts["mrr_cents"] * lost}
    return AgedCells(
        tuple(tuple(column.dictionary.to_pylist()) for column in coded),
        tuple(whole_numbers(column.indices).astype(np.int64) for column in coded),
        {**counts, **of_lost},
    )


def _with_values(
    engine: Engine,
    segment: Segment,
    dimensions: Sequence[Dimension],
    period: Period | None,
    asked: tuple[str, ...] | None = None,
) -> Table:
    """`at_risk` with the value of each dimension, called v0, v1, ...

    By age where attributes are `asked` for that, with those who never paid: they have none.
    """
    named = {f"v{place}": dimension for place, dimension in enumerate(dimensions)}
    # Everybody ever is read from the lifetimes: what is kept there needs no join of them with themselves.
    own = {n: d for n, d in named.items() if period is None and not d.edges and in_lifetimes(engine, d.attribute)}
    if period is not None:
        found = at_risk(engine, segment, period)
    else:
        # Who never paid stays: DuckDB takes a filtered table for a small one and would keep the wrong one in memory.
        found = _ever(engine, segment, own) if asked is None else _everybody(engine, segment, own, asked)
    return _valued(engine, found, {name: one for name, one in named.items() if name not in own}, period)


def _ever(
    engine: Engine, segment: Segment, own: Mapping[str, Dimension], asked: tuple[str, ...] | None = None
) -> Table:
    found = _everybody(engine, segment, own, asked)
    return found.filter(found.started_on.notnull())


def _everybody(
    engine: Engine, segment: Segment, own: Mapping[str, Dimension], asked: tuple[str, ...] | None = None
) -> Table:
    """Those who ever paid, and those who never did, who have no start and no age."""
    lives = within(engine.table("lifetimes"), engine, segment)
    first = None if asked is None else first_day_of_many(engine)
    lives = lives if first is None else with_origin(lives, engine, first)
    lost = lives.lost_on.notnull()
    return lives.select(
        "customer_id",
        "started_on",
        churned=lost,
        mrr_cents=lives.last_mrr_cents.fill_null(0),
        mrr_lost_cents=lost.ifelse(lives.last_mrr_cents.fill_null(0), 0),
        **{name: lives[dimension.attribute].fill_null("") for name, dimension in own.items()},
        **({} if asked is None else _ages(engine, lives, (*asked, *(c.attribute for c in segment.conditions)))),
    )


def _ages(engine: Engine, lives: Table, asked: tuple[str, ...]) -> dict[str, Value]:
    """The ages in days from which on, and up to which, customers were at risk with the values asked for."""
    if engine.release is None:
        raise ValueError("ages are counted up to the as-of date of a release")
    until = lives.first_lost_on.fill_null(ibis.date(engine.release.as_of.isoformat()))
    entered: Value = ibis.literal(landmark_of(asked), "int64")
    origin = lives.started_on
    if "origin" in lives.columns:
        origin = lives.origin
        entered = ibis.greatest(lives.started_on.delta(origin, unit="day").cast("int64"), entered)
    age = until.delta(origin, unit="day").cast("int64")
    return {"age": age, "gone": lives.first_lost_on.notnull().cast("int64"), "entered": entered}


def _in_period(engine: Engine, segment: Segment, period: Period) -> Table:
    """Two looks at the movements: the last before the period, and the last before its end where that one was a loss."""
    start, end = ibis.date(period.start.isoformat()), ibis.date(period.end.isoformat())
    m = movements_of(engine, segment)
    there = m.filter((m.on < start) & m.active_after & (m.next_on.isnull() | (m.next_on >= start)))
    gone = m.filter((m.on >= start) & (m.on < end) & ~m.active_after & (m.next_on.isnull() | (m.next_on >= end)))
    gone = gone.select(lost_id="customer_id")
    both = there.left_join(gone, there.customer_id == gone.lost_id)
    return both.select(
        "customer_id",
        "started_on",
        churned=both.lost_id.notnull(),
        mrr_cents="mrr_after_cents",
        mrr_lost_cents=both.lost_id.notnull().ifelse(both.mrr_after_cents, 0),
    )


_COUNTED = ("customers", "churned", "mrr_cents", "mrr_lost_cents")


def _is_attribute(engine: Engine, one: Dimension) -> bool:
    return behaviour.find(engine, attribute_key(one.attribute)) is None


def _side_by_side(
    engine: Engine, segment: Segment, periods: tuple[Period, ...], dimensions: tuple[Dimension, ...]
) -> Table:
    """A row per customer at risk in any of the periods: what `at_risk` says of each of them, and values of dimensions.

    Nothing is said of a period in which the customer was not at risk.
    """
    first, *others = (_renamed(_in_period(engine, segment, period), period) for period in periods)
    for other in others:
        other = other.rename(also_id="customer_id", also_on="started_on")
        both = first.outer_join(other, first.customer_id == other.also_id)
        who, since = ibis.coalesce(both.customer_id, both.also_id), ibis.coalesce(both.started_on, both.also_on)
        first = both.mutate(customer_id=who, started_on=since).drop("also_id", "also_on")
    return _valued(engine, first, {_value_column(one): one for one in dimensions}, None)


def _renamed(rows: Table, period: Period) -> Table:
    said = {_column(name, period): rows[name] for name in _COUNTED[1:]}
    return rows.select("customer_id", "started_on", **said)


def _of_one(rows: Table, period: Period) -> Table:
    """The customers at risk in one of the periods, with their values."""
    there = rows.filter(rows[_column("churned", period)].notnull())
    values = [name for name in rows.columns if name.startswith(_VALUE)]
    said = {name: there[_column(name, period)] for name in _COUNTED[1:]}
    return there.select("customer_id", "started_on", **said, **{name: there[name] for name in values})


def _by_one(rows: Table, one: Dimension, place: int, periods: Sequence[Period]) -> Table:
    sums: dict[str, Value] = {}
    for number, period in enumerate(periods):
        churned = rows[_column("churned", period)]
        sums[f"customers_{number}"] = churned.count()
        sums[f"churned_{number}"] = churned.cast("int64").sum().cast("int64")
        for name in _COUNTED[2:]:
            sums[f"{name}_{number}"] = rows[_column(name, period)].sum().cast("int64")
    return rows.group_by(v0=rows[_value_column(one)]).agg(place=ibis.literal(place), **sums)


def _cells_of(rows: Sequence[Mapping[str, Any]], number: int) -> list[dict[str, Any]]:
    """The cells of one period; where nobody was at risk there is none."""
    there = (row for row in rows if row[f"customers_{number}"])
    return [{"v0": row["v0"], **{name: row[f"{name}_{number}"] for name in _COUNTED}} for row in there]


_VALUE = "value_of_"


def _value_column(one: Dimension) -> str:
    return f"{_VALUE}{one.attribute} {one.edges}"


def _column(name: str, period: Period) -> str:
    return f"{name} {period.start} {period.end}"


def _valued(engine: Engine, found: Table, named: Mapping[str, Dimension], period: Period | None) -> Table:
    """Customers with the value of each dimension under its name, '' for none; without those who have no behaviour."""
    here = {name: _value_column(one) for name, one in named.items() if _value_column(one) in found.columns}
    found = found.mutate(**{name: found[column] for name, column in here.items()})
    named = {name: one for name, one in named.items() if name not in here}
    done = {name: behaviour.find(engine, attribute_key(one.attribute)) for name, one in named.items()}
    plain = {name: one for name, one in named.items() if done[name] is None}
    for table in values_together(engine, {name: one.attribute for name, one in plain.items()}):
        kept = [name for name in plain if name in table.columns]
        values = table.select(owner="customer_id", **{name: _shown(table[name], plain[name].edges) for name in kept})
        found = found.left_join(values, found.customer_id == values.owner).drop("owner")
        found = found.mutate(**{name: found[name].fill_null("") for name in kept})
    for name, one in done.items():
        found = found if one is None else _with_behaviour(engine, found, name, named[name], one.known_after, period)
    return found


def _with_behaviour(
    engine: Engine, found: Table, name: str, dimension: Dimension, known_after: int | None, period: Period | None
) -> Table:
    if period is not None and known_after is not None:
        latest = period.start - timedelta(days=known_after)
        found = found.filter(found.started_on <= ibis.date(latest.isoformat()))
    values = values_table(engine, dimension.attribute)
    values = values.select(owner="customer_id", **{name: values.value})
    return found.inner_join(values, found.customer_id == values.owner).drop("owner")


def _shown(value: Value, edges: tuple[float, ...]) -> Value:
    """The value itself, or the number of its band; null where there is none."""
    if not edges:
        return value
    number = value.try_cast("float64")
    bands = [(number < edge, str(place)) for place, edge in enumerate(edges)]
    return number.isnull().ifelse(ibis.null("string"), ibis.cases(*bands, else_=str(len(edges))))


def quartiles(engine: Engine, attribute: str) -> tuple[float, ...]:
    """The lower limits of the upper three quarters of an amount; () where the attribute is none.

    An attribute is an amount when all of its values are numbers and more than a dozen of them differ. A few values are
    looked at first, since most attributes are words.
    """
    values = values_table(engine, attribute)
    values = values.filter(values.value.notnull() & (values.value != ""))
    numbers = values.select(number=values.value.try_cast("float64"))
    if not all(row["number"] is not None for row in engine.rows(numbers.limit(SAMPLE))):
        return ()
    n = numbers.number
    found = engine.rows(
        numbers.agg(
            wrong=n.isnull().sum(), different=n.nunique(), q1=n.quantile(0.25), q2=n.quantile(0.5), q3=n.quantile(0.75)
        )
    )[0]
    if found["wrong"] or found["different"] <= MANY_NUMBERS:
        return ()
    return tuple(sorted({float(found[q]) for q in ("q1", "q2", "q3")}))
