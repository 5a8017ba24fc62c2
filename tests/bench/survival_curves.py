"""Survival by attribute with intervals, means and log-rank: against SQL by hand, and against lifelines in memory."""

from typing import Any

import numpy as np

from analysis.lifecycle.survival import SurvivalReport, survival
from analysis.statistics.survival import SurvivalCurve
from data.engine import Engine, duckdb_backend
from data.records import Scope
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

STORED, COUNTED = "plan", "industry"
"""Groups whose counts a large release brings along, and groups that are counted when asked for."""

_LIVES = """
select {by} as name, datediff('day', started_on, coalesce(first_lost_on, {as_of})) as age,
  first_lost_on is not null as lost
from read_parquet({lifetimes}) {join} where started_on is not null
"""
_JOIN = "left join read_parquet({customers}) using (customer_id)"
_CURVES = """
with counts as (select name, age, sum(lost::int) as lost, count(*) as n from ({lives}) group by name, age),
risks as (select *, sum(n) over (partition by name order by age desc) as at_risk from counts)
select name, age, at_risk,
  bool_and(lost < at_risk) over w::int * exp(sum(if(lost < at_risk, ln(1 - lost / at_risk), 0)) over w) as survival,
  sum(lost / (at_risk * nullif(at_risk - lost, 0))) over w as spread
from risks window w as (partition by name order by age) order by name, age
"""
MANY = 50
Curves = dict[str, np.ndarray]


def alone() -> None:
    """The curves once, for their memory."""
    curves(opened())


def curves(engine: Engine, by: str = STORED) -> SurvivalReport:
    """What the product answers."""
    found = survival(engine, Scope(), (by,), most=MANY)
    assert isinstance(found, SurvivalReport)
    return found


def by_hand(engine: Engine, by: str = STORED) -> Curves:
    """Age, at risk and survival per group in one question to DuckDB."""
    found = duckdb_backend().con.sql(_CURVES.format(lives=_lives(engine, by))).fetchnumpy()
    columns = np.column_stack([found["age"], found["at_risk"], found["survival"]])
    return {name: columns[found["name"] == name] for name in np.unique(found["name"])}


def _lives(engine: Engine, by: str) -> str:
    as_of = f"date '{release_of(engine).as_of}'"
    join = _JOIN.format(customers=engine.files["customers"]) if by == COUNTED else ""
    return _LIVES.format(by=by, as_of=as_of, lifetimes=engine.files["lifetimes"], join=join)


class InMemory:
    """Customers row by row, as lifelines takes them."""

    def __init__(self, engine: Engine) -> None:
        rows = duckdb_backend().con.sql(_lives(engine, STORED)).fetchnumpy()
        names = np.unique(rows["name"])
        self.groups = {n: (rows["age"][rows["name"] == n], rows["lost"][rows["name"] == n]) for n in names}

    def fitted(self) -> dict[str, Any]:
        """A fitted curve with its intervals per group, and nothing more."""
        from lifelines import KaplanMeierFitter

        return {name: KaplanMeierFitter().fit(age, lost) for name, (age, lost) in self.groups.items()}

    def curves(self) -> Curves:
        """The curves as they are compared."""
        return {
            name: np.column_stack([f.event_table.index, f.event_table["at_risk"], f.survival_function_.iloc[:, 0]])
            for name, f in self.fitted().items()
        }


def same(ours: SurvivalReport, theirs: Curves) -> bool:
    """Whether every share still there is the same to 1e-9."""
    for group in ours.groups:
        if not isinstance(group.curve, SurvivalCurve):
            return False
        other = theirs[group.group]
        place = np.searchsorted(other[:, 0], group.curve.age)
        if not np.allclose(other[place, 1:], np.column_stack([group.curve.at_risk, group.curve.survival]), atol=1e-9):
            return False
    return len(ours.groups) == len(theirs)


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Three rows; every reference is first compared with the product, age by age."""
    engine = opened()
    memory = InMemory(engine)
    compared = [(STORED, by_hand(engine)), (STORED, memory.curves()), (COUNTED, by_hand(engine, COUNTED))]
    if not all(same(curves(engine, by), theirs) for by, theirs in compared):
        raise SystemExit("product and reference disagree on survival")
    stored = in_turn(lambda: curves(engine), lambda: by_hand(engine), pairs)
    counted = in_turn(lambda: curves(engine, COUNTED), lambda: by_hand(engine, COUNTED), pairs)
    in_memory = in_turn(lambda: curves(engine), memory.fitted, pairs)
    return [
        row(f"survival by {STORED}", "DuckDB SQL by hand", stored, peak_mb),
        row(f"survival by {COUNTED}", "DuckDB SQL by hand", counted, peak_mb),
        row(f"survival by {STORED}", "lifelines on rows in memory", in_memory, peak_mb),
    ]
