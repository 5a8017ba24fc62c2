"""A company that sends its contracts again: the customers nobody listed are those of the contracts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli.commands import app
from dashboard.cli.workspace import open_workspace
from data.errors import NoData

HEADER = "subscription_id,customer_id,plan,mrr,starts_on,ends_on,status\n"


def contracts(path: Path, customers: int) -> str:
    rows = (f"s{i},c{i},pro,10,2026-01-0{1 + i % 9},,active\n" for i in range(customers))
    path.write_text(HEADER + "".join(rows))
    return str(path)


def printed(*words: str) -> str:
    found = CliRunner().invoke(app, list(words))
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.mark.parametrize("condition", ["plan=pro", "plan!=none", "currency="])
def test_customers_taken_from_ids_are_taken_again_with_the_next_file(tmp_path: Path, condition: str):
    for n in (20, 30):
        printed("import", "--table", f"subscriptions={contracts(tmp_path / f'{n}.csv', n)}", "--as-of", "2026-06-30")
        listed = printed("report", "customers", "--segment", condition, "--csv").splitlines()
        assert len(listed) == 1 + n


def test_a_file_of_customers_is_kept(tmp_path: Path):
    (tmp_path / "customers.csv").write_text("customer_id,industry\n" + "".join(f"c{i},retail\n" for i in range(20)))
    listed = ("--table", f"customers={tmp_path / 'customers.csv'}")
    printed("import", *listed, "--table", f"subscriptions={contracts(tmp_path / 'a.csv', 20)}")
    printed("import", "--table", f"subscriptions={contracts(tmp_path / 'b.csv', 20)}")
    assert printed("report", "customers", "--csv").count("retail") == 20


def test_own_data_never_mix_with_the_demo_company(tmp_path: Path):
    printed("demo", "--customers", "50", "--months", "6")
    words = ["import", "--table", f"subscriptions={contracts(tmp_path / 'a.csv', 20)}"]
    assert "The demo company is set aside" in CliRunner().invoke(app, words).output
    assert len(printed("report", "customers", "--csv").splitlines()) == 1 + 20
    assert printed("report", "events").startswith("No rows")


def test_a_rehearsal_refuses_what_the_load_would_refuse(tmp_path: Path):
    (tmp_path / "customers.csv").write_text("customer_id,industry\nc1,retail\n")
    found = CliRunner().invoke(app, ["import", "--table", f"customers={tmp_path / 'customers.csv'}", "--dry-run"])
    assert isinstance(found.exception, NoData)


def test_periods_after_the_data_have_no_rows(tmp_path: Path):
    printed("import", "--table", f"subscriptions={contracts(tmp_path / 'a.csv', 20)}", "--as-of", "2026-06-30")
    rows = printed("report", "kpis", "--from", "2026-05-01", "--to", "2027-01-01", "--csv").splitlines()
    assert len(rows) == 1 + 2
    found = CliRunner().invoke(app, ["report", "kpis", "--from", "2030-01-01", "--to", "2031-01-01"])
    assert "The data end on 2026-06-30" in str(found.exception)


def test_a_segment_nobody_is_in_is_said(tmp_path: Path):
    printed("import", "--table", f"subscriptions={contracts(tmp_path / 'a.csv', 20)}", "--as-of", "2026-06-30")
    found = CliRunner().invoke(app, ["report", "kpis", "--segment", "plan=prro"])
    assert "Check the values of its conditions" in found.output


def test_files_that_name_their_customers_differently_are_refused(tmp_path: Path):
    (tmp_path / "customers.csv").write_text("customer_id,industry\n" + "".join(f"{i:05},retail\n" for i in range(20)))
    words = ["--table", f"customers={tmp_path / 'customers.csv'}"]
    words += ["--table", f"subscriptions={contracts(tmp_path / 'a.csv', 20)}"]
    found = CliRunner().invoke(app, ["import", *words])
    assert "None of the 20 rows of subscriptions belongs to a customer" in str(found.exception)


def lists(folder: Path) -> list[str]:
    """Ten customers, listed, with a contract each."""
    (folder / "customers.csv").write_text("customer_id,industry\n" + "".join(f"c{i},retail\n" for i in range(10)))
    return [
        *("--table", f"customers={folder / 'customers.csv'}"),
        *("--table", f"subscriptions={contracts(folder / 'a.csv', 10)}", "--as-of", "2026-06-30"),
    ]


def use(path: Path, column: str, *ids: str) -> list[str]:
    path.write_text(f"{column},day,logins\n" + "".join(f"{i},2026-02-0{n},5\n" for n, i in enumerate(ids, 1)))
    return ["--table", f"usage_daily={path}"]


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_use_finds_its_customer_through_a_subscription_of_the_release_before(tmp_path: Path, mode: str):
    printed("import", *lists(tmp_path))
    words = ["import", *use(tmp_path / "use.csv", "subscription_id", "s1", "s2"), "--mode", mode, "--json"]
    first, again = (json.loads(printed(*words)) for _ in range(2))
    assert {k: first["tables"]["usage_daily"][k] for k in ("loaded", "rejected")} == {"loaded": 2, "rejected": 0}
    assert [note for note in first["notes"] if note["code"] == "orphans"] == []
    assert again["outcome"] == "unchanged"


def test_a_subscription_that_is_replaced_leads_to_its_new_customer(tmp_path: Path):
    printed("import", *lists(tmp_path))
    (tmp_path / "moved.csv").write_text(HEADER + "s1,c7,pro,10,2026-01-01,,active\n")
    words = [*use(tmp_path / "use.csv", "subscription_id", "s1"), "--table", f"subscriptions={tmp_path / 'moved.csv'}"]
    printed("import", *words, "--mode", "merge")
    engine = open_workspace().engine("latest")
    assert [row["customer_id"] for row in engine.rows(engine.table("usage_daily"))] == ["c7"]


def test_merged_rows_of_customers_that_are_there_are_no_orphans(tmp_path: Path):
    printed("import", *lists(tmp_path))
    (tmp_path / "new.csv").write_text("customer_id,industry\nc10,energy\n")
    words = [*use(tmp_path / "use.csv", "customer_id", "c1", "c10", "c99"), "--mode", "merge", "--json"]
    done = json.loads(printed("import", "--table", f"customers={tmp_path / 'new.csv'}", *words))
    (note,) = [note for note in done["notes"] if note["code"] == "orphans"]
    assert (note["count"], "c99" in note["text"], "c1/" in note["text"]) == (1, True, False)
