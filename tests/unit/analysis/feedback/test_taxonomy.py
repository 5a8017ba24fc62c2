"""Reasons are renamed, split, merged and archived without an old answer changing what it said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from analysis.feedback import taxonomy
from analysis.feedback.taxonomy import code_under, diagnosis_under
from data.errors import ReviewError
from data.reasons import FIRST_TAXONOMY, published_codes, reason_key
from data.records_interviews import Interview, Recoding, Taxonomy
from data.sample.reasons import REASONS

AT = datetime(2026, 1, 1, tzinfo=UTC)


def stored(history: Sequence[Taxonomy], changed: Taxonomy) -> list[Taxonomy]:
    """The history with one more version, as the app database numbers it."""
    return [*history, replace(changed, version=len(history) + 1)]


def an_interview(diagnosed: str = "price", *recodings: tuple[str, int], under: int = 1) -> Interview:
    added = tuple(Recoding(code, version, "mia", AT) for code, version in recodings)
    day = date(2026, 1, 1)
    return Interview("c1", day, state="done", taxonomy=under, diagnosed=diagnosed, recodings=added)


def test_the_list_everybody_starts_with_has_the_codes_of_the_demo_company() -> None:
    assert {reason.code for reason in FIRST_TAXONOMY.reasons} == set(REASONS)


def test_every_published_code_leads_to_a_reason_or_to_none() -> None:
    codes = {reason.code for reason in FIRST_TAXONOMY.reasons}

    assert set(published_codes().values()) <= {*codes, ""}
    assert published_codes()[reason_key("too_expensive")] == published_codes()["price too high"] == "price"
    # 1 is "not used enough" in one system and "cancelled" in another.
    assert "1" not in published_codes()


def test_a_rename_keeps_code_and_answers() -> None:
    history = stored([FIRST_TAXONOMY], taxonomy.rename(FIRST_TAXONOMY, "price", "Too dear"))

    assert history[1].find("price") == replace(history[0].find("price"), label="Too dear")
    assert code_under(history, "price", 1, 2) == "price"


def test_after_a_split_old_answers_stay_at_the_whole_until_they_are_coded_again() -> None:
    split = taxonomy.split(FIRST_TAXONOMY, "price", ["List price", "Price rise"])
    history = stored([FIRST_TAXONOMY], split)
    old, again = an_interview("price"), an_interview("price", ("price_rise", 2))

    assert [reason.code for reason in history[1].choosable][-2:] == ["list_price", "price_rise"]
    assert history[1].find("price").archived
    assert (diagnosis_under(history, old, 2), diagnosis_under(history, again, 2)) == ("price", "price_rise")
    assert (diagnosis_under(history, old, 1), diagnosis_under(history, again, 1)) == ("price", "price")


def test_a_part_reads_as_the_whole_under_the_list_before_the_split() -> None:
    history = stored([FIRST_TAXONOMY], taxonomy.split(FIRST_TAXONOMY, "price", ["List price", "Price rise"]))

    assert diagnosis_under(history, an_interview("list_price", under=2), 1) == "price"


def test_a_merge_carries_old_answers_along_and_leaves_the_old_list_as_it_was() -> None:
    history = stored([FIRST_TAXONOMY], taxonomy.merge(FIRST_TAXONOMY, ["support", "poor_experience"], "support"))
    old = an_interview("poor_experience")

    assert (diagnosis_under(history, old, 2), diagnosis_under(history, old, 1)) == ("support", "poor_experience")
    assert "poor_experience" not in {reason.code for reason in history[1].choosable}


def test_a_reason_that_was_added_later_is_none_of_an_older_list() -> None:
    history = stored([FIRST_TAXONOMY], taxonomy.add(FIRST_TAXONOMY, "War"))

    assert diagnosis_under(history, an_interview("war", under=2), 1) == ""


def test_an_archived_reason_is_given_no_more_and_still_read() -> None:
    history = stored([FIRST_TAXONOMY], taxonomy.archive(FIRST_TAXONOMY, "price"))

    assert history[1].find("price").archived
    assert diagnosis_under(history, an_interview("price"), 2) == "price"


def test_a_new_reason_never_takes_the_code_of_an_archived_one() -> None:
    without = taxonomy.archive(FIRST_TAXONOMY, "price")

    assert taxonomy.add(without, "Price").reasons[-1].code == "price_2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: taxonomy.add(t, " PRICE "), "There is a reason PRICE already"),
        (lambda t: taxonomy.add(t, " "), "A reason needs a name"),
        (lambda t: taxonomy.rename(t, "price", "Support"), "There is a reason Support already"),
        (lambda t: taxonomy.archive(t, "nothing"), "There is no reason nothing in version 1"),
        (lambda t: taxonomy.split(t, "price", ["List price"]), "at least two"),
        (lambda t: taxonomy.merge(t, ["price"], "price"), "with itself alone"),
        (lambda t: taxonomy.archive(replace(t, reasons=t.reasons[:1]), "poor_experience"), "the last reason"),
    ],
)
def test_a_change_that_makes_no_sense_says_why(change, said: str) -> None:
    with pytest.raises(ReviewError, match=said):
        change(FIRST_TAXONOMY)


def test_a_reason_can_be_judged_and_named_again_as_it_is() -> None:
    judged = taxonomy.judge(FIRST_TAXONOMY, "price", "unclear")

    assert judged.find("price").avoidable == "unclear"
    assert taxonomy.rename(judged, "price", "Price") == judged
