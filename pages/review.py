"""What did we lose, why, what do we do about it, and did it work? For everybody at the quarterly review."""

from dashboard import review_page

review_page.draw()
