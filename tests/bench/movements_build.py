"""The build of the movements: against a query by hand, and against pandas in memory."""

from data.derived.build import batches
from data.derived.movements import movements
from data.derived.periods import customer_periods
from data.engine import Engine
from data.lake import Lake
from data.records import Release
from data.settings import settings
from tests.bench import movements_pandas, movements_sql
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

#: Written beside the release's own table, which stays as it is.
TABLE = "movements_again"


def product(engine: Engine, release: Release) -> int:
    """Build and write the movements as a release does."""
    periods = customer_periods(engine, release.options, release.as_of)
    found = movements(periods, release.options, release.as_of, paid_only=True)
    return Lake(settings().lake_url).write(TABLE, batches(engine, found))


def alone() -> None:
    """The build once, for its memory."""
    engine = opened()
    product(engine, release_of(engine))


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows: the query by hand with the same write, and pandas without any write."""
    engine = opened()
    release = release_of(engine)
    lake, options, as_of = Lake(settings().lake_url), release.options, release.as_of
    frames = movements_pandas.Frames(engine)
    by_hand = in_turn(
        lambda: product(engine, release), lambda: movements_sql.build(engine, lake, options, as_of), pairs
    )
    in_memory = in_turn(
        lambda: product(engine, release), lambda: movements_pandas.movements(frames, options, as_of), pairs
    )
    return [
        row("movements", "DuckDB SQL by hand, same write", by_hand, peak_mb),
        row("movements", "pandas in memory, no write", in_memory, peak_mb),
    ]
