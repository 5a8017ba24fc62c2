"""Who leaves more often than others, beyond chance, and why did churn change? For the analyst and the meeting."""

from dashboard import filters, persona_page

look = filters.look(("period", "segment"))
persona_page.draw(look)
