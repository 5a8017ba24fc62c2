"""Is this offer worth it: what was planned, what came in, what follows? For product managers."""

from dashboard import experiment_page, filters

look = filters.look(())
experiment_page.draw(look)
