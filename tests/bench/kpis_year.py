"""One filtered year of key figures: against SQL by hand, and against pandas in memory."""

from analysis.kpis.report import kpis
from tests.bench import kpis_pandas, kpis_sql
from tests.bench.company import opened
from tests.bench.kpi_numbers import differences, numbers, year_of
from tests.bench.pairs import Row, in_turn, row


def alone() -> None:
    """The year once, for its memory."""
    engine = opened()
    kpis(engine, year_of(engine).scope)


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; both references are first compared with the product, number by number."""
    engine = opened()
    year = year_of(engine)
    frames = kpis_pandas.Frames(engine)
    ours = kpis(engine, year.scope).rows
    for counted in (kpis_sql.kpis(engine, year), kpis_pandas.kpis(frames, year)):
        wrong = differences(ours, numbers(year, counted))
        if wrong:
            raise SystemExit("product and reference disagree: " + "; ".join(wrong[:5]))
    by_hand = in_turn(lambda: kpis(engine, year.scope), lambda: kpis_sql.kpis(engine, year), pairs)
    in_memory = in_turn(lambda: kpis(engine, year.scope), lambda: kpis_pandas.kpis(frames, year), pairs)
    return [
        row("kpis of a filtered year", "DuckDB SQL by hand", by_hand, peak_mb),
        row("kpis of a filtered year", "pandas in memory", in_memory, peak_mb),
    ]
