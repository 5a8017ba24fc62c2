"""A link holds the whole view, in codes that no translation changes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.url_state import DEFAULT, OPERATORS, View, decode, decode_condition, encode, encode_condition
from data.records import Condition, Segment

texts = some.text(min_size=1, max_size=12)
conditions = some.builds(
    Condition, texts, some.sampled_from(list(OPERATORS.values())), some.lists(texts, min_size=1, max_size=3).map(tuple)
)


@given(conditions)
def test_a_condition_survives_a_link_whatever_its_values_contain(condition: Condition):
    assert decode_condition(encode_condition(condition)) == condition


@pytest.mark.parametrize("operator", ["in", "not in"])
def test_customers_without_a_value_survive_a_link(operator: Any):
    condition = Condition("industry", operator, ("",))
    assert decode_condition(encode_condition(condition)) == condition


def test_a_view_survives_a_link():
    view = View(
        period="custom",
        start=date(2026, 1, 1),
        end=date(2026, 4, 1),
        grain="quarter",
        segment=Segment((Condition("industry", "in", ("retail", "a|b:c")), Condition("employees", "<", ("50",)))),
        compare="segment",
        against=Segment((Condition("region", "not in", ("north",)),)),
        definition="stripe",
        bridge="activity",
        release=3,
    )
    assert decode(encode(view)) == view


def test_the_usual_view_needs_no_words_but_the_language():
    assert encode(DEFAULT).keys() == {"lang"}


@pytest.mark.parametrize(
    "params", [{"grain": ["hour"]}, {"start": ["soon"]}, {"segment": ["industry"]}, {"release": ["-1"]}]
)
def test_what_cannot_be_read_in_a_link_is_as_usual(params: dict[str, list[str]]):
    assert decode(params) == DEFAULT
