"""When in their life do customers leave, and is it getting better? For product managers and the meeting."""

from dashboard import filters, lifecycle_page

look = filters.look(("segment",))
lifecycle_page.draw(look)
