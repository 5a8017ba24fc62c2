"""Every command of `python -m dashboard`; exit 0 done, 1 refused with a plain reason, 2 wrong usage."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli import experiments, improvement, output, reviews
from dashboard.cli.workspace import open_workspace
from data.errors import ReviewError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(experiments.app, name="experiment")
app.add_typer(reviews.app, name="review")
app.add_typer(improvement.app, name="action")
app.command()(improvement.daily)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")]


def run() -> None:
    """Run the command line; a reason to refuse goes to stderr as one plain sentence."""
    try:
        app()
    except ReviewError as refused:
        output.say(str(refused))
        sys.exit(1)


@app.command()
def report(
    name: Annotated[
        str,
        typer.Argument(
            help="kpis, changes, definitions, movements, customers, split, seasons, forecast, events, benchmarks, "
            "crosstab, decomposition, personas, cohorts, survival, risk, journey, "
            "reasons, "
            "losses, worth, at-risk, before, drivers, "
            "experiments, experiment, experiment-effects, experiment-watch, experiment-segments, experiment-later, "
            "actions, verdicts, proof, findings, win-back, review."
        ),
    ],
    start: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Day after the last.")] = None,
    grain: Annotated[str, typer.Option(help="week, month, quarter or year.")] = "month",
    segment: Annotated[list[str] | None, typer.Option(help="industry=retail,region=north|south; repeatable.")] = None,
    definition: Annotated[str, typer.Option(help="How churn is counted.")] = "start-base",
    bridge: Annotated[str, typer.Option(help="net or activity.")] = "net",
    release: Annotated[str, typer.Option(help="Number of a release, or latest.")] = "latest",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows (movements, customers).")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only these movements, or the customers of this bar of a page.")
    ] = None,
    lost: Annotated[bool, typer.Option("--lost", help="Only lost customers.")] = False,
    active: Annotated[bool, typer.Option("--active", help="Only present customers.")] = False,
    by: Annotated[list[str] | None, typer.Option(help="Attribute to split by; repeatable where two may be.")] = None,
    old: Annotated[bool, typer.Option("--old", help="Figures published more than five years ago too.")] = False,
    compare: Annotated[
        str, typer.Option(help="What changes are judged against: previous (period), year (before) or segment.")
    ] = "previous",
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="With --compare segment: the other one, written as --segment; repeatable. "
            "Of a decomposition: previous, year, or FROM..TO."
        ),
    ] = None,
    cohort_grain: Annotated[str, typer.Option("--cohort-grain", help="week, month, quarter or year.")] = "month",
    horizon: Annotated[int | None, typer.Option(min=1, help="Up to which age, in days or months (--unit).")] = None,
    unit: Annotated[str, typer.Option(help="Ages in day or month.")] = "day",
    taxonomy: Annotated[
        int | None, typer.Option(min=1, help="Version of the list of reasons to read answers under; the newest.")
    ] = None,
    key: Annotated[str, typer.Option(help="Of the experiment; the number of the action (verdicts, proof).")] = "",
    measure: Annotated[
        str, typer.Option(help="What an experiment without a plan is read by, as retained_90 or outcome_paid.")
    ] = "",
    quarter: Annotated[str, typer.Option(help="Of the review, as 2026Q3.")] = "",
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="A CSV table.")] = False,
) -> None:
    """Print a report: the numbers of the pages with the same filters."""
    from dashboard.cli.reports import CUSTOMER_LISTS, MOVEMENTS, REPORTS, Asked, envelope, refuse_useless
    from dashboard.cli.reviews import release_of_review
    from dashboard.cli.scope_options import a_choice, a_compare, a_comparison, a_grain, a_scope, a_unit

    if name not in REPORTS:
        raise typer.BadParameter(f"there is no report {name}; choose one of: {', '.join(REPORTS)}")
    if json and csv:
        raise typer.BadParameter("--json and --csv are two ways to print the same report; choose one of them")
    if kind is not None:
        a_choice(kind, CUSTOMER_LISTS if name == "customers" else MOVEMENTS, "--kind")
    if release != "latest" and not re.fullmatch("[0-9]{1,9}", release):
        raise typer.BadParameter(f"--release {release} is neither the number of a release nor latest")
    scope = a_scope(start, end, grain, segment or [], definition, bridge)
    asked = Asked(
        scope,
        limit,
        kind,
        lost,
        active,
        tuple(by or ()),
        old,
        a_compare(compare),
        **a_comparison(name, against or []),
        cohort_grain=a_grain(cohort_grain, "--cohort-grain"),
        horizon=horizon,
        unit=a_unit(unit),
        taxonomy=taxonomy,
        key=key,
        measure=measure,
        quarter=quarter,
    )
    refuse_useless(name, asked)
    engine = open_workspace().engine(release_of_review(quarter, release) if name == "review" else release)
    told = REPORTS[name](engine, asked)
    if engine.release is None:
        raise ValueError("the engine of a report is opened on a release")
    if json:
        output.print_json(envelope(name, engine.release, asked, told))
    elif csv:
        output.print_csv(told.rows)
    else:
        output.print_table(told.rows)
        for note in told.notes:
            output.say(note)


@app.command(name="import")
def import_files(
    paths: Annotated[list[str] | None, typer.Argument(help="Files, folders, or database addresses.")] = None,
    table: Annotated[list[str] | None, typer.Option(help="TABLE=PATH: the file of a table; repeatable.")] = None,
    snapshot: Annotated[str | None, typer.Option(help="A file with one row per customer.")] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="TARGET=SOURCE column; TARGET= for none, =SOURCE to leave a column out; repeatable."
        ),
    ] = None,
    mapping: Annotated[str, typer.Option(help="Name of a saved mapping.")] = "",
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day the data stand for.")] = None,
    mode: Annotated[str, typer.Option(help="replace or merge.")] = "replace",
    max_reject_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="Refuse a file with a larger share (0-1) of bad rows.")
    ] = None,
    option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE, for example gap_tolerance_days=3.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing.")] = False,
    json: Json = False,
) -> None:
    """Load a company's files, check every value and publish a new release."""
    from typing import cast

    from analysis.imports.load import load_files
    from dashboard.cli.loading import Teller, document, mapped, pairs, tell
    from dashboard.cli.scope_options import a_choice, a_day
    from dashboard.gateway.clock import now, today
    from data.database.repositories import mappings
    from data.importers.request import ImportRequest
    from data.staged import Mode

    place = open_workspace()
    fields, left_out = mapped(map_)
    request = ImportRequest(
        paths=tuple(paths or ()),
        tables=pairs(table, "--table"),
        snapshot=snapshot,
        map=fields,
        leave_out=left_out,
        mapping=mappings.load(place.database, mapping).document if mapping else {},
        mapping_name=mapping,
        as_of=a_day(as_of, "--as-of"),
        mode=cast("Mode", a_choice(mode, ("replace", "merge"), "--mode")),
        max_reject_share=place.settings.max_reject_share if max_reject_share is None else max_reject_share,
        options=pairs(option, "--option"),
        dry_run=dry_run,
        today=today(),
        home=place.settings.home,
    )
    done = load_files(place.settings, place.database, request, now=now(), progress=Teller())
    if json:
        output.print_json(document(done))
    else:
        tell(done)


