"""Who may take part in an experiment, and who gets which variant: by a hash of the experiment and the customer.

The same key and customer give the same variant on every engine and in every other program that knows MD5: the digest
of `key:customer` is compared, as text, with the shares of the variants. Within strata the customers are dealt out in
the order of their digests instead, so that every stratum is split as evenly as the whole.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries import measured
from data.queries.segments import members
from data.records import EVERYBODY
from data.records_experiments import Plan, Variant

if TYPE_CHECKING:
    from data.engine import Engine

_DIGITS = "0123456789abcdef"
_TURN = 16**6
_GOLDEN = 10_368_890
"""Of a turn; steps of this length round a circle fill any parts of it evenly (the golden section)."""
_APART = "\x1f"


def candidates(engine: Engine, plan: Plan, key: str) -> Table:
    """Every customer of the segment with what keeps it out: paying, assigned, excluded, held_out; its unit, stratum.

    assigned  In this experiment already, alone or with its group. held_out: by a hash of the customer alone, so that
              the same customers stay out of the offers of all experiments.
    """
    lives = engine.table("lifetimes")
    rows = lives.filter(lives.mrr_cents > 0).select("customer_id")
    chosen = lives.select("customer_id") if plan.eligible == EVERYBODY else members(engine, plan.eligible)
    rows = _marked(chosen, rows, "paying")
    rows = _with_places(engine, rows, plan)
    rows = rows.mutate(held_out=_digest("holdout:", rows.customer_id) < _threshold(plan.holdout))
    here, others = _already(engine, (key,)), _already(engine, plan.excludes)
    rows = rows.mutate(assigned=ibis.literal(False)) if here is None else _marked(rows, here, "assigned")
    rows = rows.mutate(excluded=ibis.literal(False)) if others is None else _marked(rows, others, "excluded")
    if plan.unit:
        rows = rows.mutate(assigned=rows.assigned.any().over(ibis.window(group_by="unit")))
    return rows


def eligible(engine: Engine, plan: Plan, key: str) -> dict[str, int]:
    """Customers of the segment (`inside`), those of them who pay, and of these: assigned already, excluded by another
    experiment, held out, and `new` (may be assigned now); `units`: new customers, or groups of them.
    """
    rows = candidates(engine, plan, key)
    kept_out = rows.paying & ~rows.assigned
    free = kept_out & ~rows.excluded & ~rows.held_out
    found = engine.rows(
        rows.agg(
            inside=rows.count(),
            paying=rows.paying.sum(),
            assigned=(rows.paying & rows.assigned).sum(),
            excluded=(kept_out & rows.excluded).sum(),
            held_out=(kept_out & ~rows.excluded & rows.held_out).sum(),
            new=free.sum(),
            units=rows.unit.nunique(where=free),
        )
    )[0]
    return {name: int(n or 0) for name, n in found.items()}


def assigned_variants(engine: Engine, plan: Plan, key: str, most: int | None = None) -> Table:
    """customer_id and variant of the customers who may be assigned now.

    most  So many customers (or groups) at the utmost, by another hash, so that who comes first is chance too.
    """
    rows = candidates(engine, plan, key)
    rows = rows.filter(rows.paying & ~rows.assigned & ~rows.excluded & ~rows.held_out)
    units = rows.group_by("unit").agg(stratum=rows.stratum.min(), named=rows.named.min())
    units = units.mutate(digest=_digest(f"{key}:", units.named))
    if most is not None:
        units = units.mutate(turn=_digest(f"turn:{key}:", units.named)).order_by("turn").limit(max(most, 0))
    if plan.strata:
        place = ibis.row_number().over(ibis.window(group_by="stratum", order_by="digest"))
        units = _with_dealt_before(engine, units.mutate(place=place), plan, key)
    units = units.select(who="unit", variant=_variant(units, plan, key))
    found = rows.inner_join(units, rows.unit == units.who).select("customer_id", "variant")
    return found if not plan.unit else found.union(_joining(engine, plan, key))


def follows(engine: Engine, plan: Plan, key: str) -> tuple[int, int]:
    """How many of the assignments in the data follow from the key, the customer and the shares of the plan; of all."""
    rows = _assigned(engine, plan, key)
    units = rows.group_by("unit").agg(stratum=rows.stratum.min(), digest=rows.digest.min(), at=rows["at"].min())
    if plan.strata:
        order = ibis.window(group_by="stratum", order_by=["at", "digest"])
        units = units.mutate(place=ibis.row_number().over(order))
    found = rows.inner_join(units.select(who="unit", due=_variant(units, plan, key)), rows.unit == units.unit)
    counted = engine.rows(found.agg(same=(found.due == found.variant).sum(), every=found.count()))[0]
    return int(counted["same"] or 0), int(counted["every"])


def assigned_units(engine: Engine, plan: Plan, key: str) -> int:
    """Customers, or groups of them, that have a variant of the plan."""
    if not engine.has("assignments"):
        return 0
    rows = _assigned(engine, plan, key)
    return int(engine.rows(rows.agg(n=rows.unit.nunique()))[0]["n"])


def assignment_rows(engine: Engine, key: str) -> list[dict[str, Any]]:
    """The assignments of an experiment to give out, in order of moment and customer: customer_id, name, variant,
    assigned_at, exposed_at.
    """
    rows = engine.table("assignments")
    people = engine.table("customers").select(who="customer_id", name="name")
    rows = rows.filter(rows.experiment_key == key).left_join(people, rows.customer_id == people.who)
    rows = rows.select("customer_id", "name", "variant", "assigned_at", "exposed_at")
    found = engine.rows(rows.order_by("assigned_at", "customer_id"))
    return [row | {name: _in_utc(row[name]) for name in ("assigned_at", "exposed_at")} for row in found]


def _in_utc(moment: datetime | None) -> datetime | None:
    """Spark gives moments in UTC without saying so."""
    return moment and moment.replace(tzinfo=UTC)


def _assigned(engine: Engine, plan: Plan, key: str) -> Table:
    """The customers assigned to a variant of the plan, with unit, stratum, digest and moment."""
    rows = engine.table("assignments")
    rows = rows.filter((rows.experiment_key == key) & rows.variant.isin([v.name for v in plan.variants]))
    rows = _with_places(engine, rows.select("customer_id", "variant", at="assigned_at"), plan)
    return rows.mutate(digest=_digest(f"{key}:", rows.named))


def _with_places(engine: Engine, rows: Table, plan: Plan) -> Table:
    """unit: the customer, or `=` and its group (`named`: without it); stratum: the values of the plan's attributes."""
    for i, attribute in enumerate((plan.unit, *plan.strata)):
        if attribute:
            rows = measured.with_values(engine, rows, f"place_{i}", attribute)
    unit, named = rows.customer_id, rows.customer_id
    if plan.unit:
        # Who belongs to no group is assigned alone; `=` keeps a group apart from a customer of the same name.
        alone = rows.place_0 == ""
        unit, named = alone.ifelse(unit, "=" + rows.place_0), alone.ifelse(named, rows.place_0)
    stratum: Value = ibis.literal("")
    for i in range(len(plan.strata)):
        stratum = stratum + _APART + rows[f"place_{i + 1}"]
    rows = rows.mutate(unit=unit, named=named, stratum=stratum)
    return rows.drop(*(name for name in rows.columns if name.startswith("place_")))


