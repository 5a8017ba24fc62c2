"""The format of dates is decided per column from all its values; every guess is said and can be set."""

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import DataProblem
from tests.unit.data.importers.loading import Loaded, load, load_paths, subscriptions, written

# Each test stages files of its own: half a second each, and dozens of them.
pytestmark = pytest.mark.slow

DAY = date(2024, 3, 25)


def starts(folder: Path, *values: str, options: dict[str, str] | None = None, ends: tuple[str, ...] = ()) -> Loaded:
    ends = ends or ("",) * len(values)
    lines = [f's{i},c{i},10,"{v}","{e}"' for i, (v, e) in enumerate(zip(values, ends, strict=True))]
    return load(folder, "subscriptions", subscriptions(*lines), options=options)


def days(loaded: Loaded) -> list[date]:
    return loaded.column("SELECT starts_on FROM subscriptions ORDER BY subscription_id")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-25", "25-03-2024", "25/03/2024", "3/25/2024", "20240325", "2024/03/25", "25.03.2024", "2024-03-25 3:00",
        "2024-03-25 3:15:52", "2024-03-25T03:15:52Z", "2024-03-25T03:15:52.123+02:00", "3/25/2024 2:30 PM", "2024年3月25日",
        "25 Mar 2024", "25-Mar-24", "March 25, 2024", "Mon, 25 Mar 2024 10:00:00", "2024.03.25", "25/3/24", "20240325103000",
        "2024-03-25 10:00:00 UTC", "Monday, March 25, 2024", "2024-03-25T03:15", "25.3.2024 07:05",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert days(starts(tmp_path, text)) == [DAY]


@pytest.mark.parametrize(
    ("text", "moment"),
    [("1711360552", datetime(2024, 3, 25, 9, 55, 52)), ("1711360552123", datetime(2024, 3, 25, 9, 55, 52, 123000))],
)
def test_seconds_and_milliseconds_since_1970_are_moments(tmp_path: Path, text: str, moment: datetime) -> None:
    loaded = load(tmp_path, "tickets", f"ticket_id,customer_id,opened_at\nt,c,{text}\n", map={"opened_at": "opened_at"})
    assert loaded.column("SELECT opened_at::TIMESTAMP FROM tickets") == [moment]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-03-25T10:00:00+02:00", 8),
        ("2024-03-25 10:00:00-0500", 15),
        ("2024-03-25T10:00:00Z", 10),
        ("2024-03-25 10:00:00", 10),
        ("3/25/2024 2:30 PM", 14),
    ],
)
def test_moments_with_a_zone_are_brought_to_utc(tmp_path: Path, text: str, utc: int) -> None:
    loaded = load(tmp_path, "tickets", f"ticket_id,customer_id,opened_at\nt,c,{text}\n")
    assert loaded.column("SELECT hour(opened_at::TIMESTAMP) FROM tickets") == [utc]


TOKYO = {"time_zone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("2024-01-31T14:59:59Z", "2024-01-31"),
        ("2024-01-31T15:00:00Z", "2024-02-01"),  # midnight in Tokyo
        ("2024-01-31 16:00:00 UTC", "2024-02-01"),
        ("Wed, 31 Jan 2024 16:00:00 GMT", "2024-02-01"),
        ("2024-01-31T09:59:59-05:00", "2024-01-31"),
        ("2024-01-31T10:00:00-05:00", "2024-02-01"),
        ("2024-02-01T00:30:00+09:00", "2024-02-01"),
        ("2024-02-01T00:30:00+1000", "2024-01-31"),
        ("1706716800", "2024-02-01"),  # 2024-01-31T16:00:00Z
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31 16:00:00", "2024-01-31"),  # no zone: local already
    ],
)
def test_a_moment_has_the_day_it_has_in_the_reporting_time_zone(tmp_path: Path, text: str, there: str) -> None:
    assert days(starts(tmp_path, text, options=TOKYO)) == [date.fromisoformat(there)]


def test_summer_time_moves_the_day(tmp_path: Path) -> None:
    # Berlin is an hour ahead of UTC in winter and two in summer.
    values = ("2024-01-31T22:30:00Z", "2024-06-30T22:30:00Z")
    found = days(starts(tmp_path, *values, options={"time_zone": "Europe/Berlin"}))
    assert found == [date(2024, 1, 31), date(2024, 7, 1)]


