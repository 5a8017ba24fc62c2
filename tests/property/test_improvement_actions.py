"""Whatever is done to an action, by its moves or past them: its states follow the table, and what was frozen stays."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from analysis.improvement import actions
from analysis.improvement.moves import FROZEN, MOVES, Move, allowed
from data.database import Database, open_database
from data.database.repositories import actions as stored
from data.errors import Busy, ReviewError
from data.proof_documents import differences
from data.records_improvement import Action, ProofMetric, ProofPlan, Verdict
from data.settings import Settings

START = date(2026, 1, 5)
PLAN = ProofPlan(ProofMetric("churn"), smallest_effect=0.02, ships_on=START)
ACTION = Action("Calls", owner="Success lead", due=START, draft=PLAN)
REFUSED = (ReviewError, Busy, ValueError, DatabaseError)

Deed = Callable[[Database, Action, int], object]


def other(one: Action, n: int) -> ProofPlan:
    """The plan in force or drafted with something changed."""
    plan = one.frozen or one.draft or PLAN
    changes: tuple[dict[str, Any], ...] = (
        {"window_months": 3 + n},
        {"smallest_effect": 0.001 * (n + 1)},
        {"metric": ProofMetric("early-churn", days=30 + n)},
        {"baseline_months": 8 + n},
        {"ships_on": START + timedelta(days=n)},
    )
    return replace(plan, **changes[n % len(changes)])


def verdict(one: Action, n: int) -> Verdict:
    words: tuple[Any, ...] = ("worked", "did-not", "cannot-tell")
    metric = (one.frozen or PLAN).metric
    return Verdict(
        words[n % 3], "interrupted-series", metric, n + 1, date(2040, 1, 1), "x", months_more=n, digest=f"{n}{n % 3}"
    )


BY_MOVES: dict[Move, Deed] = {
    "change": lambda db, one, n: actions.change(db, one, replace(one, title=f"Calls {n}")),
    "draft": lambda db, one, n: actions.draft_plan(db, one, other(one, n)),
    "agree": lambda db, one, n: actions.agree(db, one, replace(one.draft or PLAN, ships_on=START), START),
    "begin": lambda db, one, n: actions.begin(db, one),
    "ship": lambda db, one, n: actions.ship(db, one, START + timedelta(days=n)),
    "amend": lambda db, one, n: actions.amend(db, one, other(one, n), "why"),
    "verify": lambda db, one, n: actions.verify(db, one),
    "judge": lambda db, one, n: actions.judge(db, one, verdict(one, n)),
    "wait": lambda db, one, n: actions.wait(db, one),
    "close": lambda db, one, n: actions.close(db, one, "enough"),
    "reopen": lambda db, one, n: actions.reopen(db, one, "again"),
}


def by_sql(table: str, change: str) -> Deed:
    def run(db: Database, one: Action, n: int) -> None:
        with db.writing() as session:
            session.execute(text(f"UPDATE {table} SET {change} WHERE action_id = {one.id}"))

    return run


PAST_THE_MOVES: dict[str, Deed] = {
    "save": lambda db, one, n: stored.save(db, one, replace(one, frozen=other(one, n), draft=other(one, n), round=7)),
    "amend": lambda db, one, n: stored.amend(db, one, other(one, n), "why"),
    "draft": lambda db, one, n: stored.draft_plan(db, one, other(one, n)),
    "freeze": lambda db, one, n: stored.freeze(db, one, other(one, n)),
    "wait": lambda db, one, n: stored.wait(db, one, other(one, n), "why"),
    "ship": lambda db, one, n: stored.ship(db, one, START + timedelta(days=n)),
    "move": lambda db, one, n: stored.move(db, one, ("agreed", "doing", "verifying")[n % 3]),
    "verdict": lambda db, one, n: stored.add_verdict(db, replace(one, state="verifying"), verdict(one, n)),
    "plans": by_sql("action_plans", "plan = '{}'"),
    "amendments": by_sql("action_amendments", "plan = '{}'"),
    "verdicts": by_sql("verdicts", "word = 'worked'"),
    "history": by_sql("action_moves", "after = 'worked'"),
}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_database(Settings(home=tmp_path_factory.mktemp("actions") / "home"))
    yield database
    database.close()


def tried(deed: Deed, db: Database, one: Action, n: int) -> Action:
    """The action afterwards; unchanged when it was refused."""
    try:
        deed(db, one, n)
    except REFUSED:
        assert stored.get(db, one.id) == one
    return stored.get(db, one.id)


def holds(before: Action, after: Action, plans: dict[int, tuple[ProofPlan, ...]]) -> None:
    """What is true of any action after anything was done to it."""
    assert after.history[: len(before.history)] == before.history
    assert after.verdicts[: len(before.verdicts)] == before.verdicts
    assert after.amendments[: len(before.amendments)] == before.amendments
    for step, following in zip(after.history, after.history[1:], strict=False):
        assert following.before == step.after
    assert after.state == after.history[-1].after
    assert (after.frozen is None) == (after.round not in plans)
    if after.round in plans:
        assert after.frozen == plans[after.round][-1]
    if before.round == after.round and before.shipped_on is not None:
        assert after.shipped_on == before.shipped_on
        assert before.frozen is not None
        assert after.frozen is not None
        assert set(differences(before.frozen, after.frozen)[1]) <= {"window_months", "check_on"}
        assert after.frozen.window_months >= before.frozen.window_months


#: Half of the steps are allowed ones, or hardly a walk would come as far as a verdict.
STEPS = st.tuples(st.sampled_from([None] * len(BY_MOVES) + sorted(BY_MOVES)), st.integers(0, 6))


def an_allowed(one: Action, n: int) -> Move:
    found: list[Move] = [move for move in allowed(one) if move in BY_MOVES]
    return found[n % len(found)]


@settings(max_examples=40)
@given(st.lists(STEPS, max_size=20))
def test_moves_lead_where_the_table_says_and_refusals_change_nothing(db: Database, walk: list[tuple[Move | None, int]]):
    one = actions.create(db, ACTION)
    for step, n in walk:
        move = step or an_allowed(one, n)
        before, one = one, tried(BY_MOVES[move], db, one, n)
        holds(before, one, stored.plans(db, one.id))
        if (before.state, move) not in MOVES:
            assert one == before
        assert one.state == before.state or one.state in MOVES[before.state, move]


TO_SHIPPED: tuple[tuple[Move, int], ...] = (
    ("agree", 0),
    ("begin", 0),
    ("ship", 1),
    ("verify", 0),
    ("judge", 2),
    ("wait", 0),
    ("judge", 5),
)


@settings(max_examples=40)
@given(
    st.integers(3, len(TO_SHIPPED)),
    st.lists(st.tuples(st.sampled_from(sorted(PAST_THE_MOVES)), st.integers(0, 6)), min_size=1, max_size=8),
)
def test_past_the_moves_a_plan_that_shipped_only_ever_waits_longer(
    db: Database, steps: int, attacks: list[tuple[str, int]]
):
    one = actions.create(db, ACTION)
    for move, n in TO_SHIPPED[:steps]:
        BY_MOVES[move](db, one, n)
        one = stored.get(db, one.id)
    assert one.state in FROZEN
    frozen = stored.plans(db, one.id)[1][0]
    for attack, n in attacks:
        before, one = one, tried(PAST_THE_MOVES[attack], db, one, n)
        plans = stored.plans(db, one.id)
        holds(before, one, plans)
        assert plans[1][0] == frozen
        assert one.round == 1
        assert one.state == before.state or any(one.state in MOVES.get((before.state, move), ()) for move in BY_MOVES)
