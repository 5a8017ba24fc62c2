"""Connector tables of Stripe, Zendesk, Salesforce and Intercom: every one is known, what joins is loaded, the rest is said.

Files: connector_seeds_a (Fivetran's test seeds, Apache-2.0). They are true to schema and contradict each other on purpose.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from data.importers import transforms_desk
from data.importers.recognise import recognise
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.staged import StagedImport

SYSTEMS = ("stripe", "zendesk", "salesforce", "intercom")


@pytest.fixture(scope="session")
def seeds(shared_datasets: Path) -> Path:
    return shared_datasets / "connector_seeds_a"


def staged_from(folder: Path, home: Path) -> StagedImport:
    return stage(ImportRequest(paths=(str(folder),), today=date(2026, 11, 22), home=home))


def rows(found: StagedImport, name: str) -> list[dict]:
    return next(t for t in found.tables if t.name == name).batches().read_all().to_pylist()


def test_all_27_stripe_tables_are_recognised_by_their_header_row(seeds: Path):
    files = sorted((seeds / "stripe").glob("*.csv"))
    assert len(files) == 27
    for path in files:
        with path.open(newline="", encoding="utf-8-sig") as file:
            found = recognise(next(csv.reader(file)))
        assert found is not None, path.name
        assert found.export.system == "Stripe via Fivetran"
        assert found.export.export == f"table {path.stem.removesuffix('_data')}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_connector_table_is_recognised_as_its_systems(seeds: Path, system: str):
    for path in sorted((seeds / system).glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            found = recognise(next(csv.reader(file)))
        assert found is not None, path.name
        assert found.export.system.lower().startswith(system), path.name


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_folder_of_one_system_loads_and_says_what_does_not_join(seeds: Path, tmp_path: Path, system: str):
    found = staged_from(seeds / system, tmp_path)
    assert "customers" in {t.name for t in found.tables}
    assert "orphans" in {n.code for n in found.notes}
    left_out = {n.table for n in found.notes if n.code in ("not_used", "history_left_out")}
    read = {n.table for n in found.notes if n.code == "recognised"}
    joined = {n.code for n in found.notes} & {"files_joined"}
    assert len(left_out | read) + (2 if joined else 0) >= len(list((seeds / system).glob("*.csv")))


def test_stripe_amounts_come_from_items_and_plans_in_cents_per_month(seeds: Path, tmp_path: Path):
    found = staged_from(seeds / "stripe", tmp_path)
    subscriptions = {r["subscription_id"]: r for r in rows(found, "subscriptions")}
    assert {k: r["mrr_cents"] for k, r in subscriptions.items()} == {"sdgfs4536": 150_000, "sfjytkyu876": 300_000}
    assert {r["currency"] for r in subscriptions.values()} == {"USD"}
    assert subscriptions["sdgfs4536"]["starts_on"] == date(2021, 2, 18)
    assert subscriptions["sdgfs4536"]["ends_on"] == date(2021, 2, 19)


def test_stripe_failed_charges_keep_their_reason(seeds: Path, tmp_path: Path):
    failed = [r for r in rows(staged_from(seeds / "stripe", tmp_path), "invoices") if r["failure_code"]]
    assert failed
    assert {r["failure_code"] for r in failed} == {"card_declined"}
    assert all(r["paid_on"] is None for r in failed)


def test_zendesk_tickets_belong_to_their_organisation(seeds: Path, tmp_path: Path):
    tickets = {r["ticket_id"]: r for r in rows(staged_from(seeds / "zendesk", tmp_path), "tickets")}
    assert len(tickets) == 10
    assert tickets["16988"]["customer_id"] == "370469077513"


def test_intercom_companies_go_by_the_companys_own_number(seeds: Path, tmp_path: Path):
    found = staged_from(seeds / "intercom", tmp_path)
    assert "10hNkSuS4Niit8s48jDM" in {r["customer_id"] for r in rows(found, "customers")}
    assert len(rows(found, "tickets")) == 2
    assert "older_versions" in {n.code for n in found.notes}


def test_few_rows_worked_out_step_by_step_give_what_many_planned_at_once_give(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stepwise = staged_from(seeds / "stripe", tmp_path)
    monkeypatch.setattr(transforms_desk, "SMALL", -1)
    at_once = staged_from(seeds / "stripe", tmp_path / "again")
    for table in stepwise.tables:
        assert sorted(map(str, rows(stepwise, table.name))) == sorted(map(str, rows(at_once, table.name))), table.name
    said = ([(n.code, n.table, n.column, n.count) for n in found.notes] for found in (stepwise, at_once))
    assert next(said) == next(said)