def test_a_day_with_an_offset_is_the_day_in_utc_until_a_zone_is_given_and_that_is_said(tmp_path: Path) -> None:
    loaded = starts(tmp_path, "2024-03-25T00:30:00+09:00", "2024-03-25T00:30:00+00:00")
    assert days(loaded) == [date(2024, 3, 24), DAY]
    (note,) = loaded.notes("date_zone")
    assert (note.count, note.column) == (1, "starts_on")
    assert "--option time_zone=" in note.text
    assert starts(tmp_path, "2024-03-25T00:30:00+09:00", options=TOKYO).notes("date_zone") == []


@pytest.mark.parametrize(
    ("header", "text", "utc"),
    [
        ("opened_at", "2024-02-01 01:00:00", datetime(2024, 1, 31, 16)),  # local
        ("opened_at", "2024-01-31T16:00:00Z", datetime(2024, 1, 31, 16)),
        ("Opened (UTC)", "2024-01-31 16:00:00", datetime(2024, 1, 31, 16)),
        ("Opened (UTC)", "2024-01-31T18:00:00+02:00", datetime(2024, 1, 31, 16)),
    ],
)
def test_a_moment_is_kept_in_utc_and_one_without_a_zone_is_local_unless_its_header_says_utc(
    tmp_path: Path, header: str, text: str, utc: datetime
) -> None:
    rows = f"ticket_id,customer_id,{header}\nt,c,{text}\n"
    loaded = load(tmp_path, "tickets", rows, options=TOKYO, map={"opened_at": header})
    assert loaded.column("SELECT opened_at AT TIME ZONE 'UTC' FROM tickets") == [utc]


def test_a_day_column_in_utc_is_brought_to_the_zone(tmp_path: Path) -> None:
    rows = "subscription_id,customer_id,mrr,Start (UTC)\ns1,c1,10,2024-01-31 16:00\ns2,c2,10,2024-01-31\n"
    loaded = load(tmp_path, "subscriptions", rows, options=TOKYO, map={"starts_on": "Start (UTC)"})
    assert days(loaded) == [date(2024, 2, 1), date(2024, 1, 31)]


def test_days_of_events_are_those_of_the_reporting_time_zone(tmp_path: Path) -> None:
    rows = "customer_id,at,event\nc1,2024-01-31T14:00:00Z,login\nc1,2024-01-31T16:00:00Z,login\n"
    loaded = load(tmp_path, "events", rows, options=TOKYO)
    assert loaded.column("SELECT day FROM usage_daily ORDER BY day") == [date(2024, 1, 31), date(2024, 2, 1)]


def test_an_unknown_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="such as Europe/Berlin"):
        starts(tmp_path, "2024-03-25", options={"time_zone": "Mars/Base"})


def test_the_same_file_in_another_zone_is_another_content(tmp_path: Path) -> None:
    hashes = {
        next(t.content_hash for t in starts(tmp_path, "2024-01-31T16:00:00Z", options=zone).staged.tables)
        for zone in ({}, {"time_zone": "UTC"}, TOKYO)
    }
    assert len(hashes) == 2


def test_one_value_above_twelve_decides_for_the_whole_column(tmp_path: Path) -> None:
    assert days(starts(tmp_path, "03/04/2024", "25/03/2024")) == [date(2024, 4, 3), DAY]
    assert days(starts(tmp_path, "03/04/2024", "03/25/2024")) == [date(2024, 3, 4), DAY]


def test_ambiguous_dates_are_taken_day_first_and_said(tmp_path: Path) -> None:
    loaded = starts(tmp_path, "03/04/2024", "05/06/2024")
    assert days(loaded) == [date(2024, 4, 3), date(2024, 6, 5)]
    (note,) = loaded.notes("date_ambiguous")
    assert note.severity == "warning"
    assert note.count == 2
    assert "date_format.starts_on=mdy" in note.text


