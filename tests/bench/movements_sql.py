"""The movements by one query written by hand, and the same write."""

from datetime import date

from data.derived.movements import COLUMNS
from data.engine import Engine, duckdb_backend
from data.lake import Lake
from data.records import MetricOptions

#: Ranks of causes, worst hides the others: voluntary 1, inactivity 2, pause_limit 3, pause 4, payment 5.
_QUERY = """
with sold as (
  select subscription_id, customer_id, mrr_cents, renews_on, paused_on, coalesce(status, 'active') as status,
    greatest(starts_on, coalesce(trial_ends_on, starts_on)) as starts_on,
    coalesce(ends_on, date '9999-12-31') as ends_on,
    case when cancel_kind = 'payment' or status = 'past_due' then 5 when cancel_kind = 'voluntary' then 1 else 0 end as cause
  from read_parquet({subscriptions})
),
due as (
  select subscription_id, min(due_on) as due_on
  from (select subscription_id, customer_id, starts_on from sold where status = 'past_due') late
  join (
    select customer_id, due_on from read_parquet({invoices})
    where paid_on is null and amount_cents > 0 and due_on <= {as_of}
      and lower(coalesce(status, 'open')) not in
        ('void', 'voided', 'draft', 'deleted', 'refunded', 'paid', 'credited', 'written_off')
  ) unpaid on unpaid.customer_id = late.customer_id and unpaid.due_on >= late.starts_on
  group by subscription_id
),
held as (
  select *, coalesce(paused_on, case when itself then starts_on
    when ends_on < date '9999-12-31' then ends_on else {as_of} end) as stop
  from (
    select *, mrr_cents = 0 or exists (
      select 1 from sold other where other.customer_id = p.customer_id and other.status <> 'paused'
        and other.mrr_cents > 0 and other.ends_on between p.starts_on - {gap} and p.starts_on
    ) as itself
    from sold p where status = 'paused'
  )
),
periods as (
  select customer_id, starts_on, case when status = 'past_due' then least(ends_on, coalesce(due.due_on,
      case when renews_on <= {as_of} then renews_on end) + {dunning}, ends_on) else ends_on end as ends_on,
    mrr_cents, cause
  from sold left join due using (subscription_id) where status <> 'paused'
  union all
  select customer_id, starts_on, stop, mrr_cents, 4 from held
  union all
  select customer_id, stop, case when paused_on is not null or itself then least(ends_on, stop + {pause})
    else stop + {pause} end, 0, 3 from held
),
paying as (
  select customer_id, starts_on::date as starts_on, ends_on::date as ends_on, mrr_cents, cause from periods
  where starts_on < ends_on and (mrr_cents > 0 or cause = 3)
),
days as (
  select customer_id, day, sum(delta)::bigint as delta, sum(present)::bigint as present, max(ending) as ending
  from (
    select customer_id, starts_on as day, mrr_cents as delta, 1 as present, if(cause = 3, 4, 0) as ending
    from paying where starts_on <= {as_of}
    union all
    select customer_id, ends_on, -mrr_cents, -1, cause from paying where ends_on <= {as_of}
  )
  group by customer_id, day
),
levels as (
  select customer_id, day, delta, present, ending,
    (sum(delta) over w)::bigint as after, (sum(present) over w)::bigint as here, min(day) over w as started_on,
    lag(delta) over w as last_delta, lag(present) over w as last_present,
    lag(day) over w as previous_on, lead(day) over w as next_on
  from days window w as (partition by customer_id order by day)
),
steps as (
  select *, after - delta - if(bridged, last_delta, 0) as before,
    here - present - if(bridged, last_present, 0) as was_here
  from (select *, coalesce(here = present and day - previous_on <= {tolerance}, false) as bridged from levels)
  where not coalesce(here = 0 and next_on - day <= {tolerance}, false)
)
select customer_id, day as "on",
  case when was_here = 0 and day = started_on then 'new' when was_here = 0 then 'reactivation'
    when here = 0 then 'churn' when after > before then 'expansion' else 'contraction' end as kind,
  after - before as delta_cents, before as mrr_before_cents, after as mrr_after_cents,
  was_here > 0 as active_before, here > 0 as active_after, started_on,
  case when here = 0 and ending in (3, 4) then 'paused'
    when here = 0 then case ending when 1 then 'voluntary' when 2 then 'inactivity' when 5 then 'payment' else 'unknown' end
    when after < before and ending = 4 then 'paused'
    when was_here > 0 and before = 0 and after > before then 'resumed' end as cause,
  lag(day) over w as previous_on, lead(day) over w as next_on
from steps
where after <> before or (was_here > 0) <> (here > 0)
window w as (partition by customer_id order by day)
"""


def query(engine: Engine, options: MetricOptions, as_of: date) -> str:
    """The query for subscriptions and invoices of one currency."""
    return _QUERY.format(
        subscriptions=engine.files["subscriptions"],
        invoices=engine.files["invoices"],
        as_of=f"date '{as_of}'",
        gap=options.gap_tolerance_days,
        tolerance=options.gap_tolerance_days,
        dunning=options.dunning_limit_days,
        pause=options.pause_limit_days,
    )


def build(engine: Engine, lake: Lake, options: MetricOptions, as_of: date) -> int:
    """Run the query and write its rows as the product writes them."""
    found = duckdb_backend().con.sql(query(engine, options, as_of))
    assert tuple(found.columns) == COLUMNS
    return lake.write("movements_by_hand", found.to_arrow_reader(131_072))
