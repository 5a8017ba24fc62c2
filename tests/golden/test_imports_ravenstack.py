"""RavenStack's five files through the import: the same tables and contradictions whatever dialect the files are written in.

Expected numbers: expected.json of the data set, computed with pandas by its collector.
"""

import csv
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.contracts import TABLES
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.staged import StagedImport

NAMES = ("accounts", "subscriptions", "feature_usage", "support_tickets", "churn_events")
DATES = {"signup_date", "start_date", "end_date", "usage_date", "submitted_at", "closed_at", "churn_date"}
#: Attributes keep their text, so a dialect of truth values shows in them; everything else has to be equal.
AS_WRITTEN = {"a_is_trial", "a_churn_flag"}

Rewrite = Callable[[str, str], str]


@pytest.fixture(scope="session")
def ravenstack(shared_datasets: Path) -> Path:
    return shared_datasets / "ravenstack"


@pytest.fixture(scope="session")
def checks(ravenstack: Path) -> dict:
    return json.loads((ravenstack / "expected.json").read_text(encoding="utf-8"))["checks"]


@pytest.fixture(scope="session")
def staged(ravenstack: Path, tmp_path_factory: pytest.TempPathFactory) -> StagedImport:
    return staged_from([ravenstack], tmp_path_factory.mktemp("home"))


def staged_from(paths: Iterable[Path], home: Path) -> StagedImport:
    request = ImportRequest(
        paths=tuple(map(str, paths)),
        options={"gap_tolerance_days": "0"},
        today=date(2026, 11, 22),
        home=home,
    )
    return stage(request)


def table_of(found: StagedImport, name: str) -> pa.Table:
    return next(t for t in found.tables if t.name == name).batches().read_all()


def rows_of(found: StagedImport, name: str) -> pa.Table:
    """All rows of a staged table in a fixed order, without the columns that keep their text."""
    table = table_of(found, name)
    kept = table.select([c for c in table.column_names if c not in AS_WRITTEN])
    return kept.sort_by([(c, "ascending") for c in kept.column_names])


def one_row(table: pa.Table, query: str) -> tuple:
    """The one row of a query over `rows`."""
    connection = duckdb.connect()
    connection.register("rows", table)
    row = connection.execute(query).fetchone()
    connection.close()
    assert row is not None
    return row


def counts(found: StagedImport) -> dict[str, int]:
    return {t.name: t.loaded for t in found.tables}


def noted(found: StagedImport) -> dict[str, int]:
    return {n.code: n.count for n in found.notes}


def test_one_folder_gives_every_table_and_rejects_nothing(staged: StagedImport):
    assert counts(staged) == {
        "customers": 500,
        "subscriptions": 5000,
        "feature_usage": 24981,
        "usage_daily": 24111,
        "tickets": 2000,
        "surveys": 600,
    }
    assert not any(t.rejected for t in staged.tables)
    assert staged.options.gap_tolerance_days == 0
    assert staged.as_of == date(2024, 12, 31)


def test_the_money_of_every_month_end_is_exact(staged: StagedImport, checks: dict):
    subscriptions = table_of(staged, "subscriptions")
    expected = next(v for k, v in checks.items() if k.startswith("month end"))
    for month, figures in expected.items():
        day = f"last_day(DATE '{month}-01')"
        query = f"""SELECT sum(mrr_cents) / 100, count(*), count(DISTINCT customer_id) FROM rows
            WHERE starts_on <= {day} AND (ends_on IS NULL OR ends_on > {day})"""
        assert one_row(subscriptions, query) == tuple(figures), month


def test_use_is_summed_without_loss(staged: StagedImport, checks: dict):
    uses, seconds, _ = checks["usage sums: count, secs, errors"]
    assert one_row(table_of(staged, "feature_usage"), "SELECT sum(count) FROM rows") == (uses,)
    days = one_row(table_of(staged, "usage_daily"), "SELECT sum(core_actions), round(sum(minutes) * 60) FROM rows")
    assert days == (uses, seconds)


def test_churn_events_are_exit_surveys_with_their_reasons(staged: StagedImport, checks: dict):
    surveys = table_of(staged, "surveys").to_pylist()
    assert {row["kind"] for row in surveys} == {"exit"}
    assert Counter(row["reason"] for row in surveys) == checks["churn reason_code"]