@pytest.mark.parametrize(
    "option", [{"date_format": "mdy"}, {"date_format.starts_on": "mdy"}, {"date_format": "%m/%d/%Y"}]
)
def test_the_reader_can_set_the_order_and_nothing_is_ambiguous_then(tmp_path: Path, option: dict[str, str]) -> None:
    loaded = starts(tmp_path, "03/04/2024", "05/06/2024", options=option)
    assert days(loaded) == [date(2024, 3, 4), date(2024, 5, 6)]
    assert not loaded.notes("date_ambiguous")


def test_another_column_of_the_file_decides_and_it_is_said(tmp_path: Path) -> None:
    loaded = starts(tmp_path, "03/04/2024", "05/06/2024", ends=("12/25/2024", ""))
    assert days(loaded) == [date(2024, 3, 4), date(2024, 5, 6)]
    assert "other columns" in loaded.notes("date_ambiguous")[0].text


def test_another_file_of_the_import_decides(tmp_path: Path) -> None:
    written(tmp_path, "f/customers.csv", "customer_id,name,signed_on\nc1,A,12/25/2023\n")
    written(tmp_path, "f/subscriptions.csv", subscriptions("s1,c1,10,03/04/2024,"))
    assert days(load_paths(tmp_path, [str(tmp_path / "f")])) == [date(2024, 3, 4)]


def test_files_of_one_folder_may_write_dates_differently(tmp_path: Path) -> None:
    written(tmp_path, "f/customers.csv", "customer_id,name,signed_on\nc1,A,2023-12-25\n")
    written(tmp_path, "f/subscriptions.csv", subscriptions("s1,c1,10,25/03/2024,", "s2,c1,10,03/04/2024,"))
    loaded = load_paths(tmp_path, [str(tmp_path / "f")])
    assert days(loaded) == [DAY, date(2024, 4, 3)]
    assert loaded.column("SELECT signed_on FROM customers") == [date(2023, 12, 25)]


def test_two_formats_in_one_column_are_both_read_and_said(tmp_path: Path) -> None:
    loaded = starts(tmp_path, "2024-03-25", "25.03.2024", "25/03/2024 10:00")
    assert days(loaded) == [DAY] * 3
    assert loaded.notes("date_formats")[0].count == 3


def test_both_orders_in_one_column_are_read_where_they_are_plain_and_the_rest_is_said(tmp_path: Path) -> None:
    loaded = starts(tmp_path, "25/03/2024", "26/03/2024", "03/27/2024", "03/04/2024")
    assert days(loaded) == [DAY, date(2024, 3, 26), date(2024, 3, 27), date(2024, 4, 3)]
    assert "has both" in loaded.notes("date_ambiguous")[0].text


def test_a_day_that_does_not_exist_is_rejected_with_its_value(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},10,2024-03-25," for i in range(40)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines, "s99,c99,10,2024-02-31,"))
    assert loaded.rows("SELECT count(*) FROM subscriptions") == [(40,)]
    assert "2024-02-31" in loaded.rejects
    assert "is not a date" in loaded.rejects


@pytest.mark.parametrize("never", ["9999-12-31", "31/12/9999", "0000-00-00", "NULL", "n/a", "-", " "])
def test_a_date_that_means_never_is_no_end(tmp_path: Path, never: str) -> None:
    loaded = starts(tmp_path, "2024-03-25", ends=(never,))
    assert loaded.column("SELECT ends_on FROM subscriptions") == [None]


def test_day_offsets_are_no_dates(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="-159"):
        starts(tmp_path, "-159", "-12")


def test_a_month_without_a_day_is_its_first_day_and_said(tmp_path: Path) -> None:
    loaded = starts(tmp_path, "2024-03", "2024-04")
    assert days(loaded) == [date(2024, 3, 1), date(2024, 4, 1)]
    assert loaded.notes("date_month_only")


WRITTEN = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%Y-%m-%dT%H:%M:%SZ"]


@given(
    st.lists(st.dates(date(1995, 1, 1), date(2026, 11, 1)), min_size=1, max_size=30, unique=True),
    st.sampled_from(WRITTEN),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_days_come_out_of_every_format(tmp_path: Path, chosen: list[date], form: str) -> None:
    decisive = [*chosen, DAY]
    loaded = starts(tmp_path, *(day.strftime(form) for day in decisive))
    assert sorted(days(loaded)) == sorted(decisive)
