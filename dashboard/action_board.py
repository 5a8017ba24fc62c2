"""The board: a column for each stage, the actions that promise most for their effort first."""

from collections.abc import Sequence

import streamlit as st

from analysis.proof.gain import priority
from dashboard import action_moves, action_new, action_words, formats, navigation, session
from dashboard.filters import Look
from dashboard.gateway import actions
from dashboard.language import N_, _
from data.records_improvement import Action

#: Columns of the board: name, and the states that stand in it.
COLUMNS = (
    (N_("Proposed"), ("proposed", "reopened")),
    (N_("Agreed"), ("agreed",)),
    (N_("Doing"), ("doing",)),
    (N_("Shipped, waiting for data"), ("shipped", "verifying")),
    (N_("Judged"), ("worked", "did-not", "cannot-tell")),
)
#: Actions of a column drawn until more are asked for.
SHOWN = 6


def draw(found: Sequence[Action], look: Look) -> None:
    """The columns; closed actions behind a click."""
    ranked = by_priority(found)
    places = st.columns(len(COLUMNS), gap="small")
    for place, (i, (name, states)) in zip(places, enumerate(COLUMNS), strict=True):
        with place:
            _draw_column(i, _(name), [one for one in ranked if one.state in states], look)
    closed = [one for one in found if one.state == "closed"]
    if closed:
        with st.expander(_("Closed ({n})").format(n=formats.count(len(closed))), key="board-closed"):
            _draw_some("closed", closed, look)


def by_priority(found: Sequence[Action]) -> list[Action]:
    """Those first that promise most for their effort; those without a promise last, in the order they came."""
    return sorted(found, key=lambda one: (-(priority(one) or 0.0), one.id))


def _draw_column(i: int, name: str, mine: Sequence[Action], look: Look) -> None:
    with st.container(key=f"board-{i}", gap="small"):
        st.subheader(f"{formats.plain(name)} · {formats.count(len(mine))}", anchor=False)
        _draw_some(str(i), mine, look)


def _draw_some(place: str, mine: Sequence[Action], look: Look) -> None:
    key = f"board.{place}.shown"
    shown: int = session.get(key, SHOWN)
    for one in mine[:shown]:
        draw_card(one, look)
    if len(mine) > shown:
        st.button(_("Show more"), key=f"{key}.more", type="tertiary", on_click=session.put, args=(key, shown + SHOWN))


def draw_card(one: Action, look: Look) -> None:
    """One action: title, who does it until when, what it promises, and its next moves."""
    with st.container(border=True, key=f"action-{one.id}", gap="xsmall"):
        st.page_link(
            navigation.page("proof"),
            label=formats.plain(one.title),
            query_params=action_new.address(one.id),
        )
        st.caption(formats.plain(" · ".join(told(one, look))))
        if actions.is_late(one):
            st.badge(_("Overdue"), color="red", icon=":material/schedule:")
        action_moves.draw(one, f"card-{one.id}")


def told(one: Action, look: Look) -> list[str]:
    """What a card says of an action besides its title."""
    said = [action_words.state(one)] if one.state not in {"proposed", "agreed", "doing"} else []
    said += [one.owner] if one.owner else []
    if one.due and one.shipped_on is None:
        said.append(_("due {day}").format(day=formats.day(one.due)))
    if one.shipped_on and one.state in {"shipped", "verifying"}:
        due = actions.due_on(one)
        said += [_("judged from {day}").format(day=formats.day(due))] if due else []
    if one.gain_cents is not None:
        said.append(_("{gain} a month").format(gain=action_words.gain(one, look.currency)))
    if one.verdicts and one.state in action_words.TONES:
        said.append(action_words.effect(one.verdicts[-1]))
    return said or [_("nobody yet")]
