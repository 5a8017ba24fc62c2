"""RavenStack: the five files by one command, and the 23-month MRR bridge of its README to the cent."""

import json
from pathlib import Path

from typer.testing import CliRunner

from dashboard.cli.commands import app

KINDS = ("start", "new", "reactivation", "expansion", "contraction", "churn", "end")


def ran(*words: str) -> dict:
    found = CliRunner().invoke(app, [*words, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_the_net_bridge_of_the_imported_folder_equals_the_published_one(shared_datasets: Path):
    folder = shared_datasets / "ravenstack"
    checks = json.loads((folder / "expected.json").read_text())["checks"]
    bridge = next(value for name, value in checks.items() if "bridge" in name)
    loaded = ran("import", str(folder), "--option", "gap_tolerance_days=0")
    assert all(check["passed"] for check in loaded["checks"])
    rows = ran("report", "kpis", "--from", "2023-02-01", "--to", "2025-01-01")["rows"]
    assert len(rows) == len(bridge) == 23
    for row in rows:
        found = [row[f"mrr_{kind}_cents"] for kind in KINDS]
        assert found == [100 * dollars for dollars in bridge[row["period_start"][:7]]]
