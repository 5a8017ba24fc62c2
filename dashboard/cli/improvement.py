"""`daily`, `action ...` and the reports of findings, actions, proofs and the win-back list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from data.errors import ReviewError

if TYPE_CHECKING:
    from dashboard.cli.reports import Asked, Told
    from dashboard.cli.workspace import Workspace
    from data.engine import Engine
    from data.records import Segment
    from data.records_improvement import Action, ProofPlan, Verdict

app = typer.Typer(no_args_is_help=True, help="Improvement actions: their plans of proof, moves and verdicts.")

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")]
Number = Annotated[int, typer.Argument(help="Of the action, as `action list` prints it.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence.")]

MOVES = ("agree", "begin", "ship", "verify", "wait", "close", "reopen", "archive")
EVERYBODY_WORD = "everybody"


@app.callback()
def actions() -> None:
    """Improvement actions."""


def daily(
    on: Annotated[str | None, typer.Option(help="The day it is done for; today.")] = None, json: Json = False
) -> None:
    """Do what a day asks for: verify what was shipped, give the verdicts that are due, fill the win-back lists."""
    from analysis.proof.daily import run
    from dashboard.cli import output
    from dashboard.cli.scope_options import a_day
    from dashboard.cli.workspace import open_workspace
    from dashboard.gateway.clock import today

    place, day = open_workspace(), a_day(on, "--on") or today()
    done = run(place.engine(), place.database, day)
    if json:
        output.print_json({"on": day, "done": [asdict(deed) for deed in done]})
    elif not done:
        output.say(f"Nothing is due on {day}.")
    else:
        output.print_table([asdict(deed) for deed in done])


@app.command("list")
def listed(state: Annotated[str, typer.Option(help="Only actions in this state.")] = "", json: Json = False) -> None:
    """Every action with its number, the most promising first."""
    from analysis.proof.report import listed as rows
    from dashboard.cli import output
    from dashboard.cli.scope_options import a_choice
    from dashboard.cli.workspace import open_workspace
    from data.database.repositories import actions as stored
    from data.records_improvement import ActionState

    wanted = a_choice(state, get_args(ActionState), "--state") if state else None
    found = rows(stored.all(open_workspace().database, state=wanted))
    output.print_json({"actions": found}) if json else output.print_table(found)


@app.command()
def show(number: Number, json: Json = False) -> None:
    """One action: its words, plan, history and verdicts."""
    from analysis.proof.report import listed as rows
    from analysis.proof.report import plan_lines, proof_notes
    from dashboard.cli import output

    action = _action(number)
    if json:
        output.print_json(action)
        return
    output.print_table(rows([action]))
    said = [*plan_lines(action), *(f"{step.after}: {step.reason or '-'} ({step.who})" for step in action.history)]
    for line in (*said, *(line for verdict in action.verdicts for line in proof_notes(verdict))):
        output.say(line)


@app.command()
def verdict(
    number: Number,
    release: Annotated[str, typer.Option(help="Number of a release, or latest.")] = "latest",
    record: Annotated[
        bool, typer.Option("--record", help="Put it on record; refused before the check date and on older releases.")
    ] = False,
    json: Json = False,
) -> None:
    """What a release says of an action; the same release and version say the same, bit for bit."""
    from analysis.proof import verdicts
    from analysis.proof.report import preview_notes, proof_notes, proof_rows
    from dashboard.cli import output
    from dashboard.cli.workspace import open_workspace

    place = open_workspace()
    action, engine = _action(number), place.engine(release)
    if record:
        found = verdicts.record(engine, place.database, action).verdicts[-1]
    else:
        found = verdicts.verdict(engine, place.database, action)
    recorded = record or _recorded(action, found)
    if json:
        output.print_json({"action": number, "recorded": recorded, "verdict": found})
        return
    output.print_table(proof_rows(found))
    for line in proof_notes(found) if recorded else preview_notes(action, found):
        output.say(line)


def _recorded(action: Action, found: Verdict) -> bool:
    """Whether this very verdict stands on record."""
    return any((one.digest, one.round) == (found.digest, action.round) for one in action.verdicts)


@app.command()
def move(
    number: Number,
    step: Annotated[str, typer.Argument(metavar="MOVE", help=", ".join(MOVES))],
    on: Annotated[str | None, typer.Option(help="Day it reached customers (ship); today.")] = None,
    months: Annotated[
        int | None, typer.Option(min=1, help="How many more months to wait, where no verdict says.")
    ] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Move an action on, as the buttons of the page do."""
    from dashboard.cli import output
    from dashboard.cli.scope_options import a_choice, a_day
    from dashboard.cli.workspace import open_workspace
    from dashboard.gateway.clock import today

    a_choice(step, MOVES, "MOVE")
    moved = _moved(open_workspace(), _action(number), step, a_day(on, "--on") or today(), months, reason)
    if json:
        output.print_json(moved)
    else:
        output.say(f"{moved.title}: {moved.state}.")


