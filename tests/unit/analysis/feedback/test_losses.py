"""Three reasons per loss, from what was imported, from interviews and from behaviour, on one small company."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analysis.feedback import taxonomy
from analysis.feedback.groups import Part, count, interviewed, parts, parts_of, places_of
from analysis.feedback.lists import Named, behind, named, quotes, worklist
from analysis.feedback.losses import KINDS, Feedback, Kind, Loss, diagnoses, listed, read_feedback, with_interviews
from analysis.feedback.report import ReasonReport, grouped, notes, reasons, report
from analysis.kpis.report import kpis
from analysis.periods import range_of
from analysis.results import Estimate, NotEnoughData
from data.database import open_database
from data.database.repositories import interviews, taxonomies
from data.engine import Engine
from data.errors import Busy, ReviewError
from data.queries.loss_groups import Place
from data.queries.loss_list import loss_rows
from data.queries.loss_rules import EventDays
from data.reasons import FIRST_TAXONOMY
from data.records import EVERYBODY, Condition, LossQuery, Operator, Period, Scope, Segment
from data.records_interviews import Answer, Interview, ReasonMapping
from data.settings import settings
from tests.builders import a_company, a_customer, a_subscription, a_table, an_engine, day
from tests.parity.companies import known_late

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
    return {loss.customer_id: loss for loss in listed(engine, LossQuery(period=period), found)}


def reported(engine: Engine, found: Feedback) -> ReasonReport:
    return report(parts_of(engine, EVERYBODY, MARCH, found), found)


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

    assert reported(engine, unknown).unmapped == (("the moon was full", 1),)
    assert read(engine, known)["c3"].stated == "price"
    assert reported(engine, known).unmapped == ()


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

    assert (loss.diagnosed, loss.avoidable, len(loss.interviews)) == ("price", "no", 3)


def test_an_interview_about_another_loss_says_nothing_of_this_one(engine: Engine) -> None:
    assert read(engine, feedback(replace(TALK, lost_on=date(2023, 3, 10))))["c1"].diagnosed == ""
    assert read(engine, feedback(replace(TALK, lost_on=date(2024, 3, 3))))["c1"].diagnosed == "support"


def test_interviews_about_a_loss_without_a_day_stay_with_the_customer(engine: Engine) -> None:
    undated = [replace(loss, dated=False) for loss in read(engine, feedback()).values()]
    losses = with_interviews(undated, feedback(replace(TALK, lost_on=date(2023, 3, 10))))
    assert [loss.diagnosed for loss in losses if loss.customer_id == "c1"] == ["support"]


def test_shares_are_of_the_losses_with_a_reason_and_money_is_what_they_paid(engine: Engine) -> None:
    found = feedback(*(replace(TALK, id=n, customer_id=f"c{n}") for n in range(1, 11)))
    made = reported(engine, found)
    row = next(row for row in made.rows if row.kind == "diagnosed")

    assert (row.reason, row.customers, row.mrr_cents, row.avoidable) == ("support", 10, 55_000, "yes")
    assert isinstance(row.share, Estimate)
    assert (row.share.value, row.share.n) == (1.0, 10)
    assert isinstance(made.undiagnosed, Estimate)
    assert (made.undiagnosed.value, made.losses, made.mrr_cents) == (2 / 12, 12, 78_000)


def test_how_often_two_kinds_differ_needs_ten_losses(engine: Engine) -> None:
    found = feedback(TALK, replace(TALK, id=2, customer_id="c2", diagnosed="competitor"))
    first = reported(engine, found).disagreements[0]

    assert dict(first.cells) == {("price", "support"): 1, ("competitor", "competitor"): 1}
    assert first.share == NotEnoughData("too few losses", 2, 10)


def test_shares_per_group_are_of_the_losses_of_that_group(engine: Engine) -> None:
    found = feedback(*(replace(TALK, id=n, customer_id=f"c{n}") for n in range(1, 12)))
    groups = grouped(placed(engine, found, Place(attribute="csm_id")), "diagnosed")

    assert groups["mia"][0] == 11
    assert groups["mia"][1]["support"].value == 1.0  # pyright: ignore[reportAttributeAccessIssue] - eleven are enough


@pytest.mark.parametrize("place", [Place(), Place(grain="week"), Place(attribute="industry")])
@pytest.mark.parametrize("period", [MARCH, None])
def test_what_is_counted_are_the_losses_one_by_one(engine: Engine, place: Place, period: Period | None) -> None:
    # Two interviews about one loss, one about an earlier loss, and one that names another stated reason.
    held = (TALK, replace(TALK, id=2, customer_id="c3", stated="price"), replace(TALK, id=3, customer_id="back"))
    found = feedback(*held, replace(TALK, id=4, customer_id="c3", diagnosed="price"))
    counted = Counter[tuple[str, ...]]()
    for part in placed(engine, found, place, period):
        counted[part.of.place, *(part.of.reason(kind) for kind in KINDS)] += part.customers

    one_by_one = read(engine, found, period).values()
    place_of = places_of(engine, list(one_by_one), place)
    assert counted == Counter((place_of(x), x.stated, x.diagnosed, x.suggested) for x in one_by_one)


def placed(engine: Engine, found: Feedback, place: Place, period: Period | None = MARCH) -> tuple[Part, ...]:
    held = interviewed(engine, LossQuery(period=period), found)
    return parts(count(engine, EVERYBODY, period, (Place(), place))[1], held, places_of(engine, held, place), found)


def test_as_many_without_a_value_are_listed_as_are_counted(churn_home: Path) -> None:
    """One has an empty text, one no value, and one is in no row of the customers' file."""
    people = [a_customer("e", industry=""), a_customer("n"), a_customer("r", industry="retail")]
    rows = [
        a_subscription(c, starts="2022-01-01", ends="2024-03-10", cancel_reason="price") for c in ("e", "n", "r", "x")
    ]
    engine = an_engine(a_company([*rows, a_subscription("stays")], customers=people))
    (groups,) = count(engine, EVERYBODY, MARCH, (Place(attribute="industry"),))
    asked: dict[Operator, list[str]] = {"in": ["e", "n", "x"], "not in": ["r"]}
    for operator, listed_here in asked.items():
        segment = Segment((Condition("industry", operator, ("",)),))
        found = listed(engine, LossQuery(segment=segment, period=MARCH), feedback())
        assert sorted(loss.customer_id for loss in found) == listed_here
    assert sum(group.customers for group in groups if group.place == "") == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_bar_lists_the_customers_it_counts_the_largest_first(engine: Engine, kind: Kind) -> None:
    found = feedback(TALK, replace(TALK, id=2, customer_id="c4", stated="price", diagnosed="price"))
    (groups,), query = count(engine, EVERYBODY, MARCH), LossQuery(period=MARCH)
    for row in (row for row in reported(engine, found).rows if row.kind == kind):
        listed_here = behind(engine, query, kind, (row.reason,), groups, found)
        assert [x.customer_id for x in listed_here] == [
            x.customer_id for x in read(engine, found).values() if x.reason(kind) == row.reason
        ]
        assert sum(x.mrr_cents for x in listed_here) == row.mrr_cents
        assert behind(engine, replace(query, limit=1), kind, (row.reason,), groups, found) == listed_here[:1]


