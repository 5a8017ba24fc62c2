"""What are the numbers made of, and how do more data come in? For the analyst and the administrator."""

from dashboard import data_page

data_page.draw()
