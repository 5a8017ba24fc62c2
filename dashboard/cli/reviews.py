"""`review`: list and prepare quarterly reviews, and write their packs and minutes as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import DataProblem, NoData, ReviewError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.cli.reports import Asked, Told
    from data.database import Database
    from data.engine import Engine
    from data.records import Period
    from data.records_reviews import Minutes, Review

app = typer.Typer(no_args_is_help=True, help="Quarterly reviews: packs and minutes.")

FORMS = ("html", "docx", "pptx")
LANGUAGES = ("en", "zh_Hans")
Quarter = Annotated[str, typer.Option(help="As 2026Q3.")]
Out = Annotated[Path, typer.Option(help="The file to write: .html, .docx or .pptx.")]
Language = Annotated[str, typer.Option(help="en or zh_Hans.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")]


@app.command(name="list")
def listed(json: Json = False) -> None:
    """Every review with its state and the release its pack is frozen on."""
    from dashboard.cli import output
    from dashboard.cli.workspace import open_workspace
    from data.database.repositories import reviews

    rows = [_row(review) for review in reviews.all(open_workspace().database)]
    output.print_json({"reviews": rows}) if json else output.print_table(rows)


@app.command()
def prepare(
    quarter: Quarter,
    release: Annotated[str, typer.Option(help="Number of a release, or latest.")] = "latest",
    json: Json = False,
) -> None:
    """Freeze a pack of a quarter on a release and put its agenda together."""
    from analysis.review import prepare as preparing
    from analysis.review.quarters import quarter_of
    from dashboard.cli import output
    from dashboard.cli.loading import Teller
    from dashboard.cli.workspace import open_workspace

    place, asked = open_workspace(), quarter_of(quarter)
    engine = place.engine(release)
    made = preparing.prepare(engine, place.database, asked.start, asked.end, progress=Teller())
    output.print_json(_row(made)) if json else output.print_table([_row(made)])


@app.command()
def pack(quarter: Quarter, out: Out, language: Language = "en", json: Json = False) -> None:
    """Write the pack of a quarter: the frozen one of its review, else one made now on the newest data."""
    from analysis.review.quarters import quarter_of
    from dashboard.cli.workspace import open_workspace

    form = _form(out, language)
    place, asked = open_workspace(), quarter_of(quarter)
    found = _frozen(place.database, asked) or _made(asked)
    _write(out, form, language, found, None, None, json=json)


@app.command()
def minutes(quarter: Quarter, out: Out, language: Language = "en", json: Json = False) -> None:
    """Write the minutes of a review with its numbers: the signed ones, else as they stand now."""
    from analysis.review.minutes import drafted
    from dashboard.cli.workspace import open_workspace

    form = _form(out, language)
    place, (review, found) = open_workspace(), _prepared(quarter)
    signed = next((one for one in reversed(review.minutes) if one.signed_at is not None), None)
    document = drafted(place.database, review.id) if signed is None else signed.document
    _write(out, form, language, found, document, signed, json=json)


def report_review(engine: Engine, asked: Asked) -> Told:
    """Every number of a review's frozen pack: figures and the cells of its tables."""
    from analysis.review.numbers import numbers
    from dashboard.cli.reports import Told

    review, found = _prepared(asked.quarter)
    frozen = f"Frozen on data release {review.release}, as of {found['as_of']}; pack {review.digest} ({found['code']})."
    said = [f"{one['key']}: {note}" for one in found["sections"] for note in one["notes"]]
    return Told(numbers(found), [frozen, *said])


def release_of_review(quarter: str, wanted: str) -> str:
    """The release that the numbers of a review are of, which no other can be asked for."""
    frozen = str(_prepared(quarter)[0].release)
    if wanted not in {"latest", frozen}:
        raise ReviewError(f"The review of {quarter} is frozen on data release {frozen}. Leave --release out.")
    return frozen


def _prepared(quarter: str) -> tuple[Review, Mapping[str, Any]]:
    """The review of a quarter and its frozen pack."""
    from analysis.review.quarters import quarter_of
    from dashboard.cli.workspace import open_workspace

    if not quarter:
        raise ReviewError("This report is about one review. Give its quarter with --quarter, as 2026Q3.")
    review = _review(open_workspace().database, quarter_of(quarter))
    if review is None or review.pack is None:
        raise NoData(
            f"The review of {quarter} is not prepared yet. Prepare it with `review prepare --quarter {quarter}`."
        )
    return review, review.pack


def _row(review: Review) -> dict[str, Any]:
    names = ("quarter", "state", "release", "digest", "moderator")
    return {name: getattr(review, name) for name in names}


def _form(out: Path, language: str) -> str:
    from dashboard.cli.scope_options import a_choice

    a_choice(language, LANGUAGES, "--language")
    return a_choice(out.suffix.removeprefix(".").lower(), FORMS, "--out")


def _review(database: Database, asked: Period) -> Review | None:
    from data.database.repositories import reviews

    found = reviews.find(database, asked.start)
    return None if found is None else reviews.get(database, found.id)


def _frozen(database: Database, asked: Period) -> Mapping[str, Any] | None:
    found = _review(database, asked)
    return None if found is None else found.pack


def _made(asked: Period) -> Mapping[str, Any]:
    from analysis.review.pack import assemble
    from dashboard.cli.loading import Teller
    from dashboard.cli.workspace import open_workspace

    place = open_workspace()
    return assemble(place.engine(), place.database, asked.start, asked.end, Teller())


def _write(
    out: Path, form: str, language: str, found: Mapping[str, Any], document: Mapping[str, Any] | None,
    signed: Minutes | None, *, json: bool,
) -> None:  # fmt: skip
    from analysis.review.numbers import numbers
    from analysis.review.pack import digest
    from dashboard.cli import output
    from dashboard.language import speaking
    from dashboard.minutes.content import signature
    from dashboard.minutes.files import written

    with speaking(language):
        content = written(form, found, document, signature(signed))
    try:
        out.write_bytes(content)
    except OSError as wrong:
        raise DataProblem(f"The file {out} cannot be written: {wrong.strerror}. Check the path.") from wrong
    told = {"quarter": found["quarter"], "release": found["release"], "digest": digest(found), "file": str(out)}
    output.print_json({**told, "rows": numbers(found)}) if json else output.say(f"Written to {out}.")
