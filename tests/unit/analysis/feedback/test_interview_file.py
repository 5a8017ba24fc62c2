"""Interviews from a file: each row is stored or refused with its reason, and the same file twice adds nothing."""

import io
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from openpyxl import Workbook

from analysis.feedback.interview_file import FoundInterviews, read_file, store
from analysis.feedback.interviews import reopen
from analysis.feedback.losses import Loss, read_feedback
from data.database import Database, open_database
from data.database.repositories import taxonomies
from data.errors import DataProblem
from data.settings import settings

LOST, TODAY = date(2026, 3, 10), date(2026, 3, 31)
LOSSES = [
    cast("Loss", SimpleNamespace(customer_id=c, lost_on=LOST, owner="mia", dated=True)) for c in ("c1", "c2", "c3")
]
HEADER = "customer_id,on,interviewer,reason,avoidable,competitor,main_reason,ours\n"


@pytest.fixture
def db() -> Database:
    return open_database(settings())


def lost(_customers: tuple[str, ...]) -> list[Loss]:
    return LOSSES


def read(db: Database, text: str) -> FoundInterviews:
    return read_file(text.encode("utf-8-sig"), lost, read_feedback(db), taxonomies.questionnaire(db), TODAY)


def test_every_field_of_a_row_comes_in_and_the_same_file_twice_adds_nothing(db: Database):
    text = HEADER + 'c1,2026-03-12,Mia,too_expensive,YES,Acme,"Dear, and ""slow""",x\nc2,2026-03-13,Noor,Support\n'
    found = read(db, text)
    assert (store(db, found), found.known, found.refused) == (2, 0, ())

    first, second = read_feedback(db).interviews
    assert (first.diagnosed, first.avoidable, first.competitor, first.own_account) == ("price", "yes", "Acme", True)
    assert first.answers[0].text == 'Dear, and "slow"'
    assert (second.diagnosed, second.avoidable, second.state, second.lost_on) == ("support", "", "done", LOST)
    again = read(db, text)
    assert (again.ready, again.known) == ((), 2)
    reopen(db, first)
    assert store(db, read(db, text)) == 0


def test_a_file_read_in_two_tabs_is_stored_once(db: Database):
    found, same = (read(db, HEADER + "c1,2026-03-12,Mia,price\n") for _tab in range(2))
    assert (store(db, found), store(db, same)) == (1, 0)
    assert len(read_feedback(db).interviews) == 1


def test_a_file_says_avoidable_in_the_words_of_the_screen(db: Database):
    said = ("Avoidable", "unavoidable", "unclear", "no", "不可避免")
    found = read(db, HEADER + "".join(f"c1,2026-03-12,Noor {n},price,{word}\n" for n, word in enumerate(said)))
    assert [interview.avoidable for interview in found.ready] == ["yes", "no", "unclear", "no", "no"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("c9,2026-03-12,Noor,price", "c9 is no lost customer of the newest data"),
        (",2026-03-12,Noor,price", "Nobody is no lost customer"),
        ("c1,3/12/2026,Noor,price", "3/12/2026 may be 2026-03-12 or 2026-12-03. Write it as year-month-day"),
        ("c1,26.3.20,Noor,price", "26.3.20 may be 2020-03-26 or 2026-03-20"),
        ("c1,30.2.2026,Noor,price", "30.2.2026 is no day"),
        ("c1,March 2026,Noor,price", "March 2026 is no day"),
        ("c1,2026-04-12,Noor,price", "cannot be about a loss on 2026-03-10"),
        ("c1,2026-03-12,,price", "Who held the interview is missing"),
        ("c1,2026-03-12,Noor,full moon", "The reason full moon stands for no reason of the list"),
        ("c1,2026-03-12,Noor,price,perhaps", "avoidable is perhaps. Give one of: yes, no, unclear"),
        ("c1", "Nothing is no day"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number_and_the_others_come_in(db: Database, row: str, why: str):
    found = read(db, f"{HEADER}{row}\nc2,2026-03-13,Noor,support\n")

    assert [number for number, _ in found.refused] == [2]
    assert why in found.refused[0][1]
    assert [interview.customer_id for interview in found.ready] == ["c2"]


def test_a_file_without_the_needed_columns_is_refused_whole(db: Database):
    with pytest.raises(DataProblem, match="The file has no column on, interviewer"):
        read(db, "customer_id,reason\n")
    with pytest.raises(DataProblem, match="The file has no column customer_id"):
        read_file(b"", lost, read_feedback(db), taxonomies.questionnaire(db), TODAY)


@pytest.mark.parametrize(
    "day",
    ["20.3.2026", "3/20/2026", "2026/03/20", "20260320", "2026年3月20日", "20 March 2026", "2026-03-20T10:00:00.5Z"],
)
def test_a_day_is_read_in_every_shape_that_leaves_no_choice(db: Database, day: str):
    found = read(db, f"{HEADER}c1,{day},Noor,price\n")
    assert [interview.on for interview in found.ready] == [date(2026, 3, 20)]


@pytest.mark.parametrize(
    ("codec", "competitor"), [("gb18030", "北京软件"), ("cp1252", "Müller & Söhne"), ("utf-16", "Zoë")]
)
def test_a_file_in_another_encoding_is_read_and_said(db: Database, codec: str, competitor: str):
    text = f"{HEADER}c1,2026-03-12,Noor,price,yes,{competitor}\n"
    found = read_file(text.encode(codec), lost, read_feedback(db), taxonomies.questionnaire(db), TODAY)
    assert ([i.competitor for i in found.ready], found.codec) == ([competitor], codec)


def test_the_first_sheet_of_a_workbook_is_read(db: Database):
    book = Workbook()
    assert book.active is not None
    book.active.append(HEADER.strip().split(","))
    book.active.append([])
    book.active.append(["c1", date(2026, 3, 12), "Noor", "price", "yes", "Acme"])
    file = io.BytesIO()
    book.save(file)
    found = read_file(file.getvalue(), lost, read_feedback(db), taxonomies.questionnaire(db), TODAY)
    assert [(i.on, i.competitor) for i in found.ready] == [(date(2026, 3, 12), "Acme")]
    assert found.refused == ()


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_file_of_a_spreadsheet_that_parts_by_other_marks_is_read(db: Database, mark: str):
    found = read(db, HEADER.replace(",", mark) + f"c1,2026-03-12,Noor,price,yes,{'Acme'}\n".replace(",", mark))
    assert [(i.diagnosed, i.avoidable, i.competitor) for i in found.ready] == [("price", "yes", "Acme")]


def test_what_no_form_would_take_no_file_brings_in(db: Database):
    found = read(db, f"{HEADER}c1,2026-03-12,Noor,price,,,{'x' * 10_001}\nc2,2026-03-12,Noor,price\n")
    assert (len(found.ready), found.refused) == (1, ((2, "main_reason has 10001 characters. Shorten it to 10000."),))
    with pytest.raises(DataProblem, match=r"The file cannot be read after line [12]"):
        read(db, f'{HEADER}c1,2026-03-12,Noor,"{"x" * 200_000}\n')
