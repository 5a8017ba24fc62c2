"""What do losses cost, what is retention worth, what is at risk? For executives and the review meeting."""

from dashboard import filters, money_page

look = filters.look(money_page.asked())
money_page.draw(look)
