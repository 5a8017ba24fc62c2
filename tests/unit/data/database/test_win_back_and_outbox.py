"""A lost customer stands once on an action's list and keeps what was written; a message is sent once."""

from dataclasses import replace
from datetime import date

import pytest

from data.database import Database
from data.database.repositories import actions, outbox, win_back
from data.errors import Busy, NoData
from data.records_improvement import Action, Call
from data.records_reviews import Message


def a_call(action: int, customer: str = "c-1", mrr: int = 4_000) -> Call:
    return Call(action, customer, date(2026, 3, 1), "condition", "if calls get <b>shorter</b>", "Acme 公司", mrr)


def test_calls_come_back_the_largest_first_and_each_once(database: Database) -> None:
    first, second = (actions.create(database, Action(name)).id for name in ("calls", "mails"))
    assert win_back.add(database, [a_call(first), a_call(first, "c-2", 9_000_000_000), a_call(first)]) == 2
    assert win_back.add(database, [a_call(first), a_call(second)]) == 1

    listed = win_back.all(database, action=first)
    assert [(call.customer_id, call.mrr_cents) for call in listed] == [("c-2", 9_000_000_000), ("c-1", 4_000)]
    assert replace(listed[1], id=0, version=0, at=None) == a_call(first)
    assert len(win_back.all(database)) == 3


def test_an_outcome_is_kept_over_the_next_filling(database: Database) -> None:
    action = actions.create(database, Action("calls")).id
    win_back.add(database, [a_call(action)])
    (seen,) = win_back.all(database)
    changed = replace(seen, owner="Sales", state="returned", note="from May on", facts={"back_on": date(2026, 5, 1)})
    saved = win_back.save(database, seen, changed)
    win_back.add(database, [a_call(action)])

    assert replace(saved, version=seen.version) == changed
    assert win_back.all(database, state="returned") == (saved,)
    assert win_back.all(database, state="open") == ()
    with pytest.raises(Busy, match="The call to Acme"):
        win_back.save(database, seen, replace(seen, state="declined"))
    with pytest.raises(NoData, match="There is no call 9"):
        win_back.get(database, 9)


def test_messages_wait_in_order_and_are_sent_once(database: Database) -> None:
    message = Message("mail", "review", "Minutes 纪要", "text", "<p>", (("minutes.html", "PGI+"),))
    first, second = outbox.put(database, [message, replace(message, to="mia")], who="noor")

    assert replace(first, id=0, at=None) == message
    failed = outbox.tried(database, first.id, answer="550 no such box", taken=False)
    sent = outbox.tried(database, first.id, answer="250 ok", taken=True)
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert (sent.state, sent.attempts, sent.answer) == ("sent", 2, "250 ok")
    assert outbox.tried(database, first.id, answer="late", taken=False).state == "sent"
    assert outbox.all(database, state="waiting") == (second,)
    with pytest.raises(NoData):
        outbox.tried(database, 99, answer="", taken=True)


def test_only_messages_that_carry_an_attachment_are_read_for_it(database: Database) -> None:
    mail = Message("mail", "review", "minutes_2026Q3.json", "text")
    named = [(), (("minutes_2026Q3.json", "1"),), (("minutesX2026Q3.json", "2"),), (("a", "minutes_2026Q3.json"),)]
    left = outbox.put(database, [replace(mail, attachments=each) for each in named])
    assert outbox.carrying(database, "minutes_2026Q3.json") == (left[1],)
