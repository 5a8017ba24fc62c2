"""The document as slides for a shared screen: one thing to see on each, the release on every one."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from dashboard.charts.base import Chart
from dashboard.minutes import content, pictures
from dashboard.minutes.content import Figure, Grid, Page, Paper

MOST_ROWS = 9
PER_ROW = 4
CHINESE, LATIN = "Microsoft YaHei", "Calibri"
INK, BLUE, SOFT, GROUND, WHITE = "111111", "2450B8", "5B6270", "F5F6F9", "FFFFFF"
#: Inches of a wide slide.
WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.6
TOP, BOTTOM = 1.35, 6.85


def pptx(paper: Paper) -> bytes:
    """All slides."""
    import pptx as slides
    from pptx.util import Inches

    file = slides.Presentation()
    file.slide_width, file.slide_height = Inches(WIDTH), Inches(HEIGHT)
    file.core_properties.title, file.core_properties.author = paper.title, ""
    _front(file, paper)
    for page in paper.pages:
        _page(file, page, paper)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _front(file: Any, paper: Paper) -> None:
    slide = file.slides.add_slide(file.slide_layouts[6])
    _box(slide, (0, 0, 0.35, HEIGHT), BLUE)
    _text(slide, (1.1, 1.7, 11, 1.2), paper.title, size=44, bold=True)
    _text(slide, (1.1, 2.85, 11, 0.6), paper.subtitle, size=22, colour=SOFT)
    lines = [f"{name}: {value}" for name, value in paper.facts]
    _text(slide, (1.1, 4.0, 11, 2.4), *lines, size=16)
    _foot(slide, paper, 1)


def _page(file: Any, page: Page, paper: Paper) -> None:
    if page.figures or not (page.charts or page.grids):
        slide = _slide(file, page.title, paper)
        _figures(slide, page.figures)
        below = TOP + 0.25 + 1.75 * -(-len(page.figures) // PER_ROW)
        _text(slide, (EDGE, below, WIDTH - 2 * EDGE, BOTTOM - below), *page.notes, size=14, colour=SOFT)
    for chart in page.charts:
        _picture(_slide(file, chart.title, paper, above=page.title), chart)
    for grid in page.grids:
        for rows in _in_parts(grid):
            _grid(_slide(file, grid.title, paper, above=page.title), grid, rows)


def _in_parts(grid: Grid) -> Iterable[Sequence[tuple[str, ...]]]:
    """The rows slide by slide: all that were recorded in the meeting, of what was counted the first ones."""
    kept = grid.rows if grid.whole else grid.rows[:MOST_ROWS]
    return [kept[i : i + MOST_ROWS] for i in range(0, len(kept), MOST_ROWS)]


def _slide(file: Any, title: str, paper: Paper, *, above: str = "") -> Any:
    slide = file.slides.add_slide(file.slide_layouts[6])
    _box(slide, (0, 0, WIDTH, 0.12), BLUE)
    if above:
        _text(slide, (EDGE, 0.28, WIDTH - 2 * EDGE, 0.35), above, size=13, colour=SOFT)
    _text(slide, (EDGE, 0.55, WIDTH - 2 * EDGE, 0.7), title, size=27 if content.width_of(title) < 60 else 21, bold=True)
    _foot(slide, paper, len(file.slides))
    return slide


def _foot(slide: Any, paper: Paper, number: int) -> None:
    _text(slide, (EDGE, 7.0, 11, 0.35), paper.foot, size=11, colour=SOFT)
    _text(slide, (WIDTH - EDGE - 1, 7.0, 1, 0.35), str(number), size=11, colour=SOFT, right=True)


def _figures(slide: Any, figures: Sequence[Figure]) -> None:
    width = (WIDTH - 2 * EDGE - 0.2 * (PER_ROW - 1)) / PER_ROW
    for place, figure in enumerate(figures):
        left, top = EDGE + (place % PER_ROW) * (width + 0.2), TOP + (place // PER_ROW) * 1.75
        _box(slide, (left, top, width, 1.6), GROUND)
        inside = left + 0.15, width - 0.3
        _text(slide, (inside[0], top + 0.08, inside[1], 0.45), figure.name, size=12, colour=SOFT)
        _text(slide, (inside[0], top + 0.5, inside[1], 0.5), figure.value, size=25, bold=True)
        rest = [text for text in (figure.limits, figure.before) if text]
        _text(slide, (inside[0], top + 1.0, inside[1], 0.55), *rest, size=10.5, colour=SOFT)


def _picture(slide: Any, chart: Chart) -> None:
    """The chart as large as it goes, in the middle."""
    from pptx.util import Inches

    shape = slide.shapes.add_picture(BytesIO(pictures.png(chart, width=860)), Inches(EDGE), Inches(TOP))
    room = WIDTH - 2 * EDGE, BOTTOM - TOP - (0.4 if chart.note else 0)
    factor = min(Inches(room[0]) / shape.width, Inches(room[1]) / shape.height)
    shape.width, shape.height = int(shape.width * factor), int(shape.height * factor)
    shape.left = (Inches(WIDTH) - shape.width) // 2
    shape._element.nvPicPr.cNvPr.set("descr", chart.alt)
    if chart.note:
        _text(slide, (EDGE, BOTTOM - 0.35, WIDTH - 2 * EDGE, 0.35), chart.note, size=12, colour=SOFT)


def _grid(slide: Any, grid: Grid, rows: Sequence[tuple[str, ...]]) -> None:
    from pptx.util import Inches

    place = (Inches(EDGE), Inches(TOP), Inches(WIDTH - 2 * EDGE), Inches(0.45 * (len(rows) + 1)))
    table = slide.shapes.add_table(len(rows) + 1, len(grid.heads), *place).table
    for column, width in zip(table.columns, _widths(grid, rows), strict=True):
        column.width = Inches(width)
    for cells, texts, head in zip(table.rows, (grid.heads, *rows), (True, *(False for _row in rows)), strict=True):
        for cell, text, right in zip(cells.cells, texts, grid.right, strict=True):
            _cell(cell, text, head=head, right=right)
    rest = 0 if grid.whole else len(grid.rows) - MOST_ROWS
    if rest > 0:
        _text(slide, (EDGE, BOTTOM - 0.3, WIDTH - 2 * EDGE, 0.3), content.more(rest), size=12, colour=SOFT)


def _widths(grid: Grid, rows: Sequence[tuple[str, ...]]) -> list[float]:
    """Inches per column, by the length of what stands in it."""
    columns = zip(grid.heads, *rows, strict=True)
    longest = [min(max(content.width_of(text) for text in column), 42) + 5 for column in columns]
    return [(WIDTH - 2 * EDGE) * n / sum(longest) for n in longest]


def _cell(cell: Any, text: str, *, head: bool, right: bool) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(BLUE if head else WHITE)
    cell.margin_left = cell.margin_right = Inches(0.08)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    _fill(cell.text_frame, (text,), size=12, colour=WHITE if head else INK, bold=head, right=right)


def _box(slide: Any, place: tuple[float, float, float, float], colour: str) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches

    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, place))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def _text(
    slide: Any, place: tuple[float, float, float, float], *texts: str, size: float, colour: str = INK,
    bold: bool = False, right: bool = False,
) -> None:  # fmt: skip
    from pptx.util import Inches

    box = slide.shapes.add_textbox(*map(Inches, place))
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _fill(frame, texts, size=size, colour=colour, bold=bold, right=right)


def _fill(frame: Any, texts: Sequence[str], *, size: float, colour: str, bold: bool, right: bool) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = text, Pt(size), bold
        run.font.name = LATIN
        run.font.color.rgb = RGBColor.from_string(colour)
        _speak_chinese(run)


def _speak_chinese(run: Any) -> None:
    """The font of Chinese signs, which a name alone does not set."""
    from pptx.oxml.xmlchemy import OxmlElement

    font = OxmlElement("a:ea")
    font.set("typeface", CHINESE)
    run._r.get_or_add_rPr().append(font)
