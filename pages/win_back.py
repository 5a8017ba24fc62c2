"""Whom of those we lost can we call now, because what they left for was mended? For sales and customer success."""

from dashboard import filters, win_back_page

look = filters.look(())
win_back_page.draw(look)
