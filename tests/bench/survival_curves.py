"""Survival of four groups with intervals, means and log-rank: against SQL by hand, and against lifelines in memory."""

import warnings

import numpy as np

from analysis.lifecycle.survival import SurvivalReport, survival
from analysis.statistics.log_rank import LogRank
from analysis.statistics.survival import SurvivalCurve
from data.engine import Engine, duckdb_backend
from data.records import Scope
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

BY = "plan"
_LIVES = """
select {by} as name, datediff('day', started_on, coalesce(first_lost_on, {as_of})) as age,
  first_lost_on is not null as lost
from read_parquet({lifetimes}) where started_on is not null
"""
_CURVES = """
with counts as (select name, age, sum(lost::int) as lost, count(*) as n from ({lives}) group by name, age),
risks as (select *, sum(n) over (partition by name order by age desc) as at_risk from counts)
select name, age, at_risk,
  bool_and(lost < at_risk) over w::int * exp(sum(if(lost < at_risk, ln(1 - lost / at_risk), 0)) over w) as survival,
  sum(lost / (at_risk * nullif(at_risk - lost, 0))) over w as spread
from risks window w as (partition by name order by age) order by name, age
"""
Curves = dict[str, np.ndarray]


def alone() -> None:
    """The curves once, for their memory."""
    curves(opened())


def curves(engine: Engine) -> SurvivalReport:
    """What the product answers."""
    found = survival(engine, Scope(), (BY,))
    assert isinstance(found, SurvivalReport)
    return found


def by_hand(engine: Engine) -> Curves:
    """Age, at risk and survival per group in one question to DuckDB."""
    found = duckdb_backend().con.sql(_CURVES.format(lives=_lives(engine))).fetchnumpy()
    columns = np.column_stack([found["age"], found["at_risk"], found["survival"]])
    return {name: columns[found["name"] == name] for name in np.unique(found["name"])}


def _lives(engine: Engine) -> str:
    as_of = f"date '{release_of(engine).as_of}'"
    return _LIVES.format(by=BY, as_of=as_of, lifetimes=engine.files["lifetimes"])


class InMemory:
    """Customers row by row, as lifelines takes them."""

    def __init__(self, engine: Engine) -> None:
        rows = duckdb_backend().con.sql(_lives(engine)).fetchnumpy()
        names = np.unique(rows["name"])
        self.groups = {n: (rows["age"][rows["name"] == n], rows["lost"][rows["name"] == n]) for n in names}

    def curves(self) -> Curves:
        """Curves with intervals per group, and what the product says of them: median, mean to a horizon, log-rank."""
        from lifelines import KaplanMeierFitter
        from lifelines.statistics import multivariate_logrank_test
        from lifelines.utils import median_survival_times, restricted_mean_survival_time

        found: Curves = {}
        for name, (age, lost) in self.groups.items():
            fitted = KaplanMeierFitter().fit(age, lost)
            median_survival_times(fitted.confidence_interval_)
            restricted_mean_survival_time(fitted, t=365)
            events = fitted.event_table
            found[name] = np.column_stack([events.index, events["at_risk"], fitted.survival_function_.iloc[:, 0]])
        ages, losses = (np.concatenate([group[i] for group in self.groups.values()]) for i in (0, 1))
        names = np.repeat(list(self.groups), [len(age) for age, _ in self.groups.values()])
        with warnings.catch_warnings():
            # lifelines 0.30.0 calls pandas in a way that pandas 4 will refuse.
            warnings.simplefilter("ignore")
            self.chi2 = float(multivariate_logrank_test(ages, names, losses).test_statistic)
        return found


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
    """Two rows; both references are first compared with the product, age by age."""
    engine = opened()
    memory = InMemory(engine)
    for theirs in (by_hand(engine), memory.curves()):
        if not same(curves(engine), theirs):
            raise SystemExit("product and reference disagree on survival")
    test = curves(engine).test
    if not isinstance(test, LogRank) or abs(test.chi2 - memory.chi2) > 1e-6 * test.chi2:
        raise SystemExit("product and lifelines disagree on the log-rank test")
    turns = in_turn(lambda: curves(engine), lambda: by_hand(engine), pairs)
    in_memory = in_turn(lambda: curves(engine), memory.curves, pairs)
    return [
        row("survival of four groups", "DuckDB SQL by hand", turns, peak_mb),
        row("survival of four groups", "lifelines on rows in memory", in_memory, peak_mb),
    ]