def _already(engine: Engine, keys: tuple[str, ...]) -> Table | None:
    if not keys or not engine.has("assignments"):
        return None
    rows = engine.table("assignments")
    return rows.filter(rows.experiment_key.isin(keys)).select("customer_id").distinct()


def _marked(rows: Table, some: Table, name: str) -> Table:
    """The rows with a flag: whether their customer is among some."""
    some = some.select(who="customer_id")
    found = rows.left_join(some, rows.customer_id == some.who)
    return found.mutate(**{name: found.who.notnull()}).drop("who")


def _joining(engine: Engine, plan: Plan, key: str) -> Table:
    """Customers who came to a group that was assigned before: they get what the group has."""
    rows = candidates(engine, plan, key)
    rows = rows.filter(rows.paying & rows.assigned & ~rows.excluded & ~rows.held_out & (rows.unit != rows.customer_id))
    if not engine.has("assignments"):
        return rows.filter(~rows.paying).select("customer_id", variant=ibis.null("string"))
    before = _assigned(engine, plan, key)
    rows = rows.anti_join(before.select("customer_id"), "customer_id")
    groups = before.group_by(who="unit").agg(variant=before.variant.min())
    return rows.inner_join(groups, rows.unit == groups.who).select("customer_id", "variant")


def _with_dealt_before(engine: Engine, units: Table, plan: Plan, key: str) -> Table:
    """Places go on where the deal of each stratum stopped the last time."""
    if not engine.has("assignments"):
        return units
    before = _assigned(engine, plan, key)
    dealt = before.group_by(dealt_in="stratum").agg(dealt=before.unit.nunique())
    units = units.left_join(dealt, units.stratum == dealt.dealt_in).drop("dealt_in")
    return units.mutate(place=units.place + units.dealt.fill_null(0))


def _variant(units: Table, plan: Plan, key: str) -> Value:
    """The variant of each unit: by its digest, or by its place in the deal of its stratum."""
    open_ = [v for v in plan.variants if v.share > 0]
    ends = _ends(open_)
    if plan.strata:
        point = _point(units, key, len(open_) if len({v.share for v in open_}) == 1 else 0)
        tests = [(point < round(end * _TURN), v.name) for v, end in zip(open_, ends, strict=True)]
    else:
        tests = [(units.digest < _threshold(end), v.name) for v, end in zip(open_, ends, strict=True)]
    return ibis.cases(*tests[:-1], else_=tests[-1][1]) if len(tests) > 1 else ibis.literal(open_[0].name)


def _ends(variants: list[Variant]) -> list[float]:
    """Where the part of each variant ends between 0 and 1."""
    whole = sum(v.share for v in variants)
    return [sum(v.share for v in variants[: i + 1]) / whole for i in range(len(variants))]


def _point(units: Table, key: str, equal: int) -> Value:
    """A point on a circle for each place: from one that the stratum's name gives in equal steps round it.

    Of `equal` variants of one size every round gives one to each.
    """
    name = _digest(f"{key}:", units.stratum)
    alphabet: Value = ibis.literal(_DIGITS)
    start: Value = ibis.literal(0, "int64")
    for i in range(6):
        start = start + alphabet.find(name.substr(i, 1)).cast("int64") * 16**i
    step = _TURN / equal if equal else _GOLDEN
    return (start + (units.place.cast("int64") * step).round().cast("int64")) % _TURN


def _digest(prefix: str, name: Value) -> Value:
    return (ibis.literal(prefix) + name).hexdigest("md5")


def _threshold(share: float) -> str:
    """The digest below which a share of all digests lies."""
    place = min(int(share * 2**128), 2**128 - 1)
    return f"{place:032x}"
