"""`experiment analyse` and the reports of experiments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import DataProblem, ReviewError

if TYPE_CHECKING:
    from analysis.experiments.calculator import Kind, Quick
    from dashboard.cli.reports import Asked, Told
    from data.engine import Engine
    from data.records_experiments import Experiment

app = typer.Typer(no_args_is_help=True, help="Experiments from files and counts.")

KINDS = ("proportion", "mean", "ratio")


@app.callback()
def experiments() -> None:
    """Experiments from files and counts."""


@app.command()
def analyse(
    file: Annotated[Path | None, typer.Argument(help="A file with one row per customer.")] = None,
    variant: Annotated[str, typer.Option(help="Column that names the variant.")] = "",
    outcome: Annotated[
        list[str] | None, typer.Option(help="Column of an outcome; repeatable, judged together.")
    ] = None,
    kind: Annotated[str, typer.Option(help="proportion, mean or ratio; by the values when left out.")] = "",
    per: Annotated[str, typer.Option(help="Column a ratio divides by.")] = "",
    before: Annotated[str, typer.Option(help="Column of the same figure before the assignment (CUPED).")] = "",
    control: Annotated[str, typer.Option(help="Name of the variant the others are compared with.")] = "",
    counts: Annotated[
        list[str] | None, typer.Option(help="NAME=SUCCESSES/CUSTOMERS instead of a file; once per variant.")
    ] = None,
    shares: Annotated[str, typer.Option(help="Planned split, in the order of the variants, as 0.5,0.5; even.")] = "",
    smallest_effect: Annotated[float, typer.Option("--smallest-effect", min=0, help="Worth having; 0 = not said.")] = 0,
    confidence: Annotated[float, typer.Option(help="Coverage of the intervals, 0.5 to 0.9999.")] = 0.95,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")] = False,
) -> None:
    """Judge counts, or a file with a variant and outcomes: is the difference real, is the split as planned."""
    from analysis.experiments.report import quick_notes, rows
    from dashboard.cli import output

    if not 0.5 <= confidence <= 0.9999:
        raise typer.BadParameter(f"--confidence {confidence} lies outside 0.5 to 0.9999")
    asked = {
        "control": control,
        "confidence": confidence,
        "smallest_effect": smallest_effect,
        "shares": _shares(shares),
    }
    if counts:
        said = _of_counts(counts, file, asked)
    else:
        said = _of_file(file, variant, outcome or [], kind, per, before, asked)
    if json:
        filters = {"control": said.control, "confidence": confidence}
        document = {"report": "experiment", "release": None, "as_of": None, "filters": filters, "definition": None}
        output.print_json({**document, "rows": rows(said), "notes": quick_notes(said)})
    else:
        output.print_table(rows(said))
        for note in quick_notes(said):
            output.say(note)


@app.command()
def look(
    key: Annotated[str, typer.Argument(help="Of the experiment.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")] = False,
) -> None:
    """Take the look that is due and record what was seen; refused while none is due."""
    from analysis.experiments.look import take
    from analysis.experiments.report import find
    from dashboard.cli import output
    from dashboard.cli.workspace import open_workspace
    from dashboard.gateway.clock import today

    place = open_workspace()
    engine = place.engine()
    taken = take(engine, place.database, find(place.database, engine, key), today())
    rows = [vars(row) for row in taken.looks if row.number == taken.looks[-1].number]
    if json:
        output.print_json({"key": key, "looks": rows})
    else:
        output.print_table([{k: v for k, v in row.items() if k not in {"at", "who", "days", "on"}} for row in rows])


def _of_counts(counts: list[str], file: Path | None, asked: dict[str, Any]) -> Quick:
    from analysis.experiments.calculator import from_counts, parse_counts

    if file is not None:
        raise typer.BadParameter("--counts and a file are two ways to say the same; choose one of them")
    return from_counts(parse_counts("\n".join(counts)), **asked)


def _of_file(
    file: Path | None, variant: str, outcomes: list[str], kind: str, per: str, before: str, asked: dict[str, Any]
) -> Quick:
    from typing import cast

    from analysis.experiments.calculator import from_file
    from dashboard.cli.scope_options import a_choice
    from data.importers.outcome_file import read_outcomes

    if file is None or not variant or not outcomes:
        raise typer.BadParameter("give a FILE with --variant and --outcome, or --counts once per variant")
    chosen = cast("Kind | None", a_choice(kind, KINDS, "--kind") if kind else None)
    columns = [*outcomes, *(name for name in (per, before) if name and name not in outcomes)]
    return from_file(read_outcomes(_content(file), variant, columns), kind=chosen, per=per, before=before, **asked)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        raise DataProblem(f"The file {file} cannot be read: {wrong.strerror}. Check the path.") from wrong


def _shares(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as wrong:
        raise typer.BadParameter(f"--shares {text} is not understood. Write it as 0.5,0.5") from wrong


def experiment(engine: Engine, asked: Asked) -> Told:
    """The judgement of one experiment."""
    from analysis.experiments.report import notes, report, rows
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace

    said = report(engine, open_workspace().database, _key(asked), asked.measure)
    return Told(rows(said), notes(said))


def listed(engine: Engine, asked: Asked) -> Told:
    """Every experiment: those planned here, and those that are in the data alone."""
    from analysis.experiments.report import overview
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace

    return Told(overview(engine, open_workspace().database))


def effects(engine: Engine, asked: Asked) -> Told:
    """Every measure of every variant against the control, as far as the plan lets one look."""
    from analysis.experiments.report import effect_rows, report
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace

    said = report(engine, open_workspace().database, _key(asked), asked.measure)
    waiting = [said.allowed.why] if said.allowed.why and not said.effects else []
    return Told(effect_rows(said), [*waiting, *said.notes])


def watched(engine: Engine, asked: Asked) -> Told:
    """Customers per variant from assigned to ready, the split by day, and when the next look is due."""
    from analysis.experiments.report import find, odd_ones, watch_notes, watch_rows
    from analysis.experiments.watch import splits_by, watch
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace

    experiment = find(open_workspace().database, engine, _key(asked))
    found = watch(engine, experiment)
    odd = [f"{a}={s.what}: {s.observed}" for a in asked.by for s in odd_ones(splits_by(engine, experiment, a))]
    parts = [f"Segments with an odd split, among all values of {', '.join(asked.by)}: {', '.join(odd) or 'none'}."]
    return Told(watch_rows(found), [*watch_notes(found), *(parts if asked.by else [])])


def by_segment(engine: Engine, asked: Asked) -> Told:
    """The effect within each value of an attribute."""
    from analysis.experiments.explore import segments
    from dashboard.cli.reports import Told

    if len(asked.by) != 1:
        raise ReviewError("Effects are split by one attribute. Give it with --by, for example --by industry.")
    found = segments(engine, _readable(engine, asked), asked.by[0])
    differ = "unknown" if found.differ is None else f"{found.differ:.6g}"
    note = f"An exploration: that the effect is the same in all has p {differ} (Cochran's Q); q_value is over all rows."
    return Told([_named(row) for row in found.rows], [note])


def later(engine: Engine, asked: Asked) -> Told:
    """Whether the effect lasts, and whether it fades on those assigned late."""
    from analysis.experiments.explore import lasting, novelty
    from analysis.experiments.report import in_words
    from dashboard.cli.reports import Told

    experiment = _readable(engine, asked)
    halves = [
        f"{n.variant}: assigned first {in_words(n.first)}; assigned second {in_words(n.second)}; "
        f"second less first {'unknown' if n.difference is None else in_words(n.difference)}"
        for n in novelty(engine, experiment)
    ]
    return Told([_named(row) for row in lasting(engine, experiment)], halves)


def _readable(engine: Engine, asked: Asked) -> Experiment:
    """An experiment that may be read now; ReviewError says why not otherwise."""
    from analysis.experiments.report import report
    from dashboard.cli.workspace import open_workspace

    said = report(engine, open_workspace().database, _key(asked), asked.measure)
    if not said.effects:
        told = [v.said for v in said.verdicts] + [b for v in said.verdicts for b in v.because][:1]
        raise ReviewError(" ".join(told or said.notes))
    return said.experiment


def _named(row: Any) -> dict[str, Any]:
    """A row whose comparison is written as an estimate and its p-value."""
    from analysis.experiments.report import as_estimate
    from analysis.results import Comparison

    cells = dict(vars(row))
    found = cells.pop("difference")
    p_value = found.p_value if isinstance(found, Comparison) else None
    return {**cells, "difference": as_estimate(found), "p_value": p_value}


def _key(asked: Asked) -> str:
    if not asked.key:
        raise ReviewError("This report is about one experiment. Give its key with --key, for example --key save-call.")
    return asked.key
