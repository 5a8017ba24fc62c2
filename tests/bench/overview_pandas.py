"""A process that reads the same Parquet files with pandas and computes what the Overview shows; prints it as JSON."""

import json
import sys
from datetime import date

from tests.bench.kpi_numbers import Course, numbers
from tests.bench.kpis_pandas import MOVEMENTS, counted, read


def main(end: date, files: list[str]) -> None:
    """Thirteen months (the year before among them) and two quarters, from the movements alone."""
    movements = read(files, MOVEMENTS)
    months = Course(end, 13)
    by_month = numbers(months, counted(movements, months))
    quarters = Course(date(end.year, (end.month - 1) // 3 * 3 + 1, 1), 2, "quarter")
    by_quarter = numbers(quarters, counted(movements, quarters))
    shown = [by_month[-2], by_month[-1], *by_quarter, by_month[0], by_month[-1]]
    json.dump([*by_month[1:], *shown], sys.stdout)


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]), sys.argv[2:])