def test_tickets_keep_satisfaction_and_the_first_answer(staged: StagedImport, checks: dict):
    mean, missing, _ = checks["tickets: mean satisfaction (nulls out), nulls, escalated"]
    minutes = "avg(date_diff('minute', opened_at, first_response_at))"
    query = f"SELECT round(avg(csat), 6), count(*) - count(csat), round({minutes}, 2) FROM rows"
    found = one_row(table_of(staged, "tickets"), query)
    assert found == (round(mean, 6), missing, checks["mean resolution hours / first response minutes"][1])


def test_three_contradicting_counts_of_churn_are_put_side_by_side(staged: StagedImport, checks: dict):
    text = next(n.text for n in staged.notes if n.code == "churn_counts")
    flagged, _ = checks["accounts churn_flag"]
    ended, _ = checks["subscriptions churn_flag"]
    assert f"{flagged} customers flagged" in text
    assert f"{checks['accounts with >=1 churn event']} customers with churn events (600 events)" in text
    assert f"{ended} ended subscriptions" in text


def test_every_contradiction_between_tables_is_counted(staged: StagedImport, checks: dict):
    expected = checks["contradictions between tables"]
    found = noted(staged)
    pairs = {
        "duplicates": "duplicate usage_id rows",
        "flagged_without_event": "accounts flagged churned without churn event",
        "event_without_flag": "accounts with churn event but churn_flag False",
        "ended_not_flagged": "accounts with a churned subscription but churn_flag False",
        "flagged_but_paying": "flagged churned accounts that still have an open paid subscription",
        "use_before_start": "usage before subscription start",
        "use_after_end": "usage after subscription end",
        "ticket_before_signing": "ticket opened before signup",
    }
    assert {code: found.get(code) for code in pairs} == {code: expected[words] for code, words in pairs.items()}
    absent = {"survey_before_signing", "start_before_signing", "end_before_start", "orphans", "trial_amount"}
    assert not absent & found.keys()


def test_every_contradiction_is_listed_in_a_file(staged: StagedImport):
    said = next(n for n in staged.notes if n.code == "contradictions_file")
    path = Path(said.text.split(" are listed in ")[1].rstrip("."))
    with path.open(newline="", encoding="utf-8") as file:
        listed = Counter(row["check"] for row in csv.DictReader(file))
    assert sum(listed.values()) == said.count
    assert listed["use_before_start"] == 19_142


def test_the_outcome_as_an_attribute_is_pointed_at(staged: StagedImport):
    assert "churn_flag" in {n.column for n in staged.notes if n.code == "leakage"}


def test_five_paths_one_by_one_give_the_same(ravenstack: Path, staged: StagedImport, tmp_path: Path):
    found = staged_from([ravenstack / f"ravenstack_{name}.csv" for name in reversed(NAMES)], tmp_path)
    for name in counts(staged):
        assert rows_of(found, name) == rows_of(staged, name), name


#: What the same columns are called elsewhere: no known export has these headers.
OTHER_NAMES = {
    "account_id": "Client No", "account_name": "Company", "industry": "Sector", "country": "Nation",
    "signup_date": "Registered On", "referral_source": "Acquisition Channel", "plan_tier": "Package",
    "is_trial": "On Trial", "churn_flag": "Churned", "subscription_id": "Contract No", "start_date": "Begin Date",
    "end_date": "Finish Date", "mrr_amount": "Monthly Fee", "arr_amount": "Annual Fee", "billing_frequency": "Billing Cycle",
    "usage_id": "Log Id", "usage_date": "Activity Date", "feature_name": "Module", "usage_count": "Times Used",
    "usage_duration_secs": "Duration Seconds", "ticket_id": "Case Number", "submitted_at": "Opened At",
    "closed_at": "Closed On", "first_response_time_minutes": "First Reply Minutes", "satisfaction_score": "Satisfaction",
    "churn_event_id": "Exit Id", "churn_date": "Cancelled On", "reason_code": "Churn Reason", "feedback_text": "Comment",
}  # fmt: skip


def test_without_recognition_names_and_values_lead_to_the_same(ravenstack: Path, staged: StagedImport, tmp_path: Path):
    folder = rewritten(ravenstack, tmp_path, header=lambda h: OTHER_NAMES.get(h, h))
    found = staged_from([folder], tmp_path / "home")
    assert {n.code for n in found.notes} >= {"proposed"}
    assert "recognised" not in {n.code for n in found.notes}
    for name in counts(staged):
        columns = list(TABLES[name].names)
        assert rows_of(found, name).select(columns).equals(rows_of(staged, name).select(columns)), name


