"""The document as a Word file: key figures, charts and tables by section, the release on every page."""

from io import BytesIO
from typing import Any

from dashboard.minutes import content, pictures
from dashboard.minutes.content import Figure, Grid, Page, Paper

MOST_ROWS = 15
#: Used for Chinese signs; Word falls back to another font where a machine lacks it.
CHINESE = "Microsoft YaHei"
LATIN = "Calibri"
BLUE, SOFT, GROUND, RULE = "2450B8", "5B6270", "F5F6F9", "DFE2E9"
PER_ROW = 4
#: Centimetres between the edges of a page, and the letters of a table's size that fit beside each other there.
WIDTH, LETTERS = 17, 100


def docx(paper: Paper) -> bytes:
    """The whole document."""
    import docx as word

    file = word.Document()
    _set_page(file, paper)
    _set_fonts(file)
    _front(file, paper)
    for number, page in enumerate(paper.pages):
        _page(file, page, begins=number > 0)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _set_page(file: Any, paper: Paper) -> None:
    from docx.shared import Cm

    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(1.8)
    file.core_properties.title, file.core_properties.author = content.printable(paper.title), ""
    foot = section.footer.paragraphs[0]
    _run(foot, f"{paper.foot} · ", size=8, colour=SOFT)
    _page_number(foot)


def _page_number(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = _run(paragraph, "", size=8, colour=SOFT)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(run._r)
    paragraph._p.append(field)


def _set_fonts(file: Any) -> None:
    from docx.shared import Pt, RGBColor

    for name, size, colour in (
        ("Normal", 10, None), ("Title", 26, "111111"), ("Heading 1", 17, BLUE), ("Heading 2", 11, "111111"),
    ):  # fmt: skip
        style = file.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        _speak_chinese(style.element.get_or_add_rPr())
        if colour is not None:
            style.font.color.rgb, style.font.bold = RGBColor.from_string(colour), True
    file.styles["Normal"].paragraph_format.space_after = Pt(4)


def _speak_chinese(properties: Any) -> None:
    """The font of Chinese signs, which a name alone does not set."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), CHINESE)


def _front(file: Any, paper: Paper) -> None:
    file.add_paragraph(content.printable(paper.title), style="Title")
    _run(file.add_paragraph(), paper.subtitle, size=13, colour=SOFT)
    table = file.add_table(rows=0, cols=2)
    for name, value in paper.facts:
        cells = table.add_row().cells
        _write(cells[0], name, size=10, colour=SOFT)
        _write(cells[1], value, size=10)
    _widths(table, (4, 13))


def _page(file: Any, page: Page, *, begins: bool) -> None:
    heading = file.add_heading(page.title, level=1)
    heading.paragraph_format.page_break_before = begins
    if page.figures:
        _figures(file, page.figures)
    for part in page.parts():
        _grid(file, part) if isinstance(part, Grid) else _picture(file, part)
    for note in page.notes:
        _run(file.add_paragraph(), note, size=9, colour=SOFT)


def _figures(file: Any, figures: tuple[Figure, ...]) -> None:
    rows = [figures[i : i + PER_ROW] for i in range(0, len(figures), PER_ROW)]
    table = file.add_table(rows=len(rows), cols=PER_ROW)
    for cells, row in zip((r.cells for r in table.rows), rows, strict=True):
        for cell, figure in zip(cells, row, strict=False):
            _shade(cell, GROUND)
            _write(cell, figure.name, size=8, colour=SOFT)
            _run(cell.add_paragraph(), figure.value, size=15, bold=True)
            for text in (figure.limits, figure.before):
                if text:
                    _run(cell.add_paragraph(), text, size=8, colour=SOFT)
    _widths(table, (WIDTH / PER_ROW,) * PER_ROW)
    file.add_paragraph()


def _picture(file: Any, chart: Any) -> None:
    from docx.shared import Cm

    file.add_heading(content.printable(chart.title), level=2)
    shape = file.add_picture(BytesIO(pictures.png(chart, width=600)), width=Cm(WIDTH))
    shape._inline.docPr.set("descr", content.printable(chart.alt))
    # A tall chart would be cut at the end of the page.
    if shape.height > Cm(10.5):
        shape.width, shape.height = int(shape.width * Cm(10.5) / shape.height), Cm(10.5)
    if chart.note:
        _run(file.add_paragraph(), chart.note, size=8, colour=SOFT)


def _grid(file: Any, grid: Grid) -> None:
    file.add_heading(grid.title, level=2)
    table = file.add_table(rows=1, cols=len(grid.heads))
    _rule(table)
    for cell, text, right in zip(table.rows[0].cells, grid.heads, grid.right, strict=True):
        _shade(cell, BLUE)
        _write(cell, text, size=8, colour="FFFFFF", bold=True, right=right)
    _repeat(table.rows[0])
    shown = grid.rows if grid.whole else grid.rows[:MOST_ROWS]
    for row in shown:
        for cell, text, right in zip(table.add_row().cells, row, grid.right, strict=True):
            _write(cell, text, size=8, right=right)
    _widths(table, tuple(WIDTH * n / LETTERS for n in content.widths(grid, shown, LETTERS)))
    rest = len(grid.rows) - len(shown)
    _run(file.add_paragraph(), content.more(rest) if rest > 0 else "", size=8, colour=SOFT)


def _rule(table: Any) -> None:
    """A thin line under each row."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    lines = OxmlElement("w:tblBorders")
    for side in ("w:insideH", "w:bottom"):
        line = OxmlElement(side)
        for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:color", RULE)):
            line.set(qn(name), value)
        lines.append(line)
    table._tbl.tblPr.append(lines)


def _repeat(row: Any) -> None:
    """The heads stand again on the next page; a row is never cut in two."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    properties.append(OxmlElement("w:cantSplit"))


def _widths(table: Any, centimetres: tuple[float, ...]) -> None:
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, centimetres, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, centimetres, strict=True):
            cell.width = Cm(width)


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _write(cell: Any, text: str, *, size: float, colour: str = "", bold: bool = False, right: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, text, size=size, colour=colour, bold=bold)


def _run(paragraph: Any, text: str, *, size: float, colour: str = "", bold: bool = False) -> Any:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(content.printable(text))
    run.font.size, run.font.bold = Pt(size), bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    _speak_chinese(run._r.get_or_add_rPr())
    return run
