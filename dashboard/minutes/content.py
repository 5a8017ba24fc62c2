"""What a document of a review shows, page by page, whatever the format: figures, tables, charts and sentences."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from dashboard import action_words, formats, pack_charts, pack_words
from dashboard.charts.base import Chart
from dashboard.language import _
from dashboard.said import in_this_language
from data.records_improvement import ProofMetric
from data.records_reviews import Minutes

Document = Mapping[str, Any]
#: Columns of a table that find room on paper; all others stand in the app.
PRINTED = {
    "actions": ("title", "state", "effect", "metric", "owner", "check_on", "release"),
    "largest_losses": ("name", "mrr_cents", "lost_on", "cause", "stated", "diagnosed", "suggested"),
    "unlike_others": ("attribute", "value", "customers", "churned", "rate", "lift", "verdict"),
    "changed": ("attribute", "value", "rate_before", "rate_after", "rate_effect", "p_adjusted"),
    "reasons": ("reason", "kind", "customers", "customers_before", "mrr_cents", "share"),
    "experiments": ("name", "state", "measure", "assigned", "effect", "verdict", "decision"),
}


@dataclass(frozen=True)
class Figure:
    """One key figure in words: what it is, its value, its interval, and what it was before."""

    name: str
    value: str
    limits: str
    before: str


@dataclass(frozen=True)
class Grid:
    """A table in words; `right`: whether a column is of numbers; `whole`: no row of it may be left out."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    whole: bool = False


@dataclass(frozen=True)
class Page:
    """One section: what leads it, then its charts and tables, then what must be known.

    tables_first  The tables are the answer, and the charts what it rests on.
    """

    title: str
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    tables_first: bool = False

    def parts(self) -> tuple[Chart | Grid, ...]:
        """Charts and tables in the order they are read."""
        return (*self.grids, *self.charts) if self.tables_first else (*self.charts, *self.grids)


@dataclass(frozen=True)
class Paper:
    """The whole document; `foot` stands on every page and names the release."""

    title: str
    subtitle: str
    foot: str
    facts: tuple[tuple[str, str], ...]
    pages: tuple[Page, ...]


def paper(pack: Document, minutes: Document | None = None, signed: str = "") -> Paper:
    """The pack of a review, after its minutes where they are written; `signed`: by whom."""
    quarter = formats.period(date.fromisoformat(pack["start"]), "quarter")
    as_of = formats.day(date.fromisoformat(pack["as_of"]))
    head = _("Churn review {quarter}").format(quarter=quarter)
    foot = _("{review} · data release {n} as of {day}").format(review=head, n=pack["release"], day=as_of)
    kind = _("Numbers of the quarter") if minutes is None else _("Minutes and numbers of the quarter")
    pages = (*(() if minutes is None else _minutes(minutes)), *(_page(one, pack) for one in pack["sections"]))
    return Paper((minutes or {}).get("title") or head, kind, foot, _facts(pack, minutes, signed), pages)


def signature(minutes: Minutes | None) -> str:
    """By whom minutes were signed, and when; nothing while they are not."""
    if minutes is None or minutes.signed_at is None:
        return ""
    return _("{who}, {at}").format(who=minutes.signed_by, at=formats.moment(minutes.signed_at))


def _facts(pack: Document, minutes: Document | None, signed: str) -> tuple[tuple[str, str], ...]:
    as_of = formats.day(date.fromisoformat(pack["as_of"]))
    told = [
        (_("Quarter"), formats.period(date.fromisoformat(pack["start"]), "quarter")),
        (_("Data release"), str(pack["release"])),
        (_("Data up to"), as_of),
        (_("Code version"), pack["code"]),
    ]
    if minutes is not None:
        present = [one for one in minutes["attendees"] if one["present"]]
        told += [(_("Moderator"), minutes["moderator"])] if minutes["moderator"] else []
        told += [(_("Attended"), _people(present))] if present else []
        told += [(_("Signed by"), signed or _("not signed yet"))]
    return tuple(told)


def _people(present: Iterable[Document]) -> str:
    return ", ".join(f"{p['name']} ({p['department']})" if p["department"] else p["name"] for p in present)


def _minutes(minutes: Document) -> tuple[Page, ...]:
    decisions, actions = _decisions(minutes), _actions(minutes)
    first = Page(
        _("Decisions and actions"),
        grids=tuple(grid for grid in (decisions, actions) if grid.rows),
        notes=() if decisions.rows or actions.rows else (_("Nothing was decided."),),
    )
    talk = tuple(grid for grid in (_departments(minutes), _findings(minutes), _notes(minutes)) if grid.rows)
    return (first, Page(_("What was said"), grids=talk)) if talk else (first,)


def _decisions(minutes: Document) -> Grid:
    rows = [(d["text"], _about(d), d["owner"] or formats.NOTHING, _day(d["due"])) for d in minutes["decisions"]]
    heads = (_("Decision"), _("On"), _("Owner"), _("Due"))
    return Grid(_("Decisions"), heads, tuple(rows), (False,) * 4, whole=True)


def _about(item: Document) -> str:
    if item["kind"] in {"verdicts", "question"}:
        return pack_words.section(item["ref"])
    return item["title"] or pack_words.section_or(item["ref"]) or formats.NOTHING


def _actions(minutes: Document) -> Grid:
    heads = (_("Action"), _("Owner"), _("Due"), _("State"), _("Number it must move"), _("Check date"))
    rows = [
        (
            a["title"],
            a["owner"] or formats.NOTHING,
            _day(a["due"]),
            _(action_words.STATES[a["state"]]),
            _metric(a["metric"]),
            _day(a["check_on"]),
        )
        for a in minutes["actions"]
    ]
    return Grid(_("Actions"), heads, tuple(rows), (False,) * 6, whole=True)