def test_a_renamed_key_of_a_known_export_is_found(ravenstack: Path, staged: StagedImport, tmp_path: Path):
    folder = rewritten(ravenstack, tmp_path, header=lambda h: "CLIENT id" if h == "account_id" else f"{h} ")
    found = staged_from([folder], tmp_path / "home")
    for name in counts(staged):
        assert rows_of(found, name) == rows_of(staged, name), name


def rewritten(
    source: Path,
    target: Path,
    *,
    seed: int | None = None,
    delimiter: str = ",",
    encoding: str = "utf-8",
    cell: Rewrite = lambda _, value: value,
    header: Callable[[str], str] = lambda h: h,
) -> Path:
    """The five files in another dialect."""
    folder = target / "rewritten"
    folder.mkdir(parents=True)
    for name in NAMES:
        with (source / f"ravenstack_{name}.csv").open(newline="", encoding="utf-8") as file:
            columns, *rows = list(csv.reader(file))
        if seed is not None:
            random.Random(seed).shuffle(rows)
        with (folder / f"{name}.csv").open("w", newline="", encoding=encoding) as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow([header(c) for c in columns])
            writer.writerows([cell(c, v) if v else v for c, v in zip(columns, row, strict=True)] for row in rows)
    return folder


def dates_as(pattern: str) -> Rewrite:
    def rewrite(column: str, value: str) -> str:
        if column not in DATES:
            return value
        day = datetime.fromisoformat(value)
        return day.strftime(pattern) + (day.strftime(" %H:%M:%S") if column == "closed_at" else "")

    return rewrite


def truth_as(yes: str, no: str) -> Rewrite:
    return lambda _, value: {"True": yes, "False": no}.get(value, value)


DIALECTS = {
    "shuffled": {"seed": 1},
    "dd/mm/yyyy": {"cell": dates_as("%d/%m/%Y")},
    "dd-mm-yyyy": {"cell": dates_as("%d-%m-%Y"), "seed": 2},
    "m/d/yyyy": {"cell": dates_as("%m/%d/%Y")},
    "yyyymmdd": {"cell": dates_as("%Y%m%d")},
    "semicolon and BOM": {"delimiter": ";", "encoding": "utf-8-sig"},
    "tab and UTF-16": {"delimiter": "\t", "encoding": "utf-16"},
    "GB18030": {"encoding": "gb18030", "cell": truth_as("1", "0")},
    "T/F": {"cell": truth_as("T", "F")},
    "Yes/No": {"cell": truth_as("Yes", "No"), "delimiter": "|"},
    "1.0/0.0": {"cell": truth_as("1.0", "0.0")},
    "headers with blanks and capitals": {"header": lambda h: f" {h.upper()}  "},
}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_the_dialect_of_the_files_changes_nothing(
    ravenstack: Path, staged: StagedImport, tmp_path: Path, dialect: dict
):
    found = staged_from([rewritten(ravenstack, tmp_path, **dialect)], tmp_path / "home")
    assert counts(found) == counts(staged)
    for name in counts(staged):
        assert rows_of(found, name) == rows_of(staged, name), name
    same = {
        "duplicates",
        "flagged_but_paying",
        "use_before_start",
        "use_after_end",
        "ticket_before_signing",
        "churn_counts",
    }
    assert {c: n for c, n in noted(found).items() if c in same} == {c: n for c, n in noted(staged).items() if c in same}


def test_day_first_dates_in_two_of_five_files_of_one_folder_change_nothing(
    ravenstack: Path, staged: StagedImport, tmp_path: Path
):
    folder = rewritten(ravenstack, tmp_path / "a")
    other = rewritten(ravenstack, tmp_path / "b", cell=dates_as("%d/%m/%Y"))
    for name in ("accounts", "support_tickets"):
        (folder / f"{name}.csv").write_bytes((other / f"{name}.csv").read_bytes())
    found = staged_from([folder], tmp_path / "home")
    for name in counts(staged):
        assert rows_of(found, name) == rows_of(staged, name), name


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**16),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    dates=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d", "%d.%m.%Y"]),
)
def test_any_mixture_of_dialects_gives_the_same_money(
    ravenstack: Path, staged: StagedImport, tmp_path_factory, seed: int, delimiter: str, encoding: str, dates: str
):
    home = tmp_path_factory.mktemp("mixture")
    folder = rewritten(ravenstack, home, seed=seed, delimiter=delimiter, encoding=encoding, cell=dates_as(dates))
    found = staged_from([folder], home / "home")
    assert rows_of(found, "subscriptions") == rows_of(staged, "subscriptions")
    assert rows_of(found, "customers") == rows_of(staged, "customers")
