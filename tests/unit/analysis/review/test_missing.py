"""What a pack says is missing, what is still open, and of which months its groups are."""

from datetime import date
from typing import Any

from analysis.review import pack
from data.database import Database, open_database
from data.database.repositories import actions, reviews
from data.records_improvement import Action, ProofMetric, ProofPlan, Verdict, VerdictWord
from data.records_reviews import ReviewDecision
from data.settings import settings
from tests.builders import a_company, a_customer, a_subscription, an_engine
from tests.unit.analysis.review.company import reviewed
from tests.unit.analysis.review.test_pack import END, START, assembled, figure, rows, section

AS_OF = date(2024, 12, 31)


def _judged(database: Database, title: str, word: VerdictWord) -> None:
    plan = ProofPlan(ProofMetric("churn"), baseline=0.02, check_on=date(2024, 12, 1), smallest_effect=0.01)
    made = actions.create(database, Action(title, owner="Support lead", due=date(2024, 6, 1)))
    made = actions.ship(database, actions.freeze(database, made, plan), date(2024, 6, 1))
    found = Verdict(word, "interrupted-series", plan.metric, 1, AS_OF, "proof-1", digest=title)
    actions.add_verdict(database, actions.move(database, made, "verifying"), found)


def _lacking(found: dict[str, Any]) -> dict[str, int]:
    return {row["what"]: row["count"] for row in rows(found, "missing", "missing")}


def test_actions_are_open_until_it_is_known_whether_they_worked() -> None:
    engine, database = an_engine(reviewed()), open_database(settings())
    for word in ("worked", "did-not", "cannot-tell"):
        _judged(database, word, word)
    actions.create(database, Action("To be done", owner="Support lead"))
    found = assembled(engine)
    assert figure(found, "verdicts", "actions_open")["value"] == 2
    assert [row["title"] for row in rows(found, "verdicts", "actions")] == [
        "worked", "did-not", "cannot-tell", "To be done",
    ]  # fmt: skip
    # Of what is judged nobody needs a plan or an owner any more.
    assert _lacking(found)["actions_without_plan"] == 1


def test_a_verdict_is_due_by_the_day_it_shipped_not_by_the_planned_one() -> None:
    """Planned for March and shipped in October: three whole months end in January."""
    engine, database = an_engine(reviewed()), open_database(settings())
    plan = ProofPlan(ProofMetric("churn"), baseline=0.02, ships_on=date(2024, 3, 1), check_on=date(2024, 6, 1))
    for title, shipped_on in (("Late", date(2024, 10, 2)), ("In time", date(2024, 3, 1))):
        made = actions.create(database, Action(title, owner="Support lead", due=date(2024, 6, 1)))
        actions.ship(database, actions.freeze(database, made, plan), shipped_on)
    found = assembled(engine)
    assert {row["title"]: row["check_on"] for row in rows(found, "verdicts", "actions")} == {
        "Late": "2025-02-01",
        "In time": "2024-06-01",
    }
    assert _lacking(found)["verdicts_due"] == 1


def test_an_action_is_overdue_from_the_day_after_it_was_due() -> None:
    engine, database = an_engine(reviewed()), open_database(settings())
    for title, due in (("Due today", AS_OF), ("Due yesterday", date(2024, 12, 30)), ("Never due", None)):
        actions.create(database, Action(title, owner="Support lead", due=due))
    found = assembled(engine)
    assert [row["title"] for row in rows(found, "missing", "overdue")] == ["Due yesterday"]


def test_what_nobody_owns_is_missing() -> None:
    engine, database = an_engine(reviewed()), open_database(settings())
    owned = actions.create(database, Action("Call who asks", owner="Support lead"))
    actions.create(database, Action("Nobody's"))
    before = reviews.create(database, date(2024, 7, 1), START)
    reviews.create(database, date(2024, 4, 1), date(2024, 7, 1))
    for decision in (
        ReviewDecision("Nobody does it"),
        ReviewDecision("Somebody does it", owner="Sales lead"),
        ReviewDecision("Its action is owned", action=owned.id),
    ):
        reviews.add_decision(database, before.id, decision, who="Moderator")
    taken_back = reviews.add_decision(database, before.id, ReviewDecision("Taken back"), who="Moderator")
    reviews.withdraw_decision(database, taken_back.id, who="Moderator")
    lacking = _lacking(assembled(engine))
    assert (lacking["decisions_without_owner"], lacking["actions_without_owner"]) == (1, 1)
    assert figure(assembled(engine), "missing", "missing_inputs")["value"] == len(lacking)


def test_groups_of_twelve_months_are_said_to_be_of_twelve_months() -> None:
    """Of 100 in retail 60 left from January to September, and nearly nobody else; 4 left in the quarter."""
    gone = [(f"r{n:03}", f"2024-{n % 9 + 1:02}-10" if n < 60 else None) for n in range(100)]
    gone += [(f"e{n:03}", "2024-11-10" if n < 4 else None) for n in range(300)]
    customers = [a_customer(name, industry="retail" if name.startswith("r") else "energy") for name, _day in gone]
    staged = a_company([a_subscription(name, "2022-01-01", day) for name, day in gone], customers=customers)
    found = pack.assemble(an_engine(staged), open_database(settings()), START, END)
    groups = next(one for one in section(found, "in-common")["tables"] if one["key"] == "groups")
    assert (groups["start"], groups["end"], len(groups["rows"])) == ("2024-01-01", "2025-01-01", 1)
    assert any("are of the twelve months to the end" in note for note in section(found, "in-common")["notes"])


def test_groups_of_the_quarter_need_no_such_remark() -> None:
    gone = [(f"r{n:03}", "2024-11-10" if n < 60 else None) for n in range(100)] + [
        (f"e{n:03}", None) for n in range(300)
    ]
    customers = [a_customer(name, industry="retail" if name.startswith("r") else "energy") for name, _day in gone]
    staged = a_company([a_subscription(name, "2022-01-01", day) for name, day in gone], customers=customers)
    found = pack.assemble(an_engine(staged), open_database(settings()), START, END)
    assert next(one for one in section(found, "in-common")["tables"] if one["key"] == "groups")["start"] == "2024-10-01"
    assert not any(
        "twelve months to the end of the quarter: of" in note for note in section(found, "in-common")["notes"]
    )
