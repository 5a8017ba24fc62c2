"""The win-back list: lost customers worth calling, filled from the data and worked through by people."""

import streamlit as st

from analysis.improvement import win_back
from dashboard.gateway import engines, interviews, releases
from data.database.repositories import win_back as stored
from data.errors import NoData
from data.records_improvement import Action, Call, CallState


def everybody() -> tuple[Call, ...]:
    """The whole list, the largest customers first."""
    return _all(engines.home(), releases.database().recent_version())


def find(number: int) -> Call | None:
    """A call as it stands in the database now; None when there is none."""
    try:
        return stored.get(releases.database(), number)
    except NoData:
        return None


def reason_of(action: Action) -> str:
    """The reason an action mends, as the list of reasons has it now."""
    return win_back.code_now(action.reason, interviews.feedback())


def meant(call: Call) -> tuple[str, str]:
    """The code of the reason the words of a call stand for, and the customer's own words; each "" for none."""
    return win_back.meant(call, interviews.feedback())


def fill(action: Action, number: int, who: str) -> int:
    """Put those on the list whom an action may win back; how many came to it."""
    return engines.ask(_fill, number, action, who)


def mark_returned(number: int, who: str) -> int:
    """Mark who of the list is here again; how many."""
    return engines.ask(_mark, number, who)


def record(seen: Call, state: CallState, note: str, owner: str, who: str) -> Call:
    """Keep what became of a call; Busy when somebody else did meanwhile."""
    return win_back.record_outcome(releases.database(), seen, state, note, owner, who=who)


def mended(found: tuple[Action, ...]) -> tuple[Action, ...]:
    """Actions that are in place and tied to a reason."""
    return tuple(one for one in found if one.state in win_back.MENDED and one.reason)


def _fill(engine: engines.Engine, action: Action, who: str) -> int:
    return win_back.fill(engine, releases.database(), action, who=who)


def _mark(engine: engines.Engine, who: str) -> int:
    return win_back.mark_returned(engine, releases.database(), who=who)


@st.cache_resource(max_entries=4, show_spinner=False)
def _all(home: str, written: int) -> tuple[Call, ...]:
    return stored.all(releases.database())
