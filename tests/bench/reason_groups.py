"""Losses of a year, and of everybody so far, by what was said of them and the rule they meet: against SQL by hand."""

from datetime import date

from analysis.feedback.groups import count
from analysis.feedback.suggestions import days_of, events_of
from analysis.periods import add_months
from data.engine import Engine, duckdb_backend
from data.records import EVERYBODY, Period
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

Counts = dict[tuple[str, str, str], tuple[int, int]]
"""Customers and MRR in cents, by stated text, survey text and rule."""

_EVER = """select customer_id, started_on, lost_on, coalesce(last_mrr_cents, 0) as mrr, coalesce(cause, '') as cause
  from read_parquet({lifetimes}) where status = 'lost'"""
_YEAR = """select customer_id, min(started_on) as started_on, max("on") filter (kind = 'churn') as lost_on,
    arg_min(mrr_before_cents, "on") as mrr, arg_max(coalesce(cause, ''), "on") as cause
  from read_parquet({movements}) where "on" >= {start} and "on" < {end} group by all
  having arg_min(active_before, "on") and not arg_max(active_after, "on")"""
# The company of the bench has no table of daily use: rules of use see none.
_GROUPS = """
with lost as materialized ({lost}),
said as (
  select customer_id, arg_max(coalesce(cancel_reason, ''), (starts_on, subscription_id)) as stated
  from lost join read_parquet({subscriptions}) using (customer_id) where starts_on < lost_on group by all
),
asked as (
  select customer_id, arg_max(coalesce(reason, ''), ("at", response_id)) as survey
  from lost join read_parquet({surveys}) using (customer_id)
  where kind = 'exit' and lost_on - "at"::date between -180 and 60 group by all
),
helped as (
  select customer_id, count(*) filter (lost_on - opened_at::date <= 60) as tickets,
    count(*) filter (lost_on - opened_at::date > 60) as earlier,
    min(csat) filter (lost_on - opened_at::date <= 60) as csat
  from lost join read_parquet({tickets}) using (customer_id)
  where lost_on - opened_at::date between 0 and 240 group by all
),
talked as (
  select distinct customer_id, true as contact from lost join read_parquet({touches}) using (customer_id)
  where kind = 'key_contact_left' and lost_on - "at"::date between 0 and 90
),
paid as (
  select distinct customer_id, true as less from lost join read_parquet({movements}) m using (customer_id)
  where m.kind = 'contraction' and coalesce(m.cause, '') <> 'paused' and lost_on - m."on" between 1 and 180
),
known as (
  select lost.*, coalesce(stated, '') as stated, coalesce(survey, '') as survey, lost_on - started_on as age,
    tickets, coalesce(earlier, 0) as earlier, csat, contact, less,
    (select max(d) from unnest({changes}) e(d) where lost_on - d between 0 and 123) as changed,
    (select max(d) from unnest({upheavals}) e(d) where lost_on - d between 0 and 30) as happened
  from lost left join said using (customer_id) left join asked using (customer_id)
  left join helped using (customer_id) left join talked using (customer_id) left join paid using (customer_id)
)
select stated, survey, case
    when cause = 'payment' then 'payment'
    when contact then 'contact'
    when age <= 91 then 'early'
    when started_on < changed then 'price_change'
    when less then 'downgrade'
    when csat <= 2 then 'csat'
    when tickets >= 4 and age >= 120 and tickets >= 3 * (earlier * 60 / least(age - 60, 180)) then 'tickets'
    when happened is not null then 'event' else '' end, count(*), sum(mrr)::bigint
from known group by all
"""


def year_of(engine: Engine) -> Period:
    """The last twelve months of the data."""
    end = release_of(engine).as_of.replace(day=1)
    return Period(add_months(end, -12), end)


def alone() -> None:
    """The losses of everybody so far once, for their memory."""
    count(opened(), EVERYBODY, None)


def by_hand(engine: Engine, period: Period | None) -> Counts:
    """The same groups in one question to DuckDB."""
    events = days_of(events_of(engine))
    ends = {} if period is None else {"start": _day(period.start), "end": _day(period.end)}
    lost = (_EVER if period is None else _YEAR).format(**engine.files, **ends)
    dates = {name: f"[{', '.join(map(_day, days))}]::date[]" for name, days in vars(events).items()}
    query = _GROUPS.format(**engine.files, lost=lost, changes=dates["price_changes"], upheavals=dates["upheavals"])
    found = duckdb_backend().con.sql(query).fetchall()
    return {(stated, survey, rule): (n, mrr) for stated, survey, rule, n, mrr in found}


def _day(day: date) -> str:
    return f"date '{day}'"


def counts(engine: Engine, period: Period | None) -> Counts:
    """What the product counted."""
    (groups,) = count(engine, EVERYBODY, period)
    return {(g.stated, g.survey, g.first): (g.customers, g.mrr_cents) for g in groups}


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; the references are first compared with the product, group by group."""
    engine = opened()
    found: list[Row] = []
    for name, period in (("reasons of a year", year_of(engine)), ("reasons of everybody", None)):
        if counts(engine, period) != by_hand(engine, period):
            raise SystemExit(f"product and reference disagree on the {name}")
        turns = in_turn(lambda p=period: counts(engine, p), lambda p=period: by_hand(engine, p), pairs)
        found.append(row(name, "DuckDB SQL by hand", turns, peak_mb))
    return found
