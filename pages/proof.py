"""Did this action work: what was to be proven, how, and what do the data say? For whoever owns or doubts an action."""

from dashboard import filters, proof_page

look = filters.look(())
proof_page.draw(look)
