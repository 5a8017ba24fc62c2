"""Every test that takes `database` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from data.database import Database, open_database
from data.database.repositories import (
    actions,
    annotations,
    experiments,
    findings,
    mappings,
    outbox,
    releases,
    reviews,
    segments,
    users,
    win_back,
)
from data.records import EVERYBODY
from data.records_experiments import Experiment, Plan
from data.records_improvement import Action, Call, Finding, Link, ProofMetric, ProofPlan, Verdict
from data.records_reviews import Attendee, Item, Message, Note, ReviewDecision, Vote
from data.settings import Settings
from tests.postgres import database, empty_database, postgres_server
from tests.unit.data.database.homes import publish

__all__ = ["database", "empty_database", "postgres_server"]


@pytest.fixture
def home(empty_database: Settings) -> Iterator[Settings]:
    """A home with three releases, the first of them dropped, and something of everything people write."""
    settings = empty_database
    database = open_database(settings)
    for count in (3, 5, 8):
        publish(settings, database, count)
    releases.pin(database, 2, "review 2026Q3")
    releases.drop(database, keep=1)
    mappings.save(database, "telco", {"churned": "Churn", "on": date(2026, 1, 1)})
    segments.save(database, "all", EVERYBODY)
    annotations.add(database, date(2026, 1, 1), "Price rise 价格")
    draft = experiments.save_draft(database, Experiment("save-call", Plan("Call", ends_on=date(2026, 3, 1))))
    experiments.start(database, draft, draft.plan, date(2026, 1, 1))
    users.add(database, "mia", "Mia", "viewer")
    an_action(database)
    a_review(database)
    outbox.put(database, [Message("mail", "review", "Minutes", "text", "<p>", (("minutes.html", "PGI+"),))])
    yield settings
    open_database(settings).close()


def an_action(database: Database) -> None:
    """An action with everything that is recorded of one, and a call to a lost customer."""
    plan = ProofPlan(ProofMetric("churn"), ships_on=date(2026, 1, 1), check_on=date(2026, 4, 1))
    finding = findings.keep(database, Finding("seen", "overview", {"grain": ("month",)}, 3))
    action = actions.create(database, Action("Calls", findings=(finding.id,), draft=plan))
    agreed = actions.freeze(database, action, plan)
    amended = actions.amend(database, agreed, replace(plan, window_months=4), "slow months")
    shipped = actions.move(database, actions.ship(database, amended, date(2026, 1, 1)), "verifying")
    verdict = Verdict("cannot-tell", "interrupted-series", plan.metric, 3, date(2026, 5, 1), "proof-1", digest="a")
    judged = actions.add_verdict(database, shipped, verdict)
    actions.wait(database, judged, replace(plan, window_months=9), "more months")
    actions.comment(database, action.id, "seen, @noor", ("noor",))
    actions.add_link(database, action.id, Link("Script", "https://example.com"))
    win_back.add(database, [Call(action.id, "c-1", date(2026, 2, 1), "reason")])


def a_review(database: Database) -> None:
    """A signed review with something of everything that is said in one."""
    draft = reviews.create(database, date(2026, 7, 1), date(2026, 10, 1))
    items = (Item("question", "who-left"),)
    running = reviews.start(database, reviews.prepare(database, draft, 3, {"schema": 1}, "a", items))
    item = running.items[0].id
    reviews.add_note(database, running.id, Note("说", item))
    reviews.vote(database, running.id, Vote("item", item, "mia"))
    reviews.add_decision(database, running.id, ReviewDecision("We call", item, 1))
    reviews.attend(database, running.id, Attendee("Mia", "Success"))
    held = reviews.end(database, running)
    reviews.add_minutes(database, held.id, {"decisions": []}, "b")
    reviews.sign_minutes(database, held.id, 1)
    reviews.sign(database, held)
