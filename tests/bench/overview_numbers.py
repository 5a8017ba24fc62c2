"""A process that opens the release and computes what the Overview shows; prints the numbers as JSON."""

import json
import sys

from analysis.kpis.headline import headline
from dashboard.cli.workspace import open_workspace
from data.records import Scope
from tests.bench.kpi_numbers import of_row


def main() -> None:
    """Everything from the app database to the last interval."""
    found = headline(open_workspace().engine(), Scope())
    shown = [
        span for name in ("month", "quarter", "year") for span in (found.spans[name].before, found.spans[name].now)
    ]
    json.dump([of_row(row) for row in (*found.report.rows, *shown)], sys.stdout)


if __name__ == "__main__":
    main()