def _moved(place: Workspace, action: Action, step: str, on: date, months: int | None, reason: str) -> Action:
    from analysis.improvement import actions as steps
    from dashboard.gateway.clock import today
    from data.database.repositories import actions as stored

    db = place.database
    if step == "agree":
        return _agreed(place, action)
    if step == "archive":
        steps.archive(db, action)
        return stored.get(db, action.id)
    if step == "ship":
        return steps.ship(db, action, on, today())
    if step == "wait":
        return steps.wait(db, action, months)
    if step in {"begin", "verify"}:
        return {"begin": steps.begin, "verify": steps.verify}[step](db, action)
    return {"close": steps.close, "reopen": steps.reopen}[step](db, action, reason)


def _agreed(place: Workspace, action: Action) -> Action:
    from analysis.improvement import actions as steps
    from analysis.proof.measure import known_of, measured
    from dashboard.gateway.clock import today

    if action.draft is None:
        raise ReviewError(f"The action {action.title!r} has no plan of proof yet. Write one on its page.")
    engine, day = place.engine(), today()
    if steps.missing(action, action.draft, known_of(engine, place.database, day)):
        return steps.agree(place.database, action, action.draft, day, known_of(engine, place.database, day))
    plan = measured(engine, action.draft, day)
    return steps.agree(place.database, action, plan, day, known_of(engine, place.database, day))


@app.command()
def amend(
    number: Number,
    changes: Annotated[
        list[str], typer.Option("--set", help="FIELD=VALUE of the plan, for example window_months=6; repeatable.")
    ],
    reason: Reason,
    json: Json = False,
) -> None:
    """Change a frozen plan of proof before its action reaches customers; before, after and reason stay on record."""
    from analysis.improvement import actions as steps
    from analysis.proof.measure import known_of, measured
    from dashboard.cli import output
    from dashboard.cli.workspace import open_workspace
    from dashboard.gateway.clock import today

    place, action = open_workspace(), _action(number)
    plan = action.frozen or action.draft
    if plan is None:
        raise ReviewError(f"The action {action.title!r} has no plan of proof yet. Write one on its page.")
    changed = _changed(plan, changes)
    if action.shipped_on is None and action.frozen is not None:
        changed = measured(place.engine(), changed, today())
    amended = steps.amend(place.database, action, changed, reason, known_of(place.engine(), place.database))
    if json:
        output.print_json(amended)
    else:
        said = amended.amendments[-1]
        output.say(f"{amended.title}: " + ", ".join(f"{k} {said.before[k]} -> {said.after[k]}" for k in said.after))


def _changed(plan: ProofPlan, changes: list[str]) -> ProofPlan:
    fields = _fields()
    found: dict[str, Any] = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign or name not in fields:
            raise typer.BadParameter(f"--set {change} is not understood. FIELD is one of: {', '.join(fields)}.")
        try:
            found[name] = fields[name](value)
        except ValueError as wrong:
            raise typer.BadParameter(f"--set {change}: {value} is not a value of {name}.") from wrong
    metric = {name: found.pop(name) for name in ("of", "days") if name in found}
    return replace(plan, metric=replace(plan.metric, **metric), **found)


