"""Which customers is a number made of? For everybody who wants names, and for the analyst who wants the file."""

from dashboard import customer_list, filters

look = filters.look(("segment",), outcomes=True)
query = customer_list.ask(look)
customer_list.draw(query, look)
