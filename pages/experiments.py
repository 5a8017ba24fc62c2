"""Which offers do we test, and what did we learn? For product managers, and for whoever plans the next offer."""

from dashboard import experiment_list, filters

look = filters.look(())
experiment_list.draw(look)
