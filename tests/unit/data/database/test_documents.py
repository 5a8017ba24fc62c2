"""Documents keep days and moments, and refuse what JSON cannot carry."""

from datetime import UTC, date, datetime

import pytest

from data.database.documents import from_text, to_text


def test_days_and_moments_come_back_as_such() -> None:
    document = {"newest": date(2026, 10, 30), "imported_at": datetime(2026, 11, 1, 8, tzinfo=UTC), "rows": 3}

    assert from_text(to_text(document)) == document


def test_tuples_come_back_as_lists() -> None:
    assert from_text(to_text({"files": ("a.csv", "b.csv")})) == {"files": ["a.csv", "b.csv"]}


def test_a_dictionary_that_only_has_such_a_key_among_others_stays_one() -> None:
    document = {"$date": "a column", "$at": "another"}

    assert from_text(to_text(document)) == document


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_have_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_text({"gross_margin": value})


def test_what_is_no_document_is_refused_by_type() -> None:
    with pytest.raises(TypeError, match="not <class 'set'>"):
        to_text({"files": {"a.csv"}})
