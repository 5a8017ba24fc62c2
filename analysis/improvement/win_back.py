"""The win-back list: who left for what an action mends, called by somebody, with an outcome.

Only those that left before the action reached customers: who left afterwards left in spite of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from analysis.feedback.groups import count, interviewed
from analysis.feedback.lists import behind
from analysis.feedback.losses import Feedback, Loss, Meaning, read_feedback, with_interviews
from data.database.repositories import win_back
from data.errors import Busy, ReviewError
from data.queries.customers import here_now
from data.queries.measured import as_of
from data.reasons import reason_key
from data.records import EVERYBODY, FIRST_DAY, LossQuery, Period
from data.records_improvement import Action, Call, CallState

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

MENDED = ("shipped", "verifying", "worked")
"""States of an action that is in place and was not found to fail."""
LONGEST_NOTE = 2_000


def fill(
    engine: Engine, db: Database, action: Action, feedback: Feedback | None = None, *, who: str | None = None
) -> int:
    """Put the customers an action may win back on the list and tell how many came to it; again adds only new ones."""
    if action.state not in MENDED or not action.reason or action.shipped_on is None:
        return 0
    calls = worth_calling(engine, action, feedback or read_feedback(db))
    return win_back.add(db, calls, who=who)


def worth_calling(engine: Engine, action: Action, feedback: Feedback) -> tuple[Call, ...]:
    """Who left for the action's reason, or said to return under a condition that names it; the largest first."""
    if action.shipped_on is None:
        return ()
    query = LossQuery(left=Period(FIRST_DAY, action.shipped_on))
    code = code_now(action.reason, feedback)
    for_it = {loss.customer_id: _call(action, loss, "reason", "") for loss in _left_for(engine, query, code, feedback)}
    for loss in with_interviews(interviewed(engine, query, feedback), feedback):
        words = _condition(loss, code, feedback)
        if words and loss.customer_id not in for_it:
            for_it[loss.customer_id] = _call(action, loss, "condition", words)
    return tuple(sorted(for_it.values(), key=lambda call: (-call.mrr_cents, call.customer_id)))


def code_now(code: str, feedback: Feedback) -> str:
    """What a code an action was given stands for in the list of reasons that is read under."""
    # A merged reason stays in the list, archived: what it became is told by the version it could last be given under.
    given = [t.version for t in feedback.history if (reason := t.find(code)) is not None and not reason.archived]
    return Meaning(feedback).under(code, given[-1]) if given else code


def meant(call: Call, feedback: Feedback) -> tuple[str, str]:
    """The code of the reason the words of a call stand for, and the customer's own words; each "" for none.

    Whoever cancels mostly picks a reason from a list: its name or code is nobody's words.
    """
    if call.why == "condition":
        return "", call.words
    meaning = Meaning(feedback)
    return meaning.code(call.words) or "", "" if meaning.is_name(call.words) else call.words


def names(text: str, code: str, feedback: Feedback) -> bool:
    """Whether what a customer said names a reason: by every word of its label or its code, or by what it stands for."""
    key, reason = reason_key(text), feedback.taxonomy.find(code)
    if not key or reason is None:
        return False
    written = (reason_key(reason.label), reason_key(code))
    return any(all(word in key for word in each.split()) for each in written) or Meaning(feedback).code(text) == code


def record_outcome(
    db: Database, seen: Call, state: CallState, note: str = "", owner: str | None = None, *, who: str | None = None
) -> Call:
    """Keep what became of a call, and who sees to it; Busy when somebody else did meanwhile."""
    if state not in get_args(CallState):
        raise ReviewError(f"The outcome of a call is one of: {', '.join(get_args(CallState))}.")
    if len(note) > LONGEST_NOTE:
        raise ReviewError(f"The note has {len(note):,} letters; {LONGEST_NOTE:,} are possible.")
    taken_by = seen.owner if owner is None else owner.strip()
    return win_back.save(db, seen, replace(seen, state=state, note=note.strip(), owner=taken_by), who=who)


def came_back(engine: Engine, db: Database) -> tuple[Call, ...]:
    """The calls whose customers are here again, marked as returned with what they pay now; not stored."""
    away = win_back.away(db)
    here = here_now(engine, sorted(away)) if away else {}
    back = ((win_back.get(db, number), mrr_cents) for customer, mrr_cents in here.items() for number in away[customer])
    return tuple(replace(call, state="returned", facts=_facts(engine, call, mrr_cents)) for call, mrr_cents in back)


def mark_returned(engine: Engine, db: Database, *, who: str | None = None) -> int:
    """Store who of the list is here again and tell how many."""
    return keep_returned(db, came_back(engine, db), who=who)


def keep_returned(db: Database, calls: Iterable[Call], *, who: str | None = None) -> int:
    """Store calls that were found to be answered and tell how many; one somebody just wrote to waits for next time."""
    return sum(_kept(db, call, who) for call in calls)


def rows(calls: Iterable[Call], feedback: Feedback) -> list[dict[str, Any]]:
    """One row per call, as `report win-back` prints them: what was said as the code of a reason, and in own words."""
    return [_row(call, *meant(call, feedback)) for call in calls]


def _row(call: Call, stated: str, words: str) -> dict[str, Any]:
    found = ("customer_id", "name", "lost_on", "mrr_cents", "why")
    written = ("action", "owner", "state", "note")
    return {
        **{name: getattr(call, name) for name in found},
        "stated": stated,
        "words": words,
        **{name: getattr(call, name) for name in written},
        "returned_mrr_cents": call.facts.get("returned_mrr_cents"),
    }


def _kept(db: Database, call: Call, who: str | None) -> bool:
    try:
        win_back.save(db, call, call, who=who)
    except Busy:
        return False
    return True


def _left_for(engine: Engine, query: LossQuery, code: str, feedback: Feedback) -> Iterable[Loss]:
    if feedback.taxonomy.find(code) is None:
        return ()
    (groups,) = engine.known(_left_for, lambda: count(engine, EVERYBODY, None))
    stated = behind(engine, query, "stated", {code}, groups, feedback)
    diagnosed = behind(engine, query, "diagnosed", {code}, groups, feedback)
    # What an interview found goes before what was said when cancelling.
    told = (loss for loss in stated if loss.diagnosed in ("", code))
    return (*told, *diagnosed)


def _condition(loss: Loss, code: str, feedback: Feedback) -> str:
    said = (interview.return_condition.strip() for interview in reversed(loss.interviews))
    return next((words for words in said if names(words, code, feedback)), "")


def _call(action: Action, loss: Loss, why: Any, words: str) -> Call:
    said = words or loss.said
    return Call(action.id, loss.customer_id, loss.lost_on, why, said, loss.name, loss.mrr_cents, loss.owner)


def _facts(engine: Engine, call: Call, mrr_cents: int) -> Mapping[str, Any]:
    release = engine.release.number if engine.release is not None else 0
    return {**call.facts, "returned_mrr_cents": mrr_cents, "seen_on": as_of(engine), "release": release}
