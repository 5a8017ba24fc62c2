"""Experiments: who was assigned, and the measures of each customer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from data.engine import Engine
from data.queries import assigning, deliveries, experiments, known_before, local_day, measured, own_rates, renewals
from data.records_experiments import Measure, Moments, Plan, Reading, Variant
from tests.parity.asking import ANY, SEGMENTS, Case, as_rows

MEASURES = (
    Measure("retained", 30),
    Measure("revenue", 60),
    Measure("use", 60),
    Measure("use-per-day", 60),
    Measure("renewed", 60),
    Measure("complaints", 60),
    Measure("downgraded", 60),
)
OUTCOMES = (Measure("outcome", column="score", before="before"), Measure("outcome", column="score", per="visits"))
OFFER = Reading("offer", ("none", "call"), MEASURES)
ELSEWHERE = Reading("elsewhere", ("A", "B"), OUTCOMES)
FEW = Reading("offer", ("none", "call"), MEASURES[:2])
GROUPED = Reading("offer", ("none", "call", "mail"), MEASURES[:2], SEGMENTS["not"], unit="industry")


def _flat(found: dict[str, experiments.Counts]) -> list[dict[str, Any]]:
    return [
        {"measure": key, "variant": variant, "by": by, **_values(one)}
        for key, counts in found.items()
        for (variant, by), one in counts.items()
    ]


def _values(one: Moments) -> dict[str, Any]:
    return {k: sorted(v.items()) if isinstance(v, dict) else v for k, v in asdict(one).items()}


def _dated(engine: Engine) -> Any:
    return measured.assigned(engine, "offer").select(who="customer_id", starts="assigned_on", until="assigned_on")


def _due(engine: Engine) -> Any:
    windows = _dated(engine)
    return renewals.due_for(engine, windows.mutate(until=windows.starts.truncate("Y") + 366 * _day()))


def _day() -> Any:
    import ibis

    return ibis.interval(days=1)


def _lives(engine: Engine) -> Any:
    columns = ("day", "lost", "censored")
    found = experiments.lives_after(engine, OFFER, 90).items()
    return [
        {"variant": name, **row}
        for name, arrays in found
        for row in as_rows({c: a.tolist() for c, a in zip(columns, arrays, strict=True)})
    ]


def _in_new_york(engine: Engine) -> Any:
    tickets = engine.table("tickets")
    return tickets.select("ticket_id", day=local_day.local_day(tickets.opened_at, "America/New_York"))


def _tickets_before(engine: Engine) -> Any:
    tickets, rows = engine.table("tickets"), measured.assigned(engine, "offer")
    days = tickets.select("customer_id", "ticket_id", day=tickets.opened_at.date())
    return measured.days_before(rows.select("assigned_on", who="customer_id"), days, 60)


THIRDS = (Variant("none", 0.2), Variant("call", 0.5), Variant("mail", 0.3), Variant("never", 0.0))
BY_HASH = Plan("by hash", variants=THIRDS, eligible=SEGMENTS["not"], holdout=0.2, excludes=("elsewhere",))
DEALT = Plan("dealt", variants=THIRDS[:2], strata=("tier", "industry"))
TOGETHER = Plan("together", variants=THIRDS, unit="seats")


def _assigning() -> list[Case]:
    plans = {"hash": BY_HASH, "dealt": DEALT, "together": TOGETHER}
    return [
        Case(
            assigning.candidates,
            "hash",
            lambda e: assigning.candidates(e, BY_HASH, "offer"),
            empty=frozenset({"stratum"}),
        ),
        Case(assigning.eligible, "hash", lambda e: [assigning.eligible(e, BY_HASH, "offer")]),
        *(
            Case(assigning.assigned_variants, name, lambda e, p=plan: assigning.assigned_variants(e, p, "offer"))
            for name, plan in plans.items()
        ),
        Case(assigning.assigned_variants, "some", lambda e: assigning.assigned_variants(e, DEALT, "new", 20)),
        Case(assigning.assigned_units, "together", lambda e: [(assigning.assigned_units(e, TOGETHER, "offer"),)]),
        Case(assigning.follows, "dealt", lambda e: [assigning.follows(e, DEALT, "offer")]),
        Case(assigning.assignment_rows, "offer", lambda e: assigning.assignment_rows(e, "offer")),
    ]


def _since(engine: Engine) -> Any:
    near = _tickets_before(engine)
    return measured.days_since(near.day, near.assigned_on)


def _measured(engine: Engine, reading: Reading) -> Any:
    return measured.measured(engine, measured.compared(engine, reading), reading.measures)


def _grouped(engine: Engine) -> Any:
    rows = measured.with_values(engine, measured.compared(engine, GROUPED), "group", "industry")
    return measured.in_groups(measured.measured(engine, rows, GROUPED.measures), GROUPED.measures)


def _before(engine: Engine) -> dict[str, experiments.Counts]:
    found = experiments.moments_before(engine, OFFER)
    return {what: {(name, ""): one for name, one in arms.items()} for what, arms in found.items()}


def _as_if_assigned(engine: Engine) -> Any:
    rows = measured.assigned(engine, "offer").mutate(variant=_text("all"))
    return _flat(experiments.moments_of_rows(engine, rows, FEW.measures[:1], unit="tier"))


def _text(value: str) -> Any:
    import ibis

    return ibis.literal(value)


def _rows() -> list[Case]:
    return [
        Case(
            known_before.known_before,
            "offer",
            lambda e: known_before.known_before(e, measured.assigned(e, "offer"))[0],
            empty=ANY,
        ),
        Case(known_before.filled_attributes, "all", lambda e: [(n,) for n in known_before.filled_attributes(e)]),
        Case(measured.days_before, "month", _tickets_before),
        Case(measured.days_since, "tickets", lambda e: _tickets_before(e).select("who", since=_since(e))),
        Case(local_day.local_day, "new-york", _in_new_york),
        Case(renewals.due_for, "a-year", _due),
        Case(measured.assigned, "offer", lambda e: measured.assigned(e, "offer"), empty=ANY),
        Case(measured.compared, "elsewhere", lambda e: measured.compared(e, ELSEWHERE), empty=ANY),
        Case(
            measured.with_paying, "offer", lambda e: measured.with_paying(e, measured.assigned(e, "offer")), empty=ANY
        ),
        Case(
            measured.with_values,
            "tier",
            lambda e: measured.with_values(e, measured.assigned(e, "offer"), "x", "tier").select("customer_id", "x"),
        ),
        Case(
            measured.ready,
            "month",
            lambda e: measured.assigned(e, "offer").mutate(
                ready=measured.ready(e, measured.assigned(e, "offer"), 30),
                known=measured.days_known(e, measured.assigned(e, "offer")),
            ),
            empty=ANY,
        ),
        Case(
            measured.days_known,
            "offer",
            lambda e: measured.assigned(e, "offer").select(
                "customer_id", known=measured.days_known(e, measured.assigned(e, "offer"))
            ),
        ),
        Case(measured.measured, "facts", lambda e: _measured(e, OFFER)),
        Case(measured.measured, "outcomes", lambda e: _measured(e, ELSEWHERE)),
        Case(measured.in_groups, "industry", _grouped),
    ]


def _after_the_twentieth(engine: Engine) -> list[dict[str, Any]]:
    last = deliveries.assigned_after(engine, "offer", None, 20)[-1]
    return deliveries.assigned_after(engine, "offer", (last["assigned_at"], last["customer_id"]), 200)


def _answers() -> list[Case]:
    revenue = MEASURES[1]
    return [
        Case(experiments.experiment_keys, "all", experiments.experiment_keys),
        Case(experiments.assigned_counts, "offer", lambda e: experiments.assigned_counts(e, "offer")),
        Case(experiments.moments_by_half, "offer", lambda e: _flat(experiments.moments_by_half(e, FEW)), empty=ANY),
        Case(experiments.first_day, "offer", lambda e: [{"first": experiments.first_day(e, "offer")}]),
        Case(experiments.funnel, "offer", lambda e: [asdict(c) for c in experiments.funnel(e, OFFER, 60)]),
        Case(experiments.moments, "facts", lambda e: _flat(experiments.moments(e, FEW)), empty=ANY),
        Case(experiments.moments, "outcomes", lambda e: _flat(experiments.moments(e, ELSEWHERE)), empty=ANY),
        Case(experiments.moments, "by", lambda e: _flat(experiments.moments(e, FEW, by="tier"))),
        Case(experiments.moments, "groups", lambda e: _flat(experiments.moments(e, GROUPED)), empty=ANY),
        Case(experiments.moments_before, "offer", lambda e: _flat(_before(e)), empty=ANY),
        Case(experiments.moments_of_rows, "month", _as_if_assigned, empty=ANY),
        Case(
            own_rates.own_rates,
            "retail",
            lambda e: [_values(own_rates.own_rates(e, SEGMENTS["text"], FEW.measures[1]))],
            empty=ANY,
        ),
        Case(own_rates.flow, "retail", lambda e: [own_rates.flow(e, SEGMENTS["text"])]),
        Case(experiments.assigned_by_day, "offer", lambda e: experiments.assigned_by_day(e, "offer")),
        Case(experiments.assigned_by, "plan", lambda e: experiments.assigned_by(e, "offer", "plan")),
        Case(deliveries.assigned_after, "first", lambda e: deliveries.assigned_after(e, "offer", None, 40)),
        Case(deliveries.assigned_after, "rest", _after_the_twentieth),
        Case(experiments.lives_after, "quarter", _lives),
        Case(experiments.largest, "revenue", lambda e: experiments.largest(e, OFFER, revenue)),
        Case(
            experiments.capped_moments,
            "revenue",
            lambda e: _flat({"capped": experiments.capped_moments(e, OFFER, revenue, 0.9)}),
            empty=ANY,
        ),
        Case(
            experiments.values,
            "some",
            lambda e: [(k, sorted(v.tolist())) for k, v in experiments.values(e, OFFER, revenue, most=20).items()],
        ),
        Case(
            experiments.outcomes, "all", lambda e: [{"key": k, "label": v} for k, v in experiments.outcomes(e).items()]
        ),
    ]


CASES = (*_rows(), *_answers(), *_assigning())
