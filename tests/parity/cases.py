"""A question for every query, and who answers what else: the same on DuckDB and on Spark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import ibis
import numpy as np

from data.derived import build, checks, lifetimes, movements, periods, plan, sums
from data.engine import Engine
from data.queries import (
    attributes,
    behaviour,
    cohorts,
    crosstab,
    customers,
    events,
    flows,
    lives,
    losses,
    moments,
    money,
    origins,
    reasons,
    renewals,
    retention,
    segments,
    small_tables,
    splits,
    stored_sums,
    windows,
)
from data.records import EVERYBODY, AgeUnit, Condition, CustomerQuery, Grain, ListKind, Operator, Period, Segment
from tests.parity import companies

Question = Callable[[Engine], Any]

#: Answered by publishing: the derived tables of the two releases are compared row by row.
BY_PUBLISHING = (
    build.build,
    build.batches,
    build.reconcile,
    checks.release_checks,
    sums.write_sums,
    sums.sums_match,
    lifetimes.lifetimes,
    movements.movements,
    periods.customer_periods,
    periods.in_reporting_currency,
    periods.subscription_periods,
    periods.purchase_periods,
    periods.usage_periods,
)

#: Plain Python on texts, names and rows that were read already: no engine takes part.
WITHOUT_ENGINE = (
    behaviour.known_after,
    customers.attributes_of,
    plan.sources,
    segments.attribute_key,
    segments.attribute_columns,
    segments.column_of,
)


@dataclass(frozen=True)
class Case:
    """A question to a function; `empty` are the columns that may hold nothing but nulls, zeros and false."""

    function: Callable[..., Any]
    name: str
    ask: Question
    company: str = "contracts"
    empty: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return f"{self.function.__module__.removeprefix('data.')}.{self.function.__name__}-{self.name}"


def months(year: int = 2024) -> tuple[Period, ...]:
    return tuple(Period(date(year, m, 1), date(year + m // 12, m % 12 + 1, 1)) for m in range(1, 13))


FROM, TO = date(2023, 1, 1), date(2025, 1, 1)
YEARS = ((FROM, date(2024, 1, 1)), *((date(2024, m, 1), date(2025, m, 1)) for m in range(1, 13)))


def a_segment(*conditions: tuple[str, Operator, tuple[str, ...]]) -> Segment:
    return Segment(tuple(Condition(name, operator, values) for name, operator, values in conditions))


SEGMENTS = {
    "everybody": EVERYBODY,
    "text": a_segment(("industry", "in", ("retail", "Bücher & Möbel"))),
    "text-or-none": a_segment(("industry", "in", ("食品", ""))),
    "not": a_segment(("country", "not in", ("DE",))),
    "not-none": a_segment(("country", "not in", ("",))),
    "number": a_segment(("employees", "<", ("50",))),
    "at-least": a_segment(("employees", ">=", ("12",))),
    "number-as-text": a_segment(("employees", "in", ("12", "3000"))),
    "number-in-text": a_segment(("Seats", ">", ("4.5",))),
    "blank": a_segment(("tier", "in", ("", "Gold, old"))),
    "contract": a_segment(("plan", "in", ("Größe 9", "")), ("interval", "in", ("year", "month"))),
    "mixed": a_segment(("status", "not in", ("lost",)), ("seats", "<=", ("12.5",)), ("currency", "in", ("USD", "usd"))),
    "without": Segment(without=(Condition("country", "not in", ("DE",)), Condition("plan", "in", ("Größe 9", "")))),
}
SEGMENTS |= {
    "days": a_segment(("started_on", ">=", ("2023-02-01",)), ("churned_on", "<", ("2024-12-01",))),
    "age": a_segment(("lost_at_age", "<", ("90",)), ("age_from", ">=", ("2023-02-01",))),
    "behaviour": a_segment(("trainings_in_first_30_days", "in", ("1", "2+")), ("plan", "not in", ("Basic",))),
}
RETAIL = SEGMENTS["text"]


def _cases() -> list[Case]:
    return [
        *_segments(),
        *_behaviour(),
        *_crosstab(),
        *_lifecycle(),
        *_flows(),
        *_splits(),
        *_losses(),
        *_reasons(),
        *_lists(),
        *_money(),
        *_attributes(),
    ]


def _reasons() -> list[Case]:
    year = Period(date(2024, 1, 1), TO)
    return [
        *(
            Case(reasons.losses, name, lambda e, p=period: reasons.losses(e, EVERYBODY, p))
            for name, period in (("ever", None), ("year", year))
        ),
        Case(reasons.loss_facts, "ever", lambda e: reasons.loss_facts(e, EVERYBODY, None)),
        Case(reasons.loss_facts, "year-text", lambda e: reasons.loss_facts(e, RETAIL, year), empty=_ANY),
        Case(reasons.loss_values, "industry", lambda e: reasons.loss_values(e, EVERYBODY, year, "industry")),
        Case(
            reasons.lost_among,
            "some",
            lambda e: reasons.lost_among(e, EVERYBODY, "quarter", FROM, TO, ["annual", "past-due-lost", "gap-beyond"]),
        ),
    ]


def _behaviour() -> list[Case]:
    keys = (*behaviour.BEHAVIOURS, "used_größe_form_in_first_90_days")
    return [
        *(Case(behaviour.table, key, lambda e, k=key: behaviour.table(e, k)) for key in keys),
        Case(behaviour.known, "every", lambda e: sorted(behaviour.known(e))),
        Case(
            behaviour.find,
            "feature",
            lambda e: [{"key": key, "there": behaviour.find(e, key) is not None} for key in (*keys, "plan")],
        ),
    ]


def _crosstab() -> list[Case]:
    half = Period(date(2024, 4, 1), date(2024, 10, 1))
    asked = {
        "ever": (("industry", "plan"), None),
        "period": (("industry", "employees"), half),
        "landmark": (("trainings_in_first_30_days", "tier"), half),
        "looking-back": (("tickets_in_last_60_days",), None),
    }
    sizes = {"employees": (10.0, 50.0)}
    return [
        *(
            Case(
                crosstab.crosstab_counts,
                name,
                lambda e, by=by, when=when: crosstab.crosstab_counts(
                    e, EVERYBODY, [crosstab.Dimension(b, sizes.get(b, ())) for b in by], when
                ),
            )
            for name, (by, when) in asked.items()
        ),
        Case(crosstab.cells_by_half, "ever", _halved),
        Case(crosstab.customers_at_risk, "period", lambda e: [crosstab.customers_at_risk(e, RETAIL, half)]),
        Case(crosstab.some_at_risk, "period", lambda e: crosstab.some_at_risk(e, RETAIL, half, 7, 9)),
        Case(crosstab.values_of_customers, "every", _valued),
        Case(windows.measures, "every", lambda e: [{"measure": name} for name in windows.measures(e)]),
        Case(windows.lives_at_random, "ever", lambda e: windows.lives_at_random(e, EVERYBODY, None, 7, 9)[0]),
        Case(windows.lives_at_random, "period", lambda e: windows.lives_at_random(e, RETAIL, half, 7, 9)[1]),
        Case(windows.before, "moments", _looked_back),
        Case(crosstab.at_risk, "period", lambda e: crosstab.at_risk(e, RETAIL, half)),
        Case(
            crosstab.quartiles,
            "every",
            lambda e: [{"edges": crosstab.quartiles(e, a)} for a in ("lost_at_age", "industry", "seats")],
        ),
    ]


def _lifecycle() -> list[Case]:
    units: tuple[AgeUnit, ...] = get_args(AgeUnit)
    return [
        *(
            Case(lives.lives_by_age, unit, lambda e, u=unit: _lives(e, EVERYBODY, u), empty=_ALL_KNOWN)
            for unit in units
        ),
        Case(lives.lives_by_age, "groups", lambda e: _lives(e, RETAIL, "month", "plan", "tier"), empty=_ALL_KNOWN),
        Case(lives.lives_by_age, "late", lambda e: _lives(e, EVERYBODY, "day"), "known_late", _NO_GROUP),
        Case(lives.lives_by_age, "landmark", lambda e: _lives(e, EVERYBODY, "day", "trainings_in_first_30_days")),
        Case(origins.first_day_of_many, "late", lambda e: [{"day": origins.first_day_of_many(e)}], "known_late"),
        Case(origins.with_origin, "late", _origins, "known_late"),
        Case(origins.begun_since, "late", _begun_since, "known_late"),
        Case(lives.lives_by_age, "start", lambda e: _lives(e, RETAIL, "day", lives.START_YEAR), empty=_ALL_KNOWN),
        *(
            Case(
                moments.lives_since,
                m,
                lambda e, m=m: _columns(moments.lives_since(e, EVERYBODY, m)),
                empty=_NOBODY_LOST,
            )
            for m in moments.MOMENTS
        ),
        Case(cohorts.cohort_changes, "month", lambda e: cohorts.cohort_changes(e, EVERYBODY, "month"), empty=_NO_GROUP),
        Case(cohorts.cohort_changes, "plan", lambda e: cohorts.cohort_changes(e, RETAIL, "quarter", "plan")),
        Case(
            cohorts.cohort_activity,
            "shop",
            lambda e: cohorts.cohort_activity(e, EVERYBODY, "month"),
            "purchases",
            _NO_GROUP,
        ),
        Case(
            cohorts.cohort_activity,
            "use",
            lambda e: cohorts.cohort_activity(e, EVERYBODY, "week", "status"),
            "use_alone",
        ),
    ]


#: Of the few with a trial none was lost.
_NOBODY_LOST = frozenset({"lost"})
#: Everybody is known from the start: nobody enters later.
_ALL_KNOWN = frozenset({"entered", "values"})
_NO_GROUP = frozenset({"group", "values"})


def _lives(engine: Engine, segment: Segment, unit: AgeUnit, *by: str) -> list[dict[str, Any]]:
    found = lives.lives_by_age(engine, segment, unit, by)
    named = [np.array(values, dtype=object)[codes] for values, codes in zip(found.values, found.codes, strict=True)]
    values = [str(row) for row in zip(*named, strict=True)] or [""] * len(found.age)
    numbers = {name: getattr(found, name).tolist() for name in ("age", "lost", "entered", "customers")}
    return _columns({"values": values, **numbers})


def _origins(engine: Engine) -> list[dict[str, Any]]:
    found = origins.with_origin(engine.table("lifetimes"), engine, origins.first_day_of_many(engine))
    return engine.rows(found.group_by("origin").agg(n=found.count()))


def _begun_since(engine: Engine) -> list[dict[str, Any]]:
    first = origins.first_day_of_many(engine)
    found = origins.begun_since(engine.table("movements"), engine, first)
    return [
        *engine.rows(found.group_by("started_on").agg(n=found.count())),
        *(
            {"started_on": row["cohort"], "n": row["joined"]}
            for row in cohorts.cohort_changes(engine, EVERYBODY, "month", None, first)
        ),
    ]


def _columns(columns: Any) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _valued(engine: Engine) -> list[dict[str, Any]]:
    dimensions = [crosstab.Dimension("industry"), crosstab.Dimension("employees", (10.0, 50.0))]
    found = crosstab.values_of_customers(engine, dimensions, [f"r{n:03}" for n in range(40)])
    return [{"customer_id": customer, **values} for customer, values in found.items()]


def _looked_back(engine: Engine) -> list[dict[str, Any]]:
    """Some customers on two days, one of them before there are records."""
    days = (date(2022, 1, 3), date(2023, 3, 1), date(2024, 8, 1), date(2024, 12, 1))
    who = ("past-due-lost", "past-due-waiting", *(f"r{n:03}" for n in range(120)))
    found = windows.before(engine, [(customer, day) for customer in who for day in days])
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _halved(engine: Engine) -> list[dict[str, Any]]:
    """The same customers in the same half on every engine."""
    columns = crosstab.cells_by_half(engine, EVERYBODY, [crosstab.Dimension("industry")], None, 7, 150)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _segments() -> list[Case]:
    found = [
        Case(segments.members, name, lambda e, s=segment: segments.members(e, s))
        for name, segment in SEGMENTS.items()
        if segment != EVERYBODY
    ]
    return [
        *found,
        Case(segments.within, "text", lambda e: segments.within(e.table("movements"), e, RETAIL)),
        *(
            Case(segments.values_table, name, lambda e, a=name: segments.values_table(e, a))
            for name in ("industry", "seats", "plan", "lost_at_age", *behaviour.BEHAVIOURS)
        ),
        Case(segments.values_together, "some", _values_together),
        Case(segments.predicate, "every", _predicates, empty=frozenset({"a_tier-number"})),
    ]


def _values_together(engine: Engine) -> Any:
    tables = segments.values_together(engine, {"a": "industry", "b": "plan", "c": "seats"})
    return [row for table in tables for row in plain(engine, table)]


def _predicates(engine: Engine) -> Any:
    """Each condition on each kind of column, as a column of answers: null never stays null."""
    c = engine.table("customers")
    asked = {
        "listed": Condition("x", "in", ("50", "gold", "5", "")),
        "other": Condition("x", "not in", ("50", "gold", "5")),
        "number": Condition("x", ">=", ("5",)),
    }
    columns = ("employees", "a_seats", "a_tier")
    answers = {f"{c_}-{n}": segments.predicate(c[c_], condition) for c_ in columns for n, condition in asked.items()}
    return c.select("customer_id", **answers)


def _flows() -> list[Case]:
    grains: tuple[Grain, ...] = get_args(Grain)
    found: list[Case] = []
    for grain in grains:
        found += [
            Case(flows.net_flows, grain, lambda e, g=grain: flows.net_flows(e, EVERYBODY, g, FROM, TO)),
            Case(flows.loss_cells, grain, lambda e, g=grain: _cells(e, EVERYBODY, g)),
        ]
    return [
        *found,
        Case(flows.net_flows, "segment", lambda e: flows.net_flows(e, RETAIL, "quarter", FROM, TO)),
        Case(flows.bucket, "every", _buckets),
        Case(flows.movements_of, "segment", lambda e: flows.movements_of(e, RETAIL)),
        Case(flows.daily_flows, "everybody", lambda e: _daily(e, EVERYBODY)),
        Case(flows.daily_flows, "segment", lambda e: _daily(e, SEGMENTS["mixed"])),
        Case(flows.daily_flows, "shop", lambda e: _daily(e, EVERYBODY), "purchases", _NO_CHANGES),
        Case(flows.net_changes, "month", lambda e: flows.net_changes(e.table("movements"), "month", FROM, TO)),
        Case(flows.named_changes, "month", lambda e: flows.named_changes(e, EVERYBODY, "month", FROM, TO)),
        Case(flows.asked_often, "segment", _held),
        Case(retention.retained, "everybody", lambda e: [vars(r) for r in retention.retained(e, EVERYBODY, YEARS)]),
        Case(retention.retained, "segment", lambda e: [vars(r) for r in retention.retained(e, RETAIL, YEARS)]),
        *_stored(),
        Case(small_tables.window_table, "alone", _windows),
        Case(small_tables.small_table, "alone", _numbered),
    ]


def _stored() -> list[Case]:
    """The sums that a large release brings along."""
    return [
        Case(stored_sums.stored_lives, "many", lambda e: stored_sums.stored_lives(e, EVERYBODY), "many"),
        Case(lives.lives_to_store, "every", lambda e: lives.lives_to_store(e, companies.AS_OF)),
        Case(stored_sums.stored_days, "many", lambda e: stored_sums.stored_days(e, EVERYBODY), "many"),
        Case(
            stored_sums.stored_periods,
            "quarters",
            lambda e: stored_sums.stored_periods(e, EVERYBODY, "quarter", FROM, TO),
            "many",
        ),
        Case(
            stored_sums.stored_windows, "years", lambda e: stored_sums.stored_windows(e, EVERYBODY, YEARS[:1]), "many"
        ),
    ]


def _cells(engine: Engine, segment: Segment, grain: Grain) -> list[dict[str, Any]]:
    every = sorted({row["period"] for row in flows.net_flows(engine, segment, grain, FROM, TO)})
    return flows.loss_cells(engine, segment, grain, FROM, TO, every[1:])


def _held(engine: Engine) -> list[dict[str, Any]]:
    """Asked of a segment that is filtered once for several questions."""
    with flows.asked_often(engine, RETAIL):
        return _cells(engine, RETAIL, "month")


def _windows(_engine: Engine) -> Any:
    return small_tables.window_table([{"starts": s, "ends": n} for s, n in YEARS])


def _numbered(_engine: Engine) -> Any:
    days = [day for window in YEARS for day in window]
    return small_tables.small_table(n=np.arange(len(days)), day=np.array(days, dtype="datetime64[D]"))


_NO_CHANGES = frozenset({"n_expansion", "cents_expansion", "n_contraction", "cents_contraction"})


def _buckets(engine: Engine) -> Any:
    m = engine.table("movements").select("on").distinct()
    grains: tuple[Grain, ...] = get_args(Grain)
    return m.mutate(**{grain: flows.bucket(m.on, grain) for grain in grains})


def _daily(engine: Engine, segment: Segment) -> list[dict[str, Any]]:
    d = flows.daily_flows(engine, segment)
    columns = {"days": d.days.astype(object), "delta": d.delta, "active": d.active, "squares": d.squares}
    columns |= {f"n_{k}": v for k, v in d.counts.items()} | {f"cents_{k}": v for k, v in d.amounts.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*(v.tolist() for v in columns.values()), strict=True)]


def _splits() -> list[Case]:
    return [
        Case(splits.split_counts, "text", lambda e: _split(e, EVERYBODY, "month", "industry")),
        Case(splits.split_counts, "number", lambda e: _split(e, EVERYBODY, "quarter", "employees")),
        Case(splits.split_counts, "contract", lambda e: _split(e, RETAIL, "week", "plan")),
        Case(events.logged_events, "year", lambda e: events.logged_events(e, date(2024, 1, 1), date(2025, 1, 1))),
    ]


def _split(engine: Engine, segment: Segment, grain: Grain, attribute: str) -> list[dict[str, Any]]:
    counts = splits.split_counts(engine, segment, grain, FROM, TO, attribute)
    found = [("active", *key, n) for key, n in counts.active.items()]
    found += [("churned", *key, n) for key, n in counts.churned.items()]
    return [dict(zip(("what", "value", "day", "n"), row, strict=True)) for row in sorted(found)]


def _losses() -> list[Case]:
    return [
        Case(losses.lost_customers, "months", lambda e: losses.lost_customers(e, EVERYBODY, months())),
        Case(losses.lost_customers, "shop", lambda e: losses.lost_customers(e, EVERYBODY, months()), "purchases"),
        Case(renewals.known_end, "months", lambda e: [{"end": renewals.known_end(e, p)} for p in months()]),
        Case(losses.annual_customers, "every", losses.annual_customers),
        Case(renewals.renewals, "months", lambda e: renewals.renewals(e, EVERYBODY, months())),
        Case(renewals.renewals_asked_often, "months", _held_renewals),
        Case(renewals.renewals, "days", lambda e: renewals.renewals(e, EVERYBODY, _weeks())),
        Case(losses.lost_counts, "months", lambda e: losses.lost_counts(e, EVERYBODY, months())),
        Case(losses.lost_counts, "segment", lambda e: losses.lost_counts(e, RETAIL, months())),
        *(
            Case(losses.lost_under, name, lambda e, name=name: losses.lost_under(e, EVERYBODY, months(), name))
            for name in ("start-base", "chartmogul", "stripe", "baremetrics", losses.ANNUAL)
        ),
        Case(renewals.renewal_sums, "months", lambda e: renewals.renewal_sums(e, EVERYBODY, months())),
        Case(renewals.renewal_cells, "months", lambda e: renewals.renewal_cells(e, EVERYBODY, months())),
        Case(
            periods.contracts, "every", lambda e: periods.contracts(e, companies.OPTIONS, companies.AS_OF).drop("row")
        ),
    ]


def _held_renewals(engine: Engine) -> list[dict[str, Any]]:
    """Asked of what falls due, found once for several questions."""
    with renewals.renewals_asked_often(engine, RETAIL, months()):
        return renewals.renewal_sums(engine, RETAIL, months())


def _weeks() -> list[Period]:
    return [Period(date(2024, 6, d), date(2024, 6, d + 7)) for d in (3, 10, 17)]


def _lists() -> list[Case]:
    kinds: tuple[ListKind, ...] = get_args(ListKind)
    half = Period(date(2024, 4, 1), date(2024, 10, 1))
    queries = {f"kind-{kind}": CustomerQuery(kind, period=half, grain="month") for kind in kinds}
    queries |= {
        f"definition-{name}": CustomerQuery("definition", period=half, definition=name)
        for name in ("chartmogul", "stripe", "baremetrics", losses.ANNUAL, "renewal")
    }
    queries |= {f"sort-{sort}": CustomerQuery(sort=sort, limit=9, offset=2) for sort in _SORTS}
    queries |= {f"search-{i}": CustomerQuery(search=text) for i, text in enumerate(("GMBH", "łódź", "株式", "7"))}
    queries["segment"] = CustomerQuery("active", segment=SEGMENTS["mixed"], sort="name")
    counted = {name: queries[name] for name in ("kind-churn", "kind-all", "search-0", "segment")}
    return [
        *(
            Case(customers.customer_list, n, lambda e, q=q: customers.customer_list(e, q), empty=_ANY)
            for n, q in queries.items()
        ),
        *(
            Case(customers.customer_count, n, lambda e, q=q: [customers.customer_count(e, q)], empty=_gone_from(q))
            for n, q in counted.items()
        ),
        Case(customers.movement_list, "all", lambda e: customers.movement_list(e, CustomerQuery(), None, None)),
        Case(
            customers.movement_list,
            "some",
            lambda e: customers.movement_list(e, queries["kind-new"], "churn", 7),
            empty=frozenset({"mrr_after_cents"}),
        ),
    ]


_SORTS = ("name", "-name", "mrr_cents", "-mrr_cents", "churned_on", "-churned_on", "status", "customer_id")


def _gone_from(query: CustomerQuery) -> frozenset[str]:
    """Columns of the totals that customers of now leave empty."""
    return frozenset({"lost_mrr_cents"}) if query.kind == "active" else frozenset()


#: Which columns a list fills depends on who is in it; `kind-all` has them all.
_ANY = frozenset({"*"})


def _money() -> list[Case]:
    return [
        Case(money.loss_concentration, "year", lambda e: money.loss_concentration(e, EVERYBODY, "month", FROM, TO)),
        Case(money.lost_by, "attribute", lambda e: money.lost_by(e, RETAIL, "quarter", FROM, TO, "industry")),
        Case(money.lost_by, "plan", lambda e: money.lost_by(e, EVERYBODY, "month", FROM, TO, "plan")),
        Case(money.life_cells, "contracts", lambda e: money.life_cells(e, EVERYBODY, TO)),
        Case(
            money.life_cells, "shop", lambda e: money.life_cells(e, EVERYBODY, TO), "purchases", frozenset({"interval"})
        ),
    ]


def _attributes() -> list[Case]:
    return [
        Case(attributes.all_values, "every", attributes.all_values),
        Case(customers.attribute_values, "column", lambda e: customers.attribute_values(e, "a_tier")),
        Case(customers.attribute_values, "number", lambda e: customers.attribute_values(e, "employees")),
        Case(customers.attribute_values, "contract", lambda e: customers.attribute_values(e, "plan", 3)),
    ]


CASES = tuple(_cases())

#: Functions whose rows come in an order they promise; of all others the order is up to the engine.
ORDERED = {
    attributes.all_values,
    customers.attribute_values,
    customers.customer_list,
    customers.movement_list,
    events.logged_events,
    flows.daily_flows,
    flows.net_flows,
}


def answer(case: Case, engine: Engine) -> Any:
    """The plain answer to a case, rows without a promised order sorted."""
    found = plain(engine, case.ask(engine))
    return found if case.function in ORDERED else sorted(found, key=repr)


def plain(engine: Engine, answer: Any) -> Any:
    """An answer as plain values: tables as rows in a fixed order, floats to twelve digits (sums have no order)."""
    if isinstance(answer, ibis.Table):
        return sorted((plain(engine, row) for row in engine.rows(answer)), key=repr)
    if isinstance(answer, dict):
        return {k: plain(engine, v) for k, v in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [plain(engine, v) for v in answer]
    return float(f"{answer:.12g}") if isinstance(answer, float) else answer
