"""The document as slides for a shared screen: one thing to see on each, the release on every one."""

from collections.abc import Sequence
from io import BytesIO
from itertools import accumulate
from typing import Any

from dashboard.charts.base import Chart
from dashboard.minutes import content, pictures
from dashboard.minutes.content import Figure, Grid, Page, Paper

#: Of what was counted the first rows are shown; all that were recorded in the meeting.
MOST_ROWS = 9
PER_ROW = 4
CHINESE, LATIN = "Microsoft YaHei", "Calibri"
INK, BLUE, SOFT, GROUND, WHITE = "111111", "2450B8", "5B6270", "F5F6F9", "FFFFFF"
#: Inches of a wide slide.
WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.6
TOP, BOTTOM = 1.35, 6.85
#: Inches of a row of figures, a line of notes, the heading of a table, and of a line and the edges of its rows.
FIGURE, _NOTE, _HEADING, _LINE, _ROW_EDGES = 1.68, 0.26, 0.4, 0.21, 0.08
#: Letters that fit into a line of a table, with room for fonts wider than Calibri.
_LETTERS = 124


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


class _Flow:
    """The slides of one section, filled from the top; what finds no room any more begins the next one."""

    def __init__(self, file: Any, page: Page, paper: Paper) -> None:
        self._file, self._page, self._paper = file, page, paper
        self._slide: Any = None
        self._free = BOTTOM

    def place(self, height: float) -> tuple[Any, float]:
        """A slide with so many inches of room, and where they begin."""
        if self._slide is None or self._free + height > BOTTOM:
            self._slide, self._free = _slide(self._file, self._page.title, self._paper), TOP
        top, self._free = self._free, self._free + height
        return self._slide, top

    def left(self) -> float:
        """Inches that are left on the slide; of a new one where there is none yet."""
        return BOTTOM - (TOP if self._slide is None else self._free)

    def alone(self, title: str) -> Any:
        """A slide of its own under the name of the section."""
        self._slide = None
        return _slide(self._file, title, self._paper, above=self._page.title)


def _page(file: Any, page: Page, paper: Paper) -> None:
    flow = _Flow(file, page, paper)
    for first in range(0, len(page.figures), 2 * PER_ROW):
        figures = page.figures[first : first + 2 * PER_ROW]
        height = FIGURE * -(-len(figures) // PER_ROW)
        _figures(*flow.place(height), figures)
    if page.notes:
        height = 0.1 + sum(_NOTE * content.lines_of((note,), (_LETTERS,)) for note in page.notes)
        slide, top = flow.place(height)
        _text(slide, (EDGE, top, WIDTH - 2 * EDGE, height), *page.notes, size=14, colour=SOFT)
    for part in page.parts():
        _grid(flow, part) if isinstance(part, Grid) else _picture(flow.alone(part.title), part)
    if not (page.figures or page.notes or page.parts()):
        flow.place(0)


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


def _figures(slide: Any, begin: float, figures: Sequence[Figure]) -> None:
    width = (WIDTH - 2 * EDGE - 0.2 * (PER_ROW - 1)) / PER_ROW
    for place, figure in enumerate(figures):
        left, top = EDGE + (place % PER_ROW) * (width + 0.2), begin + (place // PER_ROW) * FIGURE
        _box(slide, (left, top, width, FIGURE - 0.15), GROUND)
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


def _grid(flow: _Flow, grid: Grid) -> None:
    """A table: what was recorded over as many slides as it needs, of what was counted as much as fits on one."""
    shown = grid.rows if grid.whole else grid.rows[:MOST_ROWS]
    columns = content.widths(grid, shown, _LETTERS)
    heights = [_height(row, columns) for row in (grid.heads, *shown)]
    if not grid.whole:
        shown = shown[: max(_fitting(heights, BOTTOM - TOP), 1)]
    rest = len(grid.rows) - len(shown)
    while shown:
        fits = min(_fitting(heights, flow.left()), len(shown))
        if fits < (min(len(shown), 3) if grid.whole else len(shown)):
            fits = min(max(_fitting(heights, BOTTOM - TOP), 1), len(shown))
        slide, top = flow.place(_HEADING + sum(heights[: fits + 1]) + 0.1)
        _text(slide, (EDGE, top, WIDTH - 2 * EDGE, _HEADING), grid.title, size=15, bold=True)
        _table(slide, top + _HEADING, (grid.heads, *shown[:fits]), heights, columns, grid.right)
        shown, heights = shown[fits:], [heights[0], *heights[fits + 1 :]]
    if rest > 0:
        slide, top = flow.place(_NOTE)
        _text(slide, (EDGE, top, WIDTH - 2 * EDGE, _NOTE), content.more(rest), size=12, colour=SOFT)


def _height(row: tuple[str, ...], columns: Sequence[float]) -> float:
    return _LINE * content.lines_of(row, columns) + _ROW_EDGES


def _fitting(heights: Sequence[float], room: float) -> int:
    """How many rows find room under the heading and the heads, which come first."""
    running = accumulate((_HEADING + heights[0] + 0.1 + _NOTE, *heights[1:]))
    return sum(height <= room for height in running) - 1


def _table(
    slide: Any, top: float, rows: Sequence[tuple[str, ...]], heights: Sequence[float], columns: Sequence[float],
    right: Sequence[bool],
) -> None:  # fmt: skip
    """The heads and the rows; heights in inches, columns in letters."""
    from pptx.util import Inches

    wide, high = WIDTH - 2 * EDGE, sum(heights[: len(rows)])
    table = slide.shapes.add_table(len(rows), len(columns), *map(Inches, (EDGE, top, wide, high))).table
    for column, letters in zip(table.columns, columns, strict=True):
        column.width = Inches(wide * letters / sum(columns))
    for n, (line, texts) in enumerate(zip(table.rows, rows, strict=True)):
        line.height = Inches(heights[n])
        for cell, text, ends in zip(line.cells, texts, right, strict=True):
            _cell(cell, text, head=n == 0, right=ends)


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
