"""Three reasons per loss, from what was imported, from interviews and from behaviour, on one small company."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analysis.feedback import taxonomy
from analysis.feedback.losses import Feedback, Loss, diagnoses, facts_of, losses_of, read_feedback
from analysis.feedback.report import grouped, notes, range_of, report
from analysis.kpis.report import kpis
from analysis.results import Estimate, NotEnoughData
from data.database import open_database
from data.database.repositories import interviews, taxonomies
from data.engine import Engine
from data.errors import Busy, ReviewError
from data.reasons import FIRST_TAXONOMY
from data.records import EVERYBODY, Period, Scope
from data.records_interviews import Interview, ReasonMapping
from data.settings import settings
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
TALK = Interview("c1", date(2024, 3, 10), state="done", interviewer="noor", on=date(2024, 3, 20), diagnosed="support")


def exit_survey(customer: str, on: str, reason: str, text: str = "") -> dict[str, object]:
    at = datetime.combine(day(on), datetime.min.time(), UTC)
    return {"response_id": customer, "customer_id": customer, "at": at, "kind": "exit", "reason": reason, "text": text}


def the_company():
    """Twelve customers lost in March 2024 and a thirteenth earlier, who came back and left again."""
    lost = [a_subscription(f"c{n}", starts="2022-01-01", ends="2024-03-10", mrr=1000 * n) for n in range(1, 13)]
    lost[0] |= {"cancel_reason": "Too_Expensive"}
    lost[1] |= {"cancel_reason": "  other "}
    lost[2] |= {"cancel_reason": "the moon was full", "cancel_kind": "payment"}
    returned = [
        a_subscription("back", starts="2022-01-01", ends="2023-01-01", cancel_reason="price"),
        a_subscription("back", starts="2023-06-01", ends="2024-06-01", cancel_reason="competitor"),
        *(a_subscription(f"stays{n}", starts="2022-01-01") for n in range(8)),
    ]
    return a_company(
        [*lost, *returned],
        customers=[a_customer(f"c{n}", csm_id="mia", industry="retail" if n < 6 else "health") for n in range(1, 13)],
        surveys=[
            exit_survey("c2", "2024-03-12", "switching", "They were quicker."),
            exit_survey("c4", "2025-12-12", "price"),
        ],
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(Path(tmp_path_factory.mktemp("reasons")) / "home"))
        return an_engine(the_company())


def feedback(*held: Interview, texts: tuple[tuple[str, str], ...] = ()) -> Feedback:
    return Feedback((FIRST_TAXONOMY,), 1, ReasonMapping(1, 1, texts), held)


def read(engine: Engine, found: Feedback, period: Period | None = MARCH) -> dict[str, Loss]:
    return {loss.customer_id: loss for loss in losses_of(facts_of(engine, EVERYBODY, period), found)}


def test_the_stated_reason_is_the_one_given_when_cancelling_else_of_the_survey(engine: Engine) -> None:
    losses = read(engine, feedback())

    assert (losses["c1"].stated, losses["c1"].said) == ("price", "Too_Expensive")
    # "Other" says nothing; the survey does.
    assert (losses["c2"].stated, losses["c2"].said, losses["c2"].survey_text) == (
        "competitor",
        "switching",
        "They were quicker.",
    )
    # An answer of two years later is about something else.
    assert (losses["c4"].stated, losses["c4"].said) == ("", "")


def test_a_text_nobody_knows_is_listed_until_somebody_says_what_it_stands_for(engine: Engine) -> None:
    unknown, known = feedback(), feedback(texts=(("the moon was full", "price"),))

    assert report(list(read(engine, unknown).values()), unknown).unmapped == (("the moon was full", 1),)
    assert read(engine, known)["c3"].stated == "price"
    assert report(list(read(engine, known).values()), known).unmapped == ()


def test_an_unknown_text_stays_listed_when_an_interview_gives_the_reason(engine: Engine) -> None:
    found = feedback(replace(TALK, customer_id="c3", stated="price"))
    loss = read(engine, found)["c3"]

    assert (loss.said, loss.said_code, loss.unmapped, loss.stated) == ("the moon was full", "", True, "price")


def test_the_reason_of_a_loss_is_not_that_of_an_earlier_one(engine: Engine) -> None:
    earlier = Period(date(2023, 1, 1), date(2023, 2, 1))

    assert read(engine, feedback(), earlier)["back"].stated == "price"
    assert read(engine, feedback(), None)["back"].stated == "competitor"


def test_a_failed_payment_is_seen_in_the_behaviour(engine: Engine) -> None:
    assert read(engine, feedback())["c3"].suggested == "payment_failure"


def test_of_several_interviews_the_last_one_that_names_a_reason_counts(engine: Engine) -> None:
    later = replace(TALK, id=2, on=TALK.on + timedelta(days=9), diagnosed="price", avoidable="no")  # pyright: ignore[reportOptionalOperand] - it has a day
    silent = replace(later, id=3, on=date(2024, 5, 1), diagnosed="")
    loss = read(engine, feedback(TALK, later, silent))["c1"]

    assert (loss.diagnosed, loss.avoidable, loss.interviews) == ("price", "no", 3)


def test_an_interview_about_another_loss_says_nothing_of_this_one(engine: Engine) -> None:
    assert read(engine, feedback(replace(TALK, lost_on=date(2023, 3, 10))))["c1"].diagnosed == ""
    assert read(engine, feedback(replace(TALK, lost_on=date(2024, 3, 3))))["c1"].diagnosed == "support"


def test_interviews_about_a_loss_without_a_day_stay_with_the_customer(engine: Engine) -> None:
    facts = replace(facts_of(engine, EVERYBODY, MARCH), dated=False)
    losses = losses_of(facts, feedback(replace(TALK, lost_on=date(2023, 3, 10))))
    assert [loss.diagnosed for loss in losses if loss.customer_id == "c1"] == ["support"]


def test_shares_are_of_the_losses_with_a_reason_and_money_is_what_they_paid(engine: Engine) -> None:
    found = feedback(*(replace(TALK, id=n, customer_id=f"c{n}") for n in range(1, 11)))
    made = report(list(read(engine, found).values()), found)
    row = next(row for row in made.rows if row.kind == "diagnosed")

    assert (row.reason, row.customers, row.mrr_cents, row.avoidable) == ("support", 10, 55_000, "yes")
    assert isinstance(row.share, Estimate)
    assert (row.share.value, row.share.n) == (1.0, 10)
    assert isinstance(made.undiagnosed, Estimate)
    assert (made.undiagnosed.value, made.losses, made.mrr_cents) == (2 / 12, 12, 78_000)


def test_how_often_two_kinds_differ_needs_ten_losses(engine: Engine) -> None:
    found = feedback(TALK, replace(TALK, id=2, customer_id="c2", diagnosed="competitor"))
    first = report(list(read(engine, found).values()), found).disagreements[0]

    assert dict(first.cells) == {("price", "support"): 1, ("competitor", "competitor"): 1}
    assert first.share == NotEnoughData("too few losses", 2, 10)


def test_shares_per_group_are_of_the_losses_of_that_group(engine: Engine) -> None:
    found = feedback(*(replace(TALK, id=n, customer_id=f"c{n}") for n in range(1, 12)))
    groups = grouped(read(engine, found).values(), "diagnosed", lambda loss: loss.owner)

    assert groups["mia"][0] == 11
    assert groups["mia"][1]["support"].value == 1.0  # pyright: ignore[reportAttributeAccessIssue] - eleven are enough


def test_the_notes_name_the_versions_and_what_is_not_known(engine: Engine) -> None:
    found = feedback(TALK)
    said = notes(report(list(read(engine, found).values()), found))

    assert (
        said[0]
        == "12 losses; with a reason: 2 stated, 1 diagnosed, 1 suggested. Each share is of the losses with a reason of that kind."
    )
    assert "version 1 of the list" in said[1]
    assert said[2].startswith("91.7 %")
    assert "the most frequent: the moon was full (1)" in said[-1]


def test_the_avoidable_rate_counts_losses_diagnosed_avoidable_once(engine: Engine) -> None:
    held = (
        TALK,
        replace(TALK, id=2),
        replace(TALK, id=3, customer_id="c2", avoidable="no"),
        replace(TALK, id=4, customer_id="stays1"),
    )
    scope = Scope(date(2024, 2, 1), date(2024, 4, 1))
    february, march = kpis(engine, scope, diagnosed=diagnoses(feedback(*held))).rows

    assert isinstance(february.avoidable_churn_rate, NotEnoughData)
    assert isinstance(march.avoidable_churn_rate, Estimate)
    assert (march.avoidable_churn_rate.value, march.avoidable_churn_rate.n) == (1 / 21, 21)
    assert (march.churned_undiagnosed, kpis(engine, scope).rows[1].churned_undiagnosed) == (10, 12)


def test_a_split_leaves_the_report_under_the_old_list_as_it_was(engine: Engine) -> None:
    db = open_database(settings())
    talk = interviews.save(db, replace(TALK, diagnosed="price"))
    facts = facts_of(engine, EVERYBODY, MARCH)
    before = report(losses_of(facts, read_feedback(db)), read_feedback(db))
    second = taxonomies.save(db, taxonomy.split(taxonomies.newest(db), "price", ["List price", "Price rise"]))
    interviews.recode(db, talk, "price_rise", second.version)
    interviews.save(db, replace(TALK, customer_id="c1", taxonomy=2, diagnosed="list_price", on=date(2024, 3, 12)))

    old, new = read_feedback(db, 1), read_feedback(db)
    assert report(losses_of(facts, old), old) == before
    assert [row.reason for row in report(losses_of(facts, new), new).rows if row.kind == "diagnosed"] == ["price_rise"]
    with pytest.raises(ReviewError, match="There is no version 3 of the list"):
        read_feedback(db, 3)
    with pytest.raises(Busy):
        taxonomies.save(db, replace(second, version=1, reasons=second.reasons[:3]))


def test_a_range_has_two_ends() -> None:
    assert range_of(Scope()) is None
    with pytest.raises(ReviewError, match="both --from and --to"):
        range_of(Scope(start=date(2024, 1, 1)))
    with pytest.raises(ReviewError, match="is empty"):
        range_of(Scope(start=date(2024, 1, 1), end=date(2024, 1, 1)))
