"""`python -m dashboard COMMAND`."""

from dashboard.cli.commands import run

run()
