"""`--map` of the command line: a column for a field, none for a field, and a column left out."""

import pytest

from dashboard.cli.loading import mapped
from data.errors import ReviewError


def test_a_field_gets_a_column_or_none_and_a_column_is_left_out():
    said = ["plan=Tarif", "customers.name=", "=E-Mail", "= Notes", "mrr=a=b"]
    assert mapped(said) == ({"plan": "Tarif", "customers.name": "", "mrr": "a=b"}, ("E-Mail", "Notes"))
    assert mapped(None) == ({}, ())


@pytest.mark.parametrize("text", ["plan", "=", " = "])
def test_what_says_nothing_is_refused_with_the_ways_to_write_it(text: str):
    with pytest.raises(ReviewError, match="FIELD=COLUMN"):
        mapped([text])
