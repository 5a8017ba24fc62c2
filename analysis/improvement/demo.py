"""The improvement actions of the demo company, as its people would have planned and carried them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from analysis.improvement import actions, findings
from analysis.proof import verdicts
from analysis.proof.checks import COHORT_BASELINE_MONTHS
from analysis.proof.gain import proposed
from analysis.proof.measure import known_of, measured, months_so_far
from analysis.proof.report import metric_key
from analysis.proof.window import months_between, months_later
from analysis.results import Estimate
from analysis.statistics.proportions import wilson_interval
from data.database.repositories import actions as stored
from data.queries.experiments import experiment_keys
from data.queries.measured import as_of
from data.queries.proof import days_after
from data.records import Condition, Segment
from data.records_improvement import Action, Finding, Number, ProofMetric, ProofMonth, ProofPlan
from data.sample.timeline import Timeline, timeline
from data.sample.truth import EXPERIMENTS, REAL_EFFECT

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

BASELINE, WINDOW = 12, 12
"""Months before and after that are compared, where the company has lasted so long."""
LONG = 17
"""The same for use, which differs so much between customers that it takes more of them."""
PLANNED_AHEAD = 45
"""Days between the agreement on an action and the day it reaches customers."""
SMALL = Segment((Condition("company_size", "in", ("1-9", "10-49")),))
EAST = Segment((Condition("region", "in", ("east",)),))
ELSEWHERE = Segment((Condition("region", "in", ("north", "south", "west")),))
UNTRAINED = Segment(
    (
        Condition("industry", "in", ("manufacturing",)),
        Condition("company_size", "in", ("1-9", "10-49")),
        Condition("attended_training", "in", ("no",)),
    )
)


@dataclass(frozen=True)
class Seen:
    """What made somebody act: a sentence with a place for the figure, and where it was seen."""

    sentence: str
    page: str
    chart: str


@dataclass(frozen=True)
class Story:
    """One action and how far it has come.

    begun    Whether work on it began. shipped_on: the day it reached customers; None = it has not.
    agreed   Whether its plan was frozen.
    """

    action: Action
    plan: ProofPlan
    seen: Seen | None = None
    agreed: bool = True
    begun: bool = True
    shipped_on: date | None = None


def write_actions(db: Database, engine: Engine, months: int, end: date) -> None:
    """Write the actions with their findings, plans and verdicts, each by its owner; nothing beside actions of others.

    Whatever was not written, because the program was stopped, is written the next time.

    months, end  Of the demo company. Actions whose metric its data do not hold, or hold too shortly, are left out.
    """
    wanted = {story.action.title: story for story in stories(timeline(months, end))}
    known = {action.title for action in stored.all(db, archived=True)}
    if known - set(wanted):
        return
    told = [story for title, story in wanted.items() if title not in known and _can_be_told(engine, db, story)]
    for story in told:
        with db.writing(story.action.owner):
            _live(db, engine, story)


def stories(line: Timeline) -> tuple[Story, ...]:
    """All actions, the oldest first."""
    return (*_onboarding(line), _newsletter(line), _call(line), *_recent(line))


def _onboarding(line: Timeline) -> tuple[Story, ...]:
    """Three parts of the guided onboarding, each with a metric of its own."""
    guide = Action(
        "Guide new customers through their first weeks",
        "Every new customer gets a plan of its first weeks and somebody who goes through it with them.",
        owner="Onboarding lead",
        department="Customer Success",
        effort_days=60,
        confidence="high",
        reason="onboarding",
    )
    first_steps = replace(
        guide,
        title="Show the first steps inside the product",
        text="A list of first steps leads new customers to what they bought the product for.",
        owner="Product lead",
        department="Product",
        effort_days=25,
        confidence="medium",
        reason="",
    )
    answers = replace(
        first_steps,
        title="Answer the questions of the first weeks beforehand",
        text="Short guides for what new customers ask most often, sent before they ask.",
        owner="Support lead",
        department="Support",
        effort_days=15,
    )
    use = ProofPlan(ProofMetric("first-use", days=30), SMALL, smallest_effect=20.0)
    early = ProofPlan(ProofMetric("early-churn", days=90), smallest_effect=0.03)
    asked = ProofPlan(ProofMetric("tickets", "onboarding", 30), smallest_effect=0.1)
    leave = Seen("{0} of those who sign leave within 90 days.", "lifecycle", "cohorts")
    idle = Seen("A new customer of under 50 employees does {0} core actions in 30 days.", "lifecycle", "cohorts")
    write = Seen("A new customer writes {0} onboarding tickets in its first 30 days.", "reasons", "reasons")
    on = line.onboarding_on
    return (
        _shipped(line, on, guide, early, leave),
        _shipped(line, on, first_steps, use, idle, window=LONG, baseline=LONG),
        _shipped(line, on, answers, asked, write),
    )


def _newsletter(line: Timeline) -> Story:
    """An action without any effect: nothing of the sort is planted."""
    action = Action(
        "Newsletter with tips for customers in the east",
        "A monthly mail with what other firms of the region do with the product.",
        owner="Marketing lead",
        department="Marketing",
        effort_days=12,
        confidence="low",
        reason="weak_engagement",
    )
    plan = ProofPlan(ProofMetric("churn"), EAST, "segment", ELSEWHERE, smallest_effect=0.01)
    seen = Seen("In the east {0} of the customers leave in a month.", "personas", "crosstab")
    return _shipped(line, line.month_start(0.55), action, plan, seen)


def _call(line: Timeline) -> Story:
    """The one retention offer that works, proved by the experiment it was tried in."""
    offer = EXPERIMENTS[REAL_EFFECT]
    action = Action(
        "Call of a specialist for those who ask to cancel",
        "Who asks to cancel is called by somebody who knows the product; half of them, so that chance decides.",
        owner="Retention lead",
        department="Customer Success",
        effort_days=30,
        confidence="medium",
        reason="product",
    )
    starts = line.month_start(offer.starts)
    ran = len(months_between(starts, line.month_start(offer.ends)))
    plan = ProofPlan(ProofMetric("experiment", offer.key), smallest_effect=0.2)
    return _shipped(line, starts, action, plan, None, window=max(ran, 3))


def _recent(line: Timeline) -> tuple[Story, ...]:
    """What is under way at the end of the data: one being verified, one late, one agreed, one proposed."""
    after = line.as_of + timedelta(days=1)
    lock = Action(
        "Price lock for a year at every renewal",
        "Who renews keeps its price for a year.",
        owner="Pricing lead",
        department="Finance",
        effort_days=8,
        reason="price",
    )
    cards = Action(
        "Remind customers of cards that expire",
        "A mail and a note in the product 30 days before a card expires.",
        owner="Billing lead",
        department="Finance",
        due=line.as_of - timedelta(days=20),
        effort_days=10,
        confidence="high",
        reason="payment_failure",
    )
    talks = Action(
        "Talk with every customer before its renewal",
        "A talk 60 days before the renewal, with what the customer reached and what it misses.",
        owner="Customer Success lead",
        department="Customer Success",
        due=after + timedelta(days=30),
        effort_days=40,
        reason="weak_engagement",
    )
    training = Action(
        "Training for small manufacturers",
        "A free training in the first month, made for small firms that manufacture.",
        owner="Training lead",
        department="Customer Success",
        effort_days=20,
        confidence="low",
        reason="weak_engagement",
    )
    churn = ProofPlan(ProofMetric("churn"), smallest_effect=0.005)
    chosen = replace(churn, chosen_from=line.bad_from, chosen_to=line.bad_to)
    untrained = replace(churn, population=UNTRAINED, smallest_effect=0.02)
    often = Seen("Of small manufacturers without a training {0} leave in a month.", "personas", "crosstab")
    paid = Seen("{0} of the customers left in a month of the quarter of failed payments.", "trends", "trend")
    return (
        _shipped(line, months_later(after, -2), lock, churn, None, window=3),
        Story(cards, _planned(line, chosen, line.as_of - timedelta(days=25)), paid),
        Story(talks, _planned(line, churn, months_later(after, 1)), begun=False),
        Story(training, _planned(line, untrained, months_later(after, 2)), often, agreed=False, begun=False),
    )


def _shipped(
    line: Timeline,
    on: date,
    action: Action,
    plan: ProofPlan,
    seen: Seen | None,
    window: int = WINDOW,
    baseline: int = BASELINE,
) -> Story:
    """An action that reached customers on its planned day."""
    return Story(replace(action, due=on), _planned(line, plan, on, window, baseline), seen, shipped_on=on)


def _planned(line: Timeline, plan: ProofPlan, on: date, window: int = 3, baseline: int = BASELINE) -> ProofPlan:
    """The plan of an action that ships on a day, over as many months as there are before it and after it."""
    lasted = len(months_between(line.first, on.replace(day=1)))
    told = len(months_between(on, months_later(line.as_of + timedelta(days=1 - days_after(plan.metric)), 0)))
    return replace(plan, ships_on=on, baseline_months=min(baseline, lasted), window_months=min(max(told, 3), window))


def _can_be_told(engine: Engine, db: Database, story: Story) -> bool:
    """Whether the data hold the metric of a plan for long enough, and nothing else keeps it from being agreed on."""
    plan, known = story.plan, known_of(engine, db)
    if actions.missing(replace(story.action, due=story.action.due or date.max), plan, known):
        return False
    if plan.metric.kind == "experiment":
        return any(found["key"] == plan.metric.of for found in experiment_keys(engine))
    return len({row.start for row in months_so_far(engine, plan, _agreed_on(story))}) >= COHORT_BASELINE_MONTHS


def _agreed_on(story: Story) -> date:
    ships_on = story.plan.ships_on or date.max
    return ships_on - timedelta(days=PLANNED_AHEAD)


def _live(db: Database, engine: Engine, story: Story) -> None:
    """Take an action through its life with the use cases of the pages, on the days as they would have been."""
    day = _agreed_on(story)
    kept = () if story.seen is None else (findings.keep(db, _finding(engine, story, day)).id,)
    gain = proposed(engine, story.plan) or (None, None, None)
    gains = dict(zip(("gain_cents", "gain_low_cents", "gain_high_cents"), gain, strict=True))
    action = actions.create(db, replace(story.action, findings=kept, draft=story.plan, **gains))
    if not story.agreed:
        return
    action = actions.agree(db, action, measured(engine, story.plan, day), day, known_of(engine, db))
    if story.begun:
        action = actions.begin(db, action)
    if story.shipped_on is None:
        return
    action = actions.verify(db, actions.ship(db, action, story.shipped_on))
    if verdicts.due([action], as_of(engine)):
        verdicts.record(engine, db, action)


def _finding(engine: Engine, story: Story, day: date) -> Finding:
    """What made one act: the metric of the plan over the months before it was agreed on."""
    if engine.release is None or story.seen is None:
        raise ValueError("a finding is kept from a chart on a release")
    rows = months_so_far(engine, replace(story.plan, comparison="none"), day)
    number = _number(story.plan.metric, rows)
    said = _in_words(number)
    return Finding(
        story.seen.sentence.format(said),
        story.seen.page,
        {},
        engine.release.number,
        chart=story.seen.chart,
        number=number,
        segment=story.plan.population,
        reason=story.action.reason,
    )


def _number(metric: ProofMetric, rows: Sequence[ProofMonth]) -> Number:
    """The figure over all months: a share with Wilson's interval, a mean with that of the normal distribution."""
    n, total, squares = (sum(getattr(row, name) for row in rows) for name in ("n", "total", "squares"))
    if metric.unit == "rate":
        share = wilson_interval(round(total), n)
        if isinstance(share, Estimate):
            return Number(metric_key(metric), "rate", share.value, share.low, share.high, n=n, method=share.method)
    if n < 2:
        return Number(metric_key(metric), metric.unit, None, method="fewer than two customers")
    mean = total / n
    error = NormalDist().inv_cdf(0.975) * sqrt(max(squares - n * mean * mean, 0.0) / (n - 1) / n)
    return Number(metric_key(metric), metric.unit, mean, mean - error, mean + error, n=n, method="normal")


def _in_words(number: Number) -> str:
    if number.value is None:
        return "?"
    return f"{100 * number.value:.1f} %" if number.unit == "rate" else f"{number.value:.3g}"
