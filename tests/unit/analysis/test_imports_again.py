"""A company that sends its contracts again: the customers nobody listed are those of the contracts."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli.commands import app
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
