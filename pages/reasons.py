"""Why do customers leave, and how much of it could we have prevented? For the meeting and the customer managers."""

from dashboard import filters, reason_page

look = filters.look(("period", "segment"), outcomes=True)
reason_page.draw(look)