@app.command()
def demo(
    customers: Annotated[int, typer.Option(help="Customers that ever signed.")] = 2_000,
    months: Annotated[int, typer.Option(help="Months of history.")] = 36,
    seed: Annotated[int, typer.Option(help="The same seed makes the same company.")] = 7,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Only when there are no data yet.")] = False,
    json: Json = False,
) -> None:
    """Make the demo company with its known truth (docs/demo-company.md)."""
    from analysis.imports.load import load_demo
    from dashboard.cli.loading import Teller, document, tell
    from dashboard.gateway.clock import now

    place = open_workspace()
    if if_empty and place.latest() is not None:
        return
    done = load_demo(
        place.settings,
        place.database,
        customers=customers,
        months=months,
        seed=seed,
        now=now(),
        progress=Teller(),
    )
    if json:
        output.print_json(document(done))
    else:
        tell(done)


@app.command()
def check(json: Json = False) -> None:
    """Check settings, app database, lake and the books of the latest release; exit 1 when something is wrong."""
    from dashboard.cli.checking import findings

    found = findings()
    if json:
        output.print_json(found)
    else:
        for finding in found["checks"]:
            output.say(f"{'ok    ' if finding['passed'] else 'WRONG '} {finding['name']}: {finding['detail']}")
    if not found["passed"]:
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a file of that name.")] = False,
    json: Json = False,
) -> None:
    """Write the app database and the data of all kept releases into one file; a file that is there is kept."""
    from dashboard.gateway.clock import now
    from data.backup import backup as write_backup

    done = write_backup(open_workspace().settings, file, now=now(), replace=replace)
    output.print_json(done) if json else output.say(f"Written to {file}.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there.")] = False,
    json: Json = False,
) -> None:
    """Bring back what a backup holds; into an empty home unless --replace is given."""
    from data.backup import restore as read_backup
    from data.settings import settings

    done = read_backup(settings(), file, replace=replace)
    output.print_json(done) if json else output.say(f"Restored from {file}.")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="Address to listen on; only this machine by default.")] = "127.0.0.1",
) -> None:
    """Start the app and print its address."""
    import os

    from dashboard.cli.ports import refuse_if_taken

    refuse_if_taken(address, port)
    open_workspace()
    root = Path(__file__).resolve().parents[2]
    os.chdir(root)
    output.say(f"Churn Review runs at http://{'localhost' if address == '127.0.0.1' else address}:{port}")
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    os.execv(sys.executable, [*command, "--server.address", address, "--server.headless", "true"])


@app.command()
def bench(
    customers: Annotated[int, typer.Option(min=1_000, help="Size of the company to measure on.")] = 1_000_000,
    only: Annotated[list[str] | None, typer.Option(help="Only this measure; repeatable.")] = None,
    json: Json = False,
) -> None:
    """Measure speed and memory against references in the same run (docs/performance.md)."""
    from dashboard.cli.bench import measure

    measure(customers, only or [], json=json)
