"""The pack of a quarter: against the numbers of the Overview, counted in the same warm process without kept answers."""

from analysis.kpis.judgement import overview
from analysis.review.pack import assemble
from analysis.review.quarters import last_whole
from data.database import open_database
from data.records import Condition, Scope, Segment
from data.settings import settings
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

RETAIL = Segment((Condition("industry", "in", ("retail",)),))


def alone() -> None:
    """The pack once, for its memory."""
    _assembled(opened())


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows: the Overview reads sums that lie in the release, that of a segment counts as the pack does."""
    engine = opened()
    found = _assembled(engine)
    unknown = [one["key"] for one in found["sections"] if one["unknown"] and one["key"] != "verdicts"]
    if unknown:
        raise SystemExit(f"not a whole pack: {', '.join(unknown)}")
    whole = in_turn(lambda: _assembled(engine), lambda: overview(engine, Scope()), pairs)
    segment = in_turn(lambda: _assembled(engine), lambda: overview(engine, Scope(segment=RETAIL)), pairs, warm_up=0)
    return [
        row("pack of a quarter", "Overview from stored sums", whole, peak_mb),
        row("pack of a quarter", "Overview of a segment", segment, peak_mb),
    ]


def _assembled(engine):
    asked = last_whole(release_of(engine).as_of)
    return assemble(engine, open_database(settings()), asked.start, asked.end)
