"""What must be known of a rate to read it right: how its definition counts, what its attributes stand for."""

from collections.abc import Iterable

import streamlit as st

from analysis.kpis.notes import notes_on
from dashboard.filters import Look
from dashboard.language import _


def draw_silence(look: Look) -> None:
    """Where customers leave by falling silent: what an age at a loss means then."""
    if look.release.shape == "purchases":
        st.caption(
            _(
                "Nobody cancels here: a customer counts as lost once the days chosen at the import pass without a "
                "purchase or use. So no loss comes sooner than that, most come just then, and a median says little."
            )
        )


def draw(look: Look, by: Iterable[str] = ()) -> None:
    """A line for each remark on the definition and the segment, and on attributes the page splits by."""
    for note in notes_on(look.scope.definition, look.scope.segment, by):
        st.caption(_(note))
