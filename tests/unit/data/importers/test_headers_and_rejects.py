"""Headers are made whole; bad rows and duplicates are set aside with their reason, never lost and never silent."""

import csv
import io
from pathlib import Path

import pytest

from tests.unit.data.importers.loading import Loaded, customers, load, load_paths, subscriptions, written


def cells(loaded: Loaded) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(loaded.rejects)))


def outcome(loaded: Loaded, table: str) -> tuple[int, int, int]:
    found = next(t for t in loaded.staged.tables if t.name == table)
    return found.read, found.loaded, found.rejected


def test_blanks_in_headers_do_not_matter(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", "Customer  ID ,Call  Failure, name\n1,3,A\n")
    assert loaded.rows("SELECT customer_id, name, a_call_failure FROM customers") == [("1", "A", "3")]


def test_a_saved_row_index_gets_a_name_and_is_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", ",customer_id,name\n0,a,A\n1,b,B\n")
    assert loaded.column("SELECT customer_id FROM customers ORDER BY 1") == ["a", "b"]
    assert loaded.notes("header_empty")


def test_repeated_headers_are_told_apart_and_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", "customer_id,name,Tag,tag\n1,A,x,y\n")
    assert sorted(c for t in loaded.staged.tables for c in t.attributes) == ["a_tag", "a_tag_2"]
    assert loaded.notes("header_repeated")


@pytest.mark.parametrize(
    "header",
    ["Customer external ID", "Customer External ID", "customer_id", "CustomerID", "CUSTOMER_ID", "\ufeffcustomer_id"],
)
def test_one_key_in_several_spellings(tmp_path: Path, header: str) -> None:
    text = f"{header},day,logins\nc1,2024-01-01,3\n"
    assert load(tmp_path, "usage_daily", text).column("SELECT customer_id FROM usage_daily") == ["c1"]


def test_quotes_and_brackets_in_headers_are_names_like_others(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", 'customer_id,"say ""hi""",tag (metadata),客户备注,50%\n1,a,b,金牌,c\n')
    assert loaded.rows("SELECT count(*) FROM customers") == [(1,)]
    assert set(next(t for t in loaded.staged.tables if t.name == "customers").attributes.values()) == {
        'say "hi"',
        "tag (metadata)",
        "客户备注",
        "50%",
    }


def test_a_rejected_row_comes_with_number_column_value_reason_and_itself(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},10,2024-01-01," for i in range(40)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines, "s99,c99,ten,2024-01-01,"))
    (cell,) = cells(loaded)
    assert (cell["table"], cell["file"], cell["row"], cell["column"], cell["value"]) == (
        "subscriptions",
        "file.csv",
        "42",
        "mrr",
        "ten",
    )
    assert cell["reason"] == "is not a number"
    assert '"c99"' in cell["original"]
    assert outcome(loaded, "subscriptions") == (41, 40, 1)


def test_rows_with_missing_or_extra_fields_are_rejected_not_padded(tmp_path: Path) -> None:
    lines = "".join(f"c{i},n,x\n" for i in range(60))
    loaded = load(tmp_path, "customers", f"customer_id,name,industry\n{lines}short,row\nlong,row,x,y\n")
    assert outcome(loaded, "customers") == (62, 60, 2)
    assert [c["row"] for c in cells(loaded)] == ["62", "63"]


def test_a_quote_that_is_never_closed_costs_its_rows_and_says_so(tmp_path: Path) -> None:
    lines = "".join(f"c{i},n,x\n" for i in range(60))
    loaded = load(tmp_path, "customers", f'customer_id,name,industry\n{lines}c98,"open,x\nc99,n,x\n')
    assert loaded.rows("SELECT count(*) FROM customers") == [(60,)]
    assert "c99" in loaded.rejects


def test_a_missing_required_value_is_rejected(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},10,2024-01-01," for i in range(40)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines, "s98,,10,2024-01-01,", "s99,c,10,,"))
    assert [(c["column"], c["reason"]) for c in cells(loaded)] == [
        ("customer_id", "is empty but required"),
        ("starts_on", "is empty but required"),
    ]


def test_an_end_before_the_start_is_rejected(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},10,2024-01-01," for i in range(40)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines, "s99,c,10,2024-02-01,2024-01-31"))
    assert [c["reason"] for c in cells(loaded)] == ["lies before starts_on 2024-02-01"]


def test_nothing_in_the_reject_file_runs_as_a_formula(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},10,2024-01-01," for i in range(40)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines, "s99,c,=1+1,2024-02-01,"))
    assert cells(loaded)[0]["value"] == "'=1+1"


def test_equal_copies_of_a_row_are_loaded_once_and_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", customers("customer_id,name", "1,A", "1,A", "2,B"))
    assert outcome(loaded, "customers") == (3, 2, 1)
    assert loaded.notes("duplicates")[0].count == 1
    assert cells(loaded)[0]["reason"] == "repeats row 2"


def test_one_key_with_two_meanings_keeps_the_first_and_rejects_the_other(tmp_path: Path) -> None:
    lines = [f"{i},n{i}" for i in range(40)]
    loaded = load(tmp_path, "customers", customers("customer_id,name", *lines, "0,other"))
    assert loaded.column("SELECT name FROM customers WHERE customer_id = '0'") == ["n0"]
    assert loaded.notes("duplicates_conflicting")[0].severity == "warning"
    assert cells(loaded)[0]["reason"] == "has other values under the same key than row 2"


def test_the_last_of_one_key_wins_only_when_asked(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", customers("customer_id,name", "1,A", "1,B"), options={"duplicates": "last"})
    assert loaded.column("SELECT name FROM customers") == ["B"]


def test_use_of_one_day_in_several_rows_is_added_up_and_said(tmp_path: Path) -> None:
    text = "customer_id,day,logins,active_users\nc,2024-01-01,2,5\nc,2024-01-01,3,4\nc,2024-01-02,1,1\n"
    loaded = load(tmp_path, "usage_daily", text)
    assert loaded.rows("SELECT logins, active_users FROM usage_daily ORDER BY day") == [(5, 5), (1, 1)]
    assert [n for n in loaded.staged.notes if "summed" in n.code]


def test_orphans_are_counted_with_examples(tmp_path: Path) -> None:
    written(tmp_path, "f/customers.csv", "customer_id,name\nc1,A\n")
    written(tmp_path, "f/subscriptions.csv", subscriptions("s1,c1,10,2024-01-01,", "s2,c9,10,2024-01-01,"))
    (note,) = load_paths(tmp_path, [str(tmp_path / "f")]).notes("orphans")
    assert note.count == 1
    assert "s2" in note.text


def test_customers_nobody_lists_are_taken_from_the_ids_and_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "subscriptions", subscriptions("s1,c1,10,2024-01-01,", "s2,c1,10,2024-01-01,"))
    assert loaded.column("SELECT customer_id FROM customers") == ["c1"]
    assert loaded.notes("customers_derived")[0].count == 1


def test_customers_a_release_already_has_are_not_replaced_by_ids(tmp_path: Path) -> None:
    text = "customer_id,day,logins\nc,2024-01-01,2\n"
    loaded = load(tmp_path, "usage_daily", text, existing=frozenset({"customers"}))
    assert [t.name for t in loaded.staged.tables] == ["usage_daily"]


def test_real_duplicates_of_purchases_without_an_id_are_kept(tmp_path: Path) -> None:
    text = "customer_id,on,amount\nc,2024-01-01,5\nc,2024-01-01,5\nc,2024-01-02,5\n"
    loaded = load(tmp_path, "purchases", text)
    assert loaded.rows("SELECT count(*), count(DISTINCT purchase_id) FROM purchases") == [(3, 3)]
    assert loaded.notes("duplicates_kept")[0].count == 1


def test_made_keys_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = ["c,2024-01-01,5", "c,2024-01-01,5", "d,2024-01-02,7"]
    keys = [
        set(
            load(tmp_path, "purchases", "customer_id,on,amount\n" + "\n".join(order)).column(
                "SELECT purchase_id FROM purchases"
            )
        )
        for order in (rows, rows[::-1])
    ]
    assert keys[0] == keys[1]