def _fields() -> Mapping[str, Callable[[str], Any]]:
    from dashboard.cli.scope_options import a_choice, a_day, a_segment
    from data.records import EVERYBODY
    from data.records_improvement import Comparison

    def segment(text: str) -> Segment:
        return EVERYBODY if text == EVERYBODY_WORD else a_segment([text])

    def day(text: str) -> date | None:
        return a_day(text, "--set") if text else None

    def comparison(text: str) -> Comparison:
        return cast("Comparison", a_choice(text, get_args(Comparison), "comparison"))

    numbers = dict.fromkeys(("baseline_months", "window_months", "days"), int)
    days = dict.fromkeys(("ships_on", "chosen_from", "chosen_to"), day)
    segments = dict.fromkeys(("population", "against"), segment)
    return {**numbers, **days, **segments, "smallest_effect": float, "comparison": comparison, "units": str, "of": str}


def _action(number: int) -> Action:
    from dashboard.cli.workspace import open_workspace
    from data.database.repositories import actions as stored

    return stored.get(open_workspace().database, number)


def report_actions(engine: Engine, asked: Asked) -> Told:
    """Every action with what it must move, what it did, and when that is checked."""
    from analysis.proof.report import action_notes, rows
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace
    from dashboard.gateway.clock import today
    from data.database.repositories import actions as stored

    found = stored.all(open_workspace().database)
    return Told(rows(found), action_notes(found, today()))


def report_verdicts(engine: Engine, asked: Asked) -> Told:
    """Every verdict on record with all its numbers; of one action with --key."""
    from analysis.proof.report import verdict_rows
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace
    from data.database.repositories import actions as stored

    found = [_keyed(asked.key)] if asked.key else stored.all(open_workspace().database)[::-1]
    rows = verdict_rows(found)
    way_out = "No verdict is on record yet. `daily` gives each on its day, which `report actions` calls check_on."
    return Told(rows, ["effect, before and after are in the unit of the metric."] if rows else [way_out])


def report_proof(engine: Engine, asked: Asked) -> Told:
    """The months of one action's newest verdict on record; of one still to be judged what this release would say."""
    from analysis.proof import verdicts
    from analysis.proof.report import standing_notes, standing_rows
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace

    action = _keyed(asked.key)
    seen = verdicts.preview(engine, open_workspace().database, action)
    return Told(standing_rows(action, seen), standing_notes(action, seen))


def _keyed(key: str) -> Action:
    if not key.isdecimal():
        raise ReviewError("This report is about one action. Give its number with --key, as `action list` prints it.")
    return _action(int(key))


def report_findings(engine: Engine, asked: Asked) -> Told:
    """What was kept from charts and tables."""
    from analysis.proof.report import finding_rows
    from dashboard.cli.reports import Told, in_words
    from dashboard.cli.workspace import open_workspace
    from data.database.repositories import findings as stored

    rows = finding_rows(stored.all(open_workspace().database))
    way_out = "No finding was kept yet. Every chart and table of the pages has the button Keep as finding."
    return Told([{**row, "segment": in_words(row["segment"])} for row in rows], [] if rows else [way_out])


def report_win_back(engine: Engine, asked: Asked) -> Told:
    """Lost customers worth a call, the largest first."""
    from analysis.feedback.losses import read_feedback
    from analysis.improvement.win_back import rows
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace
    from data.database.repositories import win_back as stored

    db = open_workspace().database
    found = rows(stored.all(db), read_feedback(db))
    way_out = (
        "Nobody is on the list. `daily` fills it once an action that names a reason has shipped: with the customers "
        "lost for that reason before, and those who said to return if it were mended."
    )
    return Told(found, [] if found else [way_out])
