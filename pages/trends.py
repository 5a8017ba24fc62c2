"""How does churn move, who moves it, where is it going? For whoever prepares the review and looks for causes."""

from dashboard import filters, trend_charts
from dashboard.gateway import figures as numbers

look = filters.look(("period", "segment", "definition", "bridge"))
report = numbers.report(look.scope)
trend_charts.draw_rates(report, look)
trend_charts.draw_flows(report, look)
