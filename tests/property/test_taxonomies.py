"""Whatever is done to the list of reasons: every answer has one place under every version, and old versions never move."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from analysis.feedback import taxonomy
from analysis.feedback.mappings import extended
from analysis.feedback.taxonomy import diagnosis_under
from data.reasons import FIRST_TAXONOMY
from data.records_interviews import Interview, ReasonMapping, Recoding, Taxonomy

START = replace(FIRST_TAXONOMY, reasons=FIRST_TAXONOMY.reasons[:4])
CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "rename", "split", "merge", "archive"]), st.integers(0, 30), st.integers(0, 30)),
    max_size=8,
)


def changed(before: Taxonomy, number: int, change: str, a: int, b: int) -> Taxonomy:
    codes = [reason.code for reason in before.choosable]
    one, other = codes[a % len(codes)], codes[b % len(codes)]
    if change == "add":
        return taxonomy.add(before, f"Reason {number}")
    if change == "rename":
        return taxonomy.rename(before, one, f"Name {number}")
    if change == "split":
        return taxonomy.split(before, one, [f"Part {number} a", f"Part {number} b"])
    if change == "merge" and one != other:
        return taxonomy.merge(before, [one], other)
    if change == "archive" and len(codes) > 1:
        return taxonomy.archive(before, one)
    return before


def history_of(changes: list[tuple[str, int, int]]) -> list[Taxonomy]:
    history = [START]
    for number, (change, a, b) in enumerate(changes):
        history.append(replace(changed(history[-1], number, change, a, b), version=len(history) + 1))
    return history


def an_interview(data: st.DataObject, history: list[Taxonomy]) -> Interview:
    """An interview with a reason of the list of its day, and some more of later lists."""
    versions = sorted(data.draw(st.lists(st.integers(1, len(history)), min_size=1, max_size=3)))
    codes = [data.draw(st.sampled_from([r.code for r in history[v - 1].choosable])) for v in versions]
    later = [
        Recoding(c, v, "mia", datetime(2026, 1, 1, tzinfo=UTC)) for c, v in zip(codes[1:], versions[1:], strict=True)
    ]
    day = date(2026, 1, 1)
    return Interview("c1", day, taxonomy=versions[0], diagnosed=codes[0], recodings=tuple(later), state="done")


@given(CHANGES, st.data())
def test_no_answer_is_lost_or_leads_to_a_reason_that_the_version_does_not_have(
    changes: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    history = history_of(changes)
    interview = an_interview(data, history)
    for version in range(interview.taxonomy, len(history) + 1):
        assert history[version - 1].find(diagnosis_under(history, interview, version)) is not None
    for version in range(1, interview.taxonomy):
        code = diagnosis_under(history, interview, version)
        assert code == "" or history[version - 1].find(code) is not None


@given(CHANGES, st.data())
def test_a_mapping_means_the_same_after_it_is_carried_to_a_later_list(
    changes: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    history = history_of(changes)
    given_under = data.draw(st.integers(1, len(history)))
    code = data.draw(st.sampled_from([r.code for r in history[given_under - 1].choosable]))
    seen = ReasonMapping(3, given_under, (("dear", code), ("none", "")))
    new = history[-1].choosable[0].code
    carried = extended(history, seen, {"New_Text": new}, len(history))

    assert (carried.version, carried.taxonomy) == (3, len(history))
    assert dict(carried.texts) == {
        "dear": taxonomy.code_under(history, code, given_under, len(history)),
        "new text": new,
        "none": "",
    }
    assert history[-1].find(dict(carried.texts)["dear"]) is not None


@given(CHANGES, CHANGES, st.data())
def test_later_lists_and_later_codes_never_change_a_report_under_an_older_list(
    changes: list[tuple[str, int, int]], more: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    history = history_of(changes)
    interview = an_interview(data, history)
    before = [diagnosis_under(history, interview, version) for version in range(1, len(history) + 1)]

    longer = [*history]
    for number, (change, a, b) in enumerate(more, start=100):
        longer.append(replace(changed(longer[-1], number, change, a, b), version=len(longer) + 1))
    code = longer[-1].choosable[0].code
    if len(longer) > len(history):
        added = Recoding(code, len(longer), "noor", datetime(2026, 2, 1, tzinfo=UTC))
        interview = replace(interview, recodings=(*interview.recodings, added))

    assert [diagnosis_under(longer, interview, version) for version in range(1, len(history) + 1)] == before