def test_a_text_is_found_in_any_case_and_has_the_reason_found_later(engine: Engine) -> None:
    said = (Answer("main_reason", "Why?", " Quicker help elsewhere "),)
    found = feedback(replace(TALK, customer_id="c2", answers=said), replace(TALK, customer_id="c9", answers=said))
    held = with_interviews(interviewed(engine, LossQuery(period=MARCH), found), found)

    quoted = quotes(engine, LossQuery(period=MARCH, said="QUICKER", limit=9), held, found)
    assert [(q.customer_id, q.text, q.question, q.reason) for q in quoted.shown] == [
        ("c9", "Quicker help elsewhere", "main_reason", "support"),
        ("c2", "They were quicker.", "", "support"),
        ("c2", "Quicker help elsewhere", "main_reason", "support"),
    ]
    assert quotes(engine, LossQuery(period=MARCH, limit=1), held, found).texts == 3


def test_what_an_earlier_interview_about_a_loss_said_stays_beside_a_later_one(engine: Engine) -> None:
    why, again = Answer("main_reason", "Why?", "Slow answers."), Answer("main_reason", "Why?", "Still slow answers.")
    first = replace(TALK, answers=(why,), competitor="Acme", return_condition="Faster help")
    second = replace(TALK, id=2, on=date(2024, 4, 2), diagnosed="", answers=(again,), competitor="ACME ")
    found = feedback(second, first, replace(TALK, id=3, customer_id="c5"))
    held = with_interviews(interviewed(engine, LossQuery(period=MARCH), found), found)

    quoted = quotes(engine, LossQuery(period=MARCH, said="slow", limit=9), held, found)
    assert [(q.text, q.reason) for q in quoted.shown] == [(a.text, "support") for a in (why, again)]
    assert (named(held, "competitor").answers, named(held, "competitor").said) == ((("Acme", 2),), 2)
    assert named(held, "return_condition") == Named((("Faster help", 1),), 3)


