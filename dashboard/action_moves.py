"""The moves an action allows now, each with what it needs: a day, a reason, or nothing."""

from collections.abc import Callable

import streamlit as st

from analysis.improvement.moves import DROPPED, Move, allowed
from dashboard import action_new, action_words, navigation, refusals, session, who
from dashboard.gateway import actions
from dashboard.gateway.clock import latest_today, today
from dashboard.language import _
from data.records_improvement import Action

#: Moves that are drawn here, in the order of an action's life; `judge` and `amend` have a place of their own.
DRAWN: tuple[Move, ...] = ("agree", "begin", "ship", "verify", "wait", "reopen", "close", "archive")

#: Where this tab keeps the words of a move that was refused.
_UNSAID = "moves.unsaid"


def draw(one: Action, place: str) -> None:
    """One button that opens the moves; `place` tells it from others on the page."""
    moves: list[Move] = [move for move in DRAWN if move in allowed(one)]
    _draw_unsaid(one)
    if not moves:
        return
    with st.popover(_("Move on"), icon=":material/arrow_forward:", type="tertiary", key=f"moves-{place}"):
        for move in moves:
            with st.container(key=f"move-{place}-{move}", gap="xsmall"):
                _DRAWERS.get(move, _draw_plain)(one, move, f"{place}.{move}")


def _draw_plain(one: Action, move: Move, key: str) -> None:
    st.button(_(action_words.MOVES[move]), key=f"move.{key}", on_click=do, args=(one, move))


def _draw_agree(one: Action, move: Move, key: str) -> None:
    st.page_link(
        navigation.page("proof"),
        label=_("Agree on its plan of proof"),
        icon=":material/handshake:",
        query_params=action_new.address(one.id, "plan"),
    )


def _draw_ship(one: Action, move: Move, key: str) -> None:
    with st.form(f"form-{key}", border=False):
        st.date_input(
            _("Reached customers on"),
            today(),
            key=f"move.{key}.on",
            max_value=latest_today(),
            format="YYYY-MM-DD",
        )
        st.caption(_("From then on its plan of proof cannot change any more."))
        st.form_submit_button(_(action_words.MOVES[move]), key=f"move.{key}", on_click=do, args=(one, move, key))


def _draw_wait(one: Action, move: Move, key: str) -> None:
    last = one.verdicts[-1].months_more if one.verdicts else None
    with st.form(f"form-{key}", border=False):
        st.number_input(_("Months more"), 1, 24, last or 3, key=f"move.{key}.months", width=160)
        st.form_submit_button(_(action_words.MOVES[move]), key=f"move.{key}", on_click=do, args=(one, move, key))


def _draw_reason(one: Action, move: Move, key: str) -> None:
    needed = move == "reopen" or one.state in DROPPED
    with st.form(f"form-{key}", border=False):
        st.text_input(_("Why") if needed else _("Why, if there is more to say"), key=f"move.{key}.why", max_chars=2_000)
        label = _("Drop it") if move == "close" and one.state in DROPPED else _(action_words.MOVES[move])
        st.form_submit_button(label, key=f"move.{key}", on_click=do, args=(one, move, key))


_DRAWERS: dict[str, Callable[[Action, Move, str], None]] = {
    "agree": _draw_agree,
    "ship": _draw_ship,
    "wait": _draw_wait,
    "reopen": _draw_reason,
    "close": _draw_reason,
}


def do(one: Action, move: Move, key: str = "") -> None:
    """Make a move as somebody who saw this action; whoever is refused is told why and keeps what they wrote."""
    why = session.get(f"move.{key}.why") or ""
    if refusals.tried(_make, one, move, f"move.{key}"):
        session.forget(_UNSAID)
    elif why:
        session.put(_UNSAID, (one.id, why))


def _draw_unsaid(one: Action) -> None:
    """The words that came with a refused move, for the one who may not get the same field again."""
    number, why = session.get(_UNSAID, (0, ""))
    if number == one.id:
        st.caption(_("Not stored; this is what you wrote:"))
        st.code(why, language=None, wrap_lines=True)


def _make(one: Action, move: Move, key: str) -> None:
    name, why = who.you(), session.get(f"{key}.why") or ""
    if move == "ship":
        actions.ship(one, session.get(f"{key}.on"), name)
    elif move == "wait":
        actions.wait(one, int(session.get(f"{key}.months")), name)
    elif move == "close":
        actions.close(one, why, name)
    elif move == "reopen":
        actions.reopen(one, why, name)
    else:
        {"begin": actions.begin, "verify": actions.verify, "archive": actions.archive}[move](one, name)
