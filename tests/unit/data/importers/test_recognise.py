"""Known exports are recognised by their header row, however it was touched; unknown ones are not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contracts import TABLES
from data.importers.recognise import Export, exports, recognise
from data.importers.recognise_roles import ROLES

VERBATIM = [e for e in exports() if e.quality == "verbatim"]
#: Two tables of one system with the same names in another order: told apart by the order alone.
TWINS = {("Intercom via Fivetran", "table tag"), ("Intercom via Fivetran", "table team")}
BY_NAMES = [e for e in VERBATIM if (e.system, e.export) not in TWINS]


def named(export: Export) -> str:
    return export.title


@pytest.mark.parametrize("export", exports(), ids=named)
def test_every_known_header_row_is_recognised(export: Export):
    found = recognise(export.columns)
    assert found is not None
    assert (found.export.system, found.export.export) == (export.system, export.export)


def test_every_export_reads_columns_and_fields_that_exist():
    for export in exports():
        assert export.quality in ("verbatim", "partial", "documented", "fixture", "memory"), export.title
        if export.role is None:
            assert not export.reads, export.title
            continue
        known = {*export.columns, *export.also}
        for field, columns in export.reads.items():
            assert ROLES[export.role].field(field) is not None, f"{export.title}: {field}"
            assert set(columns) <= known, f"{export.title}: {columns}"


def test_an_export_that_is_left_out_says_why():
    assert all(e.why for e in exports() if e.role is None)


def spoilt(header: str, how: int) -> str:
    """One of the ways a header comes out of spreadsheets and scripts."""
    ways = (
        lambda h: h,
        lambda h: f" {h}  ",
        lambda h: h.upper(),
        lambda h: h.lower(),
        lambda h: h.replace(" ", "  "),
        lambda h: h.replace("_", " "),
        lambda h: f"\ufeff{h}",
        lambda h: f"property_{h}",
    )
    return ways[how % len(ways)](header)


@given(data=st.data())
def test_blanks_case_bom_prefixes_order_and_further_columns_do_not_matter(data: st.DataObject):
    export = data.draw(st.sampled_from(BY_NAMES))
    how = data.draw(st.lists(st.integers(0, 7), min_size=len(export.columns), max_size=len(export.columns)))
    further = data.draw(
        st.lists(st.sampled_from(["Region code (metadata)", "user id (metadata)", "Cause [list]"]), unique=True)
    )
    header = data.draw(st.permutations([*(spoilt(c, h) for c, h in zip(export.columns, how, strict=True)), *further]))
    found = recognise(header)
    assert found is not None
    assert found.export.title == export.title


@given(data=st.data())
def test_a_few_missing_unimportant_columns_do_not_matter(data: st.DataObject):
    export = data.draw(st.sampled_from([e for e in BY_NAMES if len(e.columns) >= 20 and e.role]))
    read = {c for columns in export.reads.values() for c in columns}
    droppable = [c for c in export.columns if c not in read and not c.startswith("_fivetran")]
    gone = data.draw(st.sets(st.sampled_from(droppable), max_size=3)) if droppable else set()
    found = recognise([c for c in export.columns if c not in gone])
    assert found is not None
    assert found.export.role == export.role


@pytest.mark.parametrize(
    "header",
    [
        ["id", "name", "created_at"],
        ["customer_id", "name", "country"],
        ["id", "email", "status", "plan", "amount", "currency", "created", "description", "customer_id"],
        ["date", "value"],
        ["a", "b", "c"],
        [],
        list(TABLES["customers"].names),
        list(TABLES["subscriptions"].names),
    ],
)
def test_a_table_of_no_known_export_is_not_recognised(header: list[str]):
    assert recognise(header) is None


def test_metadata_columns_of_a_customer_export_become_attributes():
    export = next(e for e in exports() if e.title == "Stripe, Dashboard > Customers export (2026)")
    found = recognise([*export.columns, "segment (metadata)"])
    assert found is not None
    assert "segment (metadata)" in found.attributes


def test_personal_data_of_connectors_becomes_no_attribute():
    export = next(e for e in exports() if e.title == "Stripe via Fivetran, table customer")
    found = recognise(export.columns)
    assert found is not None
    assert not {"email", "phone", "address_line_1"} & set(found.attributes)


def test_the_first_column_with_a_meaning_counts():
    export = next(e for e in exports() if e.title == "Zendesk, View > Export as CSV (tickets)")
    found = recognise(export.columns)
    assert found is not None
    assert found.columns["customer_id"] == "Requester external id"


def test_every_verbatim_header_row_of_the_reference_is_recognised(shared_datasets):
    reference = shared_datasets.parent / "reference" / "export_headers.json"
    entries = json.loads(reference.read_text(encoding="utf-8"))["entries"]
    verbatim = [e for e in entries if e["quality"] == "verbatim"]
    assert len(verbatim) == 57
    for entry in entries:
        found = recognise(entry["columns"])
        assert found is not None, entry["export"]
        assert (found.export.system, found.export.export) == (entry["system"], entry["export"])


def test_an_unproven_export_is_never_called_proven(shared_datasets):
    reference = shared_datasets.parent / "reference" / "export_headers.json"
    entries = json.loads(reference.read_text(encoding="utf-8"))["entries"]
    proven = {(e["system"], e["export"]) for e in entries if e["quality"] == "verbatim"}
    unproven = {(e["system"], e["export"]) for e in entries} - proven
    assert not [e.title for e in VERBATIM if (e.system, e.export) in unproven]
