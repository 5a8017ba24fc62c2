"""What do we do about it, who does it, until when, and did it work? For everybody who owns an action."""

from dashboard import action_page, filters

look = filters.look(())
action_page.draw(look)
