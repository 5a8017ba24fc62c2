"""How much of our churn is a matter of definition? For whoever compares our figure with somebody else's."""

from dashboard import definition_lens, filters
from dashboard.gateway import definitions

look = filters.look(("period", "segment"))
rows = definitions.definitions(look.scope)
chosen = definition_lens.choose_period(rows, look)
definition_lens.draw_answer(chosen, look)
definition_lens.draw_estimates(chosen, look)
definition_lens.draw_table(chosen, look)
definition_lens.draw_course(rows, look)
