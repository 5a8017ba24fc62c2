"""Whom do I interview next, and what did they say? For the neutral interviewer and the customer success managers."""

from dashboard import filters, interview_list

look = filters.look(("period", "segment"), outcomes=True)
interview_list.draw(look)
