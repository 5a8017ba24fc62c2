"""`report NAME`: every number of the pages, with the same filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from dashboard.cli import (
    diagnosis_behaviour,
    diagnosis_lifecycle,
    diagnosis_money,
    diagnosis_personas,
    diagnosis_reasons,
    experiments,
    improvement,
    reviews,
)
from data.errors import ReviewError
from data.records import EVERYBODY, AgeUnit, Compare, CustomerQuery, Grain, ListKind, Scope, Segment

if TYPE_CHECKING:
    from analysis.kpis.definitions import DefinitionRow
    from analysis.results import NotEnoughData
    from analysis.statistics.forecasting import Accuracy
    from analysis.trends.benchmarks import Benchmark
    from analysis.trends.forecast import ChurnForecast
    from data.engine import Engine
    from data.records import Release


@dataclass(frozen=True)
class Asked:
    """What was asked besides the scope.

    by            Attributes to split by, in the order they were given.
    before        What a decomposition compares the period with: previous, year, or FROM..TO.
    cohort_grain  Length of the periods that customers are put together by.
    horizon       Up to which age, in units of `unit`; None as far as the data reach.
    taxonomy      Version of the list of reasons to read answers under; None = the newest.
    key           Of an experiment, or the number of an action; measure: what an experiment is read by, where no plan
                  says so.
    quarter       Of a review, as 2026Q3.
    """

    scope: Scope
    limit: int | None = None
    kind: str | None = None
    lost: bool = False
    active: bool = False
    by: tuple[str, ...] = ()
    old: bool = False
    compare: Compare = "previous"
    against: Segment = EVERYBODY
    before: str = ""
    cohort_grain: Grain = "month"
    horizon: int | None = None
    unit: AgeUnit = "day"
    taxonomy: int | None = None
    key: str = ""
    measure: str = ""
    quarter: str = ""


@dataclass(frozen=True)
class Told:
    """Rows and what must be known of them."""

    rows: Sequence[Any]
    notes: Sequence[str] = ()


def kpis(engine: Engine, asked: Asked) -> Told:
    """Headline figures per period."""
    from analysis.feedback.losses import diagnoses, read_feedback
    from analysis.kpis.report import kpis as use_case
    from dashboard.cli.workspace import open_workspace

    found = use_case(engine, asked.scope, diagnosed=diagnoses(read_feedback(open_workspace().database)))
    return Told(found.rows, (*found.notes, *remarks(asked)))


def changes(engine: Engine, asked: Asked) -> Told:
    """The changes of the overview, judged together."""
    from analysis.kpis.judgement import overview
    from dashboard.cli import verdicts

    if asked.against != EVERYBODY and asked.compare != "segment":
        raise ReviewError("--against names a segment to compare with. Add --compare segment, or leave it out.")
    found = overview(engine, asked.scope, asked.compare, asked.against)
    notes = (*verdicts.notes(found), *found.headline.report.notes, *remarks(asked))
    return Told(verdicts.rows(found), notes)


def definitions(engine: Engine, asked: Asked) -> Told:
    """The definition lens."""
    from analysis.kpis.definitions import definitions as use_case
    from analysis.kpis.report import notes_for

    rows = [_defined(row) for row in use_case(engine, asked.scope)]
    notes = ["renewal counts annual recurring revenue in cents; the other definitions count customers."]
    if any(row["annual_rate"] is not None for row in rows):
        notes.append("baremetrics-annual is over 365 days: its rate stands in annual_rate, apart from the others.")
    if asked.scope.grain != "month":
        notes.append("stripe and baremetrics look back 30 days: compare them with the others by month only.")
    return Told(rows, [*notes, *notes_for(engine)])


def _defined(row: DefinitionRow) -> dict[str, Any]:
    """One definition of one period; a rate over a year stands in a column of its own."""
    yearly = row.definition == "baremetrics-annual"
    kept = {k: v for k, v in vars(row).items() if k not in {"complete", "rate", "customers_only_here"}}
    rates = {"rate": None if yearly else row.rate, "annual_rate": row.rate if yearly else None}
    return {**kept, **rates, "customers_only_here": row.customers_only_here}


def movements(engine: Engine, asked: Asked) -> Told:
    """Movements one by one."""
    from analysis.customers.listing import movements as use_case

    return Told(use_case(engine, _query(asked, "all"), kind=asked.kind, limit=asked.limit))


def customers(engine: Engine, asked: Asked) -> Told:
    """Customers, one row each."""
    from analysis.customers.listing import customers as use_case

    rows = use_case(engine, _query(asked, _who(asked)))
    kept = ("customer_id", "name", "status", "mrr_cents", "started_on", "churned_on", "cause", "attributes")
    return Told(
        [{k: getattr(row, k) for k in kept} for row in rows],
        ["mrr_cents of a lost customer is what it paid just before it was lost."],
    )


def _who(asked: Asked) -> str:
    """Which list of customers: as of now, or of the range when one is given."""
    if (asked.lost, asked.active, asked.kind is not None).count(True) > 1:
        raise ReviewError("--lost, --active and --kind exclude each other. Give one of them, or none for everybody.")
    if asked.kind is not None:
        return asked.kind
    in_range = asked.scope.start is not None
    if asked.lost:
        return "churn" if in_range else "lost"
    if asked.active:
        return "end" if in_range else "active"
    if in_range:
        raise ReviewError("Say which customers of the range: --lost, --active, or --kind start, new, reactivation, ...")
    return "all"


def split(engine: Engine, asked: Asked) -> Told:
    """Churn per value of an attribute."""
    from analysis.kpis.report import notes_for
    from analysis.trends.split import split as use_case

    if len(asked.by) != 1:
        raise ReviewError("The report split needs one attribute. Give it with --by, for example --by industry.")
    rows = use_case(engine, asked.scope, asked.by[0])
    return Told(rows, (*notes_for(engine), *remarks(asked, asked.by)))


def seasons(engine: Engine, asked: Asked) -> Told:
    """The same month or quarter of every year."""
    from analysis.results import NotEnoughData
    from analysis.trends.seasons import seasons as use_case

    found = use_case(engine, asked.scope)
    return Told((), [found.reason]) if isinstance(found, NotEnoughData) else Told(found, remarks(asked))


def forecast(engine: Engine, asked: Asked) -> Told:
    """The next two quarters, and how such forecasts did."""
    from analysis.results import NotEnoughData
    from analysis.trends.forecast import forecast as use_case

    found = use_case(engine, asked.scope)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    return Told(found.rows, [f"model {found.model}", _past(found.accuracy), *_since(found), *remarks(asked)])


def _past(how: Accuracy | NotEnoughData) -> str:
    from analysis.results import NotEnoughData

    if isinstance(how, NotEnoughData):
        return how.reason
    return (
        f"past forecasts: mean absolute error {how.mean_error:.4f} (a rate: 0.01 is one percentage point), naive "
        f"{how.naive_error:.4f}, {how.inside} of {how.forecasts} inside their interval, made at {how.origins} moments"
    )


def _since(found: ChurnForecast) -> list[str]:
    before = "before it one had fewer than 10 customers, or no rate at all"
    return [] if found.since is None else [f"The forecast rests on the periods from {found.since} on: {before}."]


def remarks(asked: Asked, by: Sequence[str] = ()) -> tuple[str, ...]:
    """What a reader must know of the definition and of the attributes asked for."""
    from analysis.kpis.notes import notes_on

    return notes_on(asked.scope.definition, asked.scope.segment, by)


def events(engine: Engine, asked: Asked) -> Told:
    """What happened when: releases, price changes, campaigns."""
    from analysis.periods import periods_of
    from analysis.trends.events import events as use_case

    if engine.release is None:
        raise ValueError("reports need a recorded release")
    periods = periods_of(asked.scope, engine.release.as_of)
    return Told(use_case(engine, periods[0].start, periods[-1].end))


def benchmarks(engine: Engine, asked: Asked) -> Told:
    """Published figures that may stand beside the rates of this grain."""
    from analysis.trends.benchmarks import benchmarks_for, published

    if engine.release is None:
        raise ValueError("reports need a recorded release")
    if engine.release.shape == "snapshot":
        return Told((), ["A snapshot has no rates per month or year: no published figure is comparable with it."])
    year = engine.release.as_of.year
    metrics = dict.fromkeys(b.metric for b in published())
    found = (b for m in metrics for b in benchmarks_for(m, asked.scope.grain, year=year, old_too=asked.old))
    return Told([_published(b) for b in found])


def _published(figure: Benchmark) -> dict[str, Any]:
    """One figure; those over a month and those over a year stand in columns of their own."""
    limits = {f"{b}_{end}": None for b in ("monthly", "annual") for end in ("low", "high")}
    limits |= {f"{figure.basis}_low": figure.low, f"{figure.basis}_high": figure.high}
    rest = ("segment", "sample", "year", "kind", "replaced", "source")
    return {"metric": figure.metric, **limits, **{name: getattr(figure, name) for name in rest}}


def _query(asked: Asked, kind: Any) -> CustomerQuery:
    from analysis.periods import range_of

    scope = asked.scope
    return CustomerQuery(
        kind=kind,
        segment=scope.segment,
        period=range_of(scope),
        grain=scope.grain,
        definition=scope.definition,
        limit=asked.limit,
    )


#: Kinds of movements, and of lists of customers, that --kind takes.
MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn")
CUSTOMER_LISTS: tuple[str, ...] = get_args(ListKind)


REPORTS: Mapping[str, Callable[[Engine, Asked], Told]] = {
    "kpis": kpis,
    "changes": changes,
    "definitions": definitions,
    "movements": movements,
    "customers": customers,
    "split": split,
    "seasons": seasons,
    "forecast": forecast,
    "events": events,
    "benchmarks": benchmarks,
    "crosstab": diagnosis_personas.crosstab,
    "decomposition": diagnosis_personas.decomposition,
    "cohorts": diagnosis_lifecycle.cohorts,
    "survival": diagnosis_lifecycle.survival,
    "risk": diagnosis_lifecycle.risk,
    "journey": diagnosis_lifecycle.journey,
    "reasons": diagnosis_reasons.reasons,
    "losses": diagnosis_money.losses,
    "worth": diagnosis_money.worth,
    "at-risk": diagnosis_money.at_risk,
    "personas": diagnosis_personas.personas,
    "before": diagnosis_behaviour.before,
    "drivers": diagnosis_behaviour.drivers,
    "experiments": experiments.listed,
    "experiment": experiments.experiment,
    "experiment-effects": experiments.effects,
    "experiment-watch": experiments.watched,
    "experiment-segments": experiments.by_segment,
    "experiment-later": experiments.later,
    "actions": improvement.report_actions,
    "proof": improvement.report_proof,
    "verdicts": improvement.report_verdicts,
    "findings": improvement.report_findings,
    "win-back": improvement.report_win_back,
    "review": reviews.report_review,
}


#: Options that only some reports understand -> those reports.
_UNDERSTOOD = {
    "definition": ("kpis", "split", "seasons", "forecast", "customers"),
    "bridge": ("kpis",),
    "limit": ("movements", "customers"),
    "kind": ("movements", "customers"),
    "lost": ("customers",),
    "active": ("customers",),
    "by": (
        "split",
        "crosstab",
        "decomposition",
        "personas",
        "cohorts",
        "survival",
        "losses",
        "experiment-segments",
        "experiment-watch",
    ),
    "old": ("benchmarks",),
    "compare": ("changes",),
    "against": ("changes",),
    "before": ("decomposition",),
    "cohort_grain": ("cohorts",),
    "horizon": ("survival", "journey"),
    "unit": ("survival",),
    "taxonomy": ("reasons",),
    "key": (
        "experiment",
        "experiment-effects",
        "experiment-watch",
        "experiment-segments",
        "experiment-later",
        "proof",
        "verdicts",
    ),
    "quarter": ("review",),
    "measure": ("experiment", "experiment-effects", "experiment-segments", "experiment-later"),
}
#: Options that are called otherwise on the command line.
_CALLED = {"before": "against", "cohort_grain": "cohort-grain"}


def refuse_useless(name: str, asked: Asked) -> None:
    """ReviewError when an option was given that would change nothing in this report."""
    usual = Asked(Scope())
    for option, understood in _UNDERSTOOD.items():
        place, usual_place = (a.scope if option in {"definition", "bridge"} else a for a in (asked, usual))
        if name not in understood and getattr(place, option) != getattr(usual_place, option):
            other = f", or ask for: {', '.join(understood)}" if understood else ""
            raise ReviewError(
                f"The report {name} does not depend on --{_CALLED.get(option, option)}. Leave it out{other}."
            )


def envelope(name: str, release: Release, asked: Asked, told: Told) -> dict[str, Any]:
    """The JSON document around the rows of a report."""
    scope = asked.scope
    return {
        "report": name,
        "release": release.number,
        "as_of": release.as_of,
        "currency": release.options.reporting_currency,
        "filters": {
            "from": scope.start,
            "to": scope.end,
            "grain": scope.grain,
            "segment": in_words(scope.segment),
            "bridge": scope.bridge,
            **({"quarter": asked.quarter} if asked.quarter else {}),
            **({"compare": asked.compare, "against": in_words(asked.against)} if name == "changes" else {}),
        },
        "definition": scope.definition,
        "rows": told.rows,
        "notes": told.notes,
    }


def in_words(segment: Segment) -> list[str]:
    """Each condition of a segment on one line."""
    return [f"{c.attribute} {c.operator} {'|'.join(c.values)}" for c in segment.conditions]
