"""The document as one HTML file that needs nothing else: every text escaped, charts as pictures inside."""

from dashboard.charts.base import Chart
from dashboard.language import HTML_TAGS, current
from dashboard.markup import Safe, element
from dashboard.minutes import content, pictures
from dashboard.minutes.content import Figure, Grid, Page, Paper

MOST_ROWS = 40
_STYLE = """
:root{--ink:#111;--soft:#5b6270;--line:#dfe2e9;--blue:#2450b8;--ground:#f5f6f9}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);
  font:15px/1.5 system-ui,"Segoe UI","Noto Sans","Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 24px 64px}
header{border-top:6px solid var(--blue);padding-top:20px;margin-bottom:24px}
h1{font-size:30px;line-height:1.2;margin:0}
h2{font-size:21px;margin:44px 0 12px;padding-top:16px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:24px 0 8px}
.sub,.soft{color:var(--soft)}
.sub{font-size:17px;margin:4px 0 16px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 20px;margin:0}
dt{color:var(--soft)}
dd{margin:0}
.figures{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(200px,1fr))}
.figure{background:var(--ground);border-radius:8px;padding:12px 14px}
.figure b{display:block;font-size:22px;line-height:1.3}
.figure span{display:block;font-size:13px;color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
th{text-align:left;background:var(--ground);font-weight:600}
th,td{padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
.right{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:20px 0}
figcaption{font-weight:600}
figure svg{max-width:100%;height:auto}
footer{margin-top:48px;color:var(--soft);font-size:13px}
@media print{h2{break-after:avoid}figure,table,.figure{break-inside:avoid}}
"""


def html(paper: Paper) -> bytes:
    """The whole document."""
    head = element(
        "header",
        element("h1", paper.title),
        element("div", paper.subtitle, class_="sub"),
        element("dl", *(part for name, value in paper.facts for part in _fact(name, value))),
    )
    body = element("main", head, *map(_page, paper.pages), element("footer", paper.foot))
    meta = Safe('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">')
    top = element("head", meta, element("title", paper.title), element("style", Safe(_STYLE)))
    whole = element("html", top, element("body", body), lang=HTML_TAGS[current()])
    return f"<!doctype html>{whole}".encode()


def _fact(name: str, value: str) -> tuple[Safe, Safe]:
    return element("dt", name), element("dd", value)


def _page(page: Page) -> Safe:
    figures = [element("div", *map(_figure, page.figures), class_="figures")] if page.figures else []
    parts = (_grid(part) if isinstance(part, Grid) else _picture(part) for part in page.parts())
    notes = (element("p", text, class_="soft") for text in page.notes)
    return element("section", element("h2", page.title), *figures, *parts, *notes)


def _picture(chart: Chart) -> Safe:
    said = [element("div", chart.note, class_="soft")] if chart.note else []
    return element("figure", element("figcaption", chart.title), Safe(pictures.svg(chart)), *said)


def _figure(figure: Figure) -> Safe:
    rest = (element("span", text) for text in (figure.limits, figure.before) if text)
    return element("div", element("span", figure.name), element("b", figure.value), *rest, class_="figure")


def _grid(grid: Grid) -> Safe:
    heads = element("tr", *(_cell("th", text, right=r) for text, r in zip(grid.heads, grid.right, strict=True)))
    shown = grid.rows if grid.whole else grid.rows[:MOST_ROWS]
    rows = [
        element("tr", *(_cell("td", text, right=r) for text, r in zip(row, grid.right, strict=True))) for row in shown
    ]
    rest = len(grid.rows) - len(shown)
    under = [element("p", content.more(rest), class_="soft")] if rest > 0 else []
    table = element("table", element("thead", heads), element("tbody", *rows))
    return element("div", element("h3", grid.title), element("div", table, class_="scroll"), *under)


def _cell(tag: str, text: str, *, right: bool) -> Safe:
    return element(tag, text, class_="right") if right else element(tag, text)