def test_the_worklist_has_whom_nobody_asked_the_largest_first(engine: Engine) -> None:
    found = feedback(TALK, replace(TALK, customer_id="c11", lost_on=date(2020, 1, 1)))
    query, begun = LossQuery(left=MARCH, limit=2), [Interview("c12", TALK.lost_on)]

    waiting = worklist(engine, query, begun, found)
    assert [loss.customer_id for loss in waiting.shown] == ["c11", "c10"]
    assert (waiting.waiting, waiting.lost, waiting.mrr_cents) == (10, 12, 78_000 - 1_000 - 12_000)
    called = worklist(engine, replace(query, search=" C1"), begun, found)
    assert ([loss.customer_id for loss in called.shown], called.found) == (["c11", "c10"], 2)


def test_who_was_there_when_the_data_begin_left_at_the_age_since_the_signing(churn_home: Path) -> None:
    tickets = [
        {"ticket_id": f"t{n}", "customer_id": "k3", "opened_at": datetime(2022, 9, n, tzinfo=UTC)} for n in range(1, 5)
    ]
    late = known_late(lost_in=2023)
    engine = an_engine(replace(late, tables=(*late.tables, a_table("tickets", tickets))))
    rows = {row["customer_id"]: row for row in loss_rows(engine, LossQuery(), EventDays())}

    # Signed on the first day, 120 days before it, and nobody knows when.
    assert {c: (rows[c]["age"], rows[c]["first"]) for c in ("k0", "k3", "unknown")} == {
        "k0": (14, "early"),
        "k3": (165, ""),
        "unknown": (None, ""),
    }
    assert rows["k3"]["tickets_from"] == date(2022, 9, 3)
    assert rows["unknown"]["tickets_from"] == date(2022, 9, 1)
    assert [loss.started_on for loss in listed(engine, LossQuery(customers=("k3",)), feedback())] == [date(2022, 9, 3)]


def test_ten_thousand_interviews_are_no_harm(engine: Engine) -> None:
    found = feedback(*(replace(TALK, id=n, customer_id=f"c{n}") for n in range(1, 10_001)))
    assert [row.customers for row in reported(engine, found).rows if row.kind == "diagnosed"] == [12]


def test_the_notes_name_the_versions_and_what_is_not_known(engine: Engine) -> None:
    found = feedback(TALK)
    said = notes(reported(engine, found))

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
    before = reported(engine, read_feedback(db))
    second = taxonomies.save(db, taxonomy.split(taxonomies.newest(db), "price", ["List price", "Price rise"]))
    interviews.recode(db, talk, "price_rise", second.version)
    interviews.save(db, replace(TALK, customer_id="c1", taxonomy=2, diagnosed="list_price", on=date(2024, 3, 12)))

    old, new = read_feedback(db, 1), read_feedback(db)
    assert reported(engine, old) == before
    assert [row.reason for row in reported(engine, new).rows if row.kind == "diagnosed"] == ["price_rise"]
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


def test_a_range_the_data_do_not_reach_has_no_report(engine: Engine) -> None:
    with pytest.raises(ReviewError, match="The data end on 2024-12-31"):
        reasons(engine, Scope(date(2024, 6, 1), date(2025, 6, 1)), feedback())
