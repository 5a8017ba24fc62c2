"""How does churn move, who moves it, where is it going? For whoever prepares the review and looks for causes."""

from dashboard import filters, trend_charts

look = filters.look(("period", "segment", "definition", "bridge"))
trend_charts.draw(look)
