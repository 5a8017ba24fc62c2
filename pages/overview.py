"""Are we losing more than before, is the change real, what does it cost? For whoever opens the app in the morning."""

import streamlit as st

from dashboard import figures, filters, key_figures, kpi_charts
from dashboard.gateway import figures as numbers

look = filters.look(("period", "segment", "compare"))
judged = numbers.overview(look.scope, look.view.compare, look.view.against)
key_figures.draw_answer(judged, look)
key_figures.draw_link(judged)
key_figures.draw_cards(judged, look)
left, right = st.columns(2)
with left:
    figures.draw(kpi_charts.churn(judged), key="churn")
with right:
    figures.draw(kpi_charts.bridge_of_last(judged.headline, look), key="bridge")
key_figures.draw_notes(judged, look)