def _metric(found: Document | None) -> str:
    return formats.NOTHING if found is None else action_words.metric(ProofMetric(**found))


def _day(text: str | None) -> str:
    return formats.day(date.fromisoformat(text)) if text else formats.NOTHING


def _departments(minutes: Document) -> Grid:
    rows = [
        (d["department"] or _("(none)"), formats.count(d["present"]), formats.count(d["of"]))
        for d in minutes["departments"]
    ]
    return Grid(
        _("Attendance"), (_("Department"), _("Attended"), _("Invited")), tuple(rows), (False, True, True), whole=True
    )


def _findings(minutes: Document) -> Grid:
    rows = [(f["sentence"], _number(f), str(f["release"])) for f in minutes["findings"]]
    return Grid(
        _("Findings"), (_("Finding"), _("Number"), _("Data release")), tuple(rows), (False, True, True), whole=True
    )


def _number(found: Document) -> str:
    if found["value"] is None:
        return formats.NOTHING
    limits = pack_words.limits(found, found["unit"])
    shown = pack_words.amount(found["value"], found["unit"])
    return f"{shown} ({limits})" if limits else shown


def _notes(minutes: Document) -> Grid:
    said = [(_("The review as a whole"), note["text"], note["who"]) for note in minutes.get("notes", ())]
    said += [(_about(item), note["text"], note["who"]) for item in minutes["items"] for note in item["notes"]]
    said += [(_("Parked"), note["text"], note["who"]) for note in minutes["parking"]]
    return Grid(_("Notes"), (_("On"), _("Note"), _("Said by")), tuple(said), (False,) * 3, whole=True)


def _page(found: Document, pack: Document) -> Page:
    drawn = (pack_charts.chart(one, pack) for one in found["charts"])
    told = [in_this_language(text) for text in (found["unknown"], *found["notes"]) if text]
    return Page(
        pack_words.section(found["key"]),
        tuple(_figure(one, pack) for one in found["figures"]),
        tuple(chart for chart in drawn if chart is not None),
        tuple(_grid(one, pack) for one in found["tables"] if one["rows"]),
        tuple(told),
        tables_first=found["key"] in pack_words.TABLE_FIRST,
    )


def _figure(found: Document, pack: Document) -> Figure:
    currency, unit = pack["currency"], found["unit"]
    name = pack_words.figure(found["name"])
    if found["value"] is None:
        return Figure(name, _("unknown"), pack_words.why_unknown(found), "")
    before = found["before"]
    was = "" if before is None else _("before: {value}").format(value=pack_words.amount(before, unit, currency))
    return Figure(
        name, pack_words.amount(found["value"], unit, currency), pack_words.limits(found, unit, currency), was
    )


_OF_NUMBERS = frozenset({"count", "money", "rate", "points", "number", "p", "measured", "amount"})


def _grid(found: Document, pack: Document) -> Grid:
    wanted = PRINTED.get(found["key"])
    columns: Sequence[Document] = [c for c in found["columns"] if wanted is None or c["field"] in wanted]
    return Grid(
        pack_words.table(found["key"]),
        tuple(pack_words.column(c["name"]) for c in columns),
        tuple(tuple(_cell(row, c, pack) for c in columns) for row in found["rows"]),
        tuple(c["kind"] in _OF_NUMBERS for c in columns),
    )


def _cell(row: Document, column: Document, pack: Document) -> str:
    """One cell; the state of an action that stands elsewhere than its verdict says both."""
    shown, verdict = pack_words.cell(row, column, pack), row.get("verdict")
    if column["kind"] != "state" or not verdict or verdict == row["state"]:
        return shown
    return f"{shown} ({_(pack_words.VERDICTS[verdict])})"


def more(n: int) -> str:
    """What stands under a table of which only the first rows are shown."""
    return _("{n} more rows are in the app.").format(n=formats.count(n))


def printable(text: str) -> str:
    """The text without the signs that no XML may hold: a soft line break pasted from slides is one."""
    return _UNPRINTABLE.sub(" ", text)


_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def width_of(text: str) -> int:
    """How wide a text is written, in letters; a Chinese sign is as wide as two."""
    return sum(2 if sign > "\u2e80" else 1 for sign in text)


#: Letters between a text and the edges of its cell, and a text that is short enough to stand in one line.
_EDGES, _IN_ONE_LINE = 3, 8


def widths(grid: Grid, rows: Sequence[tuple[str, ...]], letters: float) -> tuple[float, ...]:
    """Letters per column of a table `letters` wide: no word is broken, and longer texts have more of the rest."""
    columns = list(zip(grid.heads, *rows, strict=True))
    least = [max(map(_unbroken, column)) + _EDGES for column in columns]
    wanted = [max(map(width_of, column)) + _EDGES for column in columns]
    spare, more = letters - sum(least), sum(wanted) - sum(least)
    if spare > 0 and more > 0:
        least = [low + (high - low) * min(1, spare / more) for low, high in zip(least, wanted, strict=True)]
    return tuple(letters * width / sum(least) for width in least)


def _unbroken(text: str) -> int:
    """How wide a column must be that no word of the text is broken; a Chinese one breaks after every sign."""
    if width_of(text) <= _IN_ONE_LINE:
        return width_of(text)
    return max(map(width_of, _WORDS.findall(text)), default=0)


_WORDS = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+")


def lines_of(row: tuple[str, ...], columns: Sequence[float]) -> int:
    """How many lines a row takes in columns of so many letters."""
    wide = (width_of(text) / max(width - _EDGES, 1) for text, width in zip(row, columns, strict=True))
    return max(1, *(ceil(lines - 0.01) for lines in wide))
