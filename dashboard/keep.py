"""Keep as finding: a button at every chart, card and table with numbers, and the dialog that asks what was seen.

What is kept is the view as its address says it, the release its numbers come from, one of the numbers shown, and a
sentence: enough for the review to open the same picture again, and for an action to begin from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from analysis.periods import floor, shift
from analysis.results import Answer, NotEnoughData
from dashboard import finding_words, formats, presets, reason_words, session, url_state, who
from dashboard.gateway import findings, interviews, releases
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records import Condition, Period, Release
from data.records_improvement import Finding, Number, Unit

if TYPE_CHECKING:
    from dashboard.tables import Column

#: Numbers offered of one chart or table; whoever means another writes it into the sentence.
MOST = 120
#: Place of the choice to keep the view without a number.
_NONE = -1


@dataclass(frozen=True)
class Offered:
    """One number that can be kept: what it is called, what it is, and the days it is of; None = those of the view."""

    name: str
    number: Number
    period: Period | None = None


@dataclass(frozen=True)
class Seen:
    """A chart, card or table in front of the reader: its code on the page, its title and the numbers in it.

    only  What narrows the customers of the view to those it shows.
    """

    code: str
    title: str
    offered: Sequence[Offered]
    only: tuple[Condition, ...] = ()


def offer(code: str, seen: Callable[[], Seen]) -> None:
    """The button; what is in front of the reader is only gathered when it is pressed."""
    if st.button(_("Keep as finding"), key=f"keep-{code}", type="tertiary", icon=":material/keep:"):
        session.forget_all("keep.")
        st.dialog(_("Keep as finding"), width="medium")(_draw)(seen())


def _draw(seen: Seen) -> None:
    """The fields of the dialog; it closes when the finding is kept."""
    if session.get("keep.done") is not None:
        st.toast(_("Kept. It is with the findings on the page Actions, and for the agenda of the next review."))
        st.rerun()
    offered = list(seen.offered[:MOST])
    if session.get("keep.sentence") is None:
        session.put("keep.number", _usual(offered))
        session.put("keep.sentence", proposed(seen, _chosen(offered)))
    if offered:
        st.selectbox(
            _("Number"),
            [_NONE, *range(len(offered))],
            key="keep.number",
            format_func=lambda i: _("no number, the view alone") if i == _NONE else _named(offered[i]),
            on_change=_propose,
            args=(seen, offered),
        )
    st.text_area(_("What do you see?"), key="keep.sentence", max_chars=findings.LONGEST, height=110)
    taxonomy = interviews.taxonomy()
    st.selectbox(
        _("Reason it is about"),
        [reason.code for reason in taxonomy.choosable],
        index=None,
        key="keep.reason",
        format_func=lambda code: reason_words.reason(taxonomy, code),
        placeholder=_("none"),
    )
    if not who.you():
        st.text_input(_("You are"), key="keep.who", max_chars=80, placeholder=_("Your name"), width=240)
    st.caption(_("The view, its filters and release {n} are kept with it.").format(n=_release().number))
    st.button(_("Keep it"), key="keep.save", type="primary", on_click=_keep, args=(seen, offered))
    if refused := session.get("keep.refused"):
        st.error(formats.plain(in_this_language(refused)), icon=":material/error:")


def _usual(offered: Sequence[Offered]) -> int:
    """The number the dialog begins with: of numbers over time the latest, of others the first."""
    return len(offered) - 1 if offered and offered[-1].period is not None else 0 if offered else _NONE


def proposed(seen: Seen, one: Offered | None) -> str:
    """The sentence the dialog begins with."""
    return ": ".join(filter(None, (seen.title, _named(one) if one is not None else "")))


def _named(one: Offered) -> str:
    said = finding_words.number(one.number, _release().options.reporting_currency)
    return f"{one.name}: {said}" if one.name else said


def _propose(seen: Seen, offered: Sequence[Offered]) -> None:
    """Another number changes the sentence, unless somebody wrote one already."""
    if session.get("keep.sentence") in {proposed(seen, one) for one in (*offered, None)}:
        session.put("keep.sentence", proposed(seen, _chosen(offered)))


def _chosen(offered: Sequence[Offered]) -> Offered | None:
    i: int = session.get("keep.number", _NONE)
    return offered[i] if 0 <= i < len(offered) else None


def _keep(seen: Seen, offered: Sequence[Offered]) -> None:
    if not who.you():
        who.remember(session.get("keep.who") or "")
    try:
        kept = findings.keep(finding(seen, _chosen(offered)), who.you())
    except ReviewError as refused:
        session.put("keep.refused", str(refused))
        return
    session.forget_all("keep.")
    session.put("keep.done", kept.id)


def finding(seen: Seen, one: Offered | None) -> Finding:
    """What is kept: the view, the number and the words in the dialog."""
    release, view = _release(), url_state.current()
    period = one.period if one is not None and one.period is not None else _of_view()
    return Finding(
        sentence=(session.get("keep.sentence") or "").strip(),
        page=session.get("page", "overview"),
        params={name: tuple(values) for name, values in url_state.address().items() if name != "release"},
        release=release.number,
        chart=seen.code,
        number=None if one is None else one.number,
        segment=replace(view.segment, conditions=(*view.segment.conditions, *seen.only)),
        start=period.start,
        end=period.end,
        reason=session.get("keep.reason") or "",
    )


def _release() -> Release:
    return releases.chosen(url_state.current().release)


def _of_view() -> Period:
    return releases.whole_range(presets.scope_of(url_state.current(), _release().as_of))


def of_rows(code: str, data: Mapping[str, Sequence[Mapping[str, object]]], unit: str) -> list[Offered]:
    """The numbers in the rows of a chart, in the order they stand there."""
    found = [_of_row(code, row, unit) for rows in data.values() for row in rows]
    return list({(one.name, one.number.value): one for one in found if one is not None}.values())


def _of_row(code: str, row: Mapping[str, object], unit: str) -> Offered | None:
    """The number of one mark; limits are those of its value, not the ends of a bar."""
    value = row.get("value", row.get("amount", row.get("share")))
    if not isinstance(value, int | float) or not row.get("shown"):
        return None
    limits = [row.get(name) if "value" in row else None for name in ("low", "high")]
    low, high = (_stored(limit, unit) if isinstance(limit, int | float) else None for limit in limits)
    number = Number(code, _UNITS.get(unit, "number"), _stored(value, unit), low, high)
    return Offered(_called(row), number, _days(row))


#: Units of a chart -> that of the number kept.
_UNITS: dict[str, Unit] = {"rate": "rate", "points": "rate", "money": "money", "count": "count"}


def _stored(value: float, unit: str) -> float:
    """A value of a chart as it is kept: points as shares, money in its minor unit."""
    if unit == "points":
        return value / 100
    return value * 10 ** formats.exponent(_release().options.reporting_currency) if unit == "money" else float(value)


def _called(row: Mapping[str, object]) -> str:
    kind = "step" if "step" in row else "kind"
    names = [row.get(field) for field in ("cohort", "group", "name", "series", kind)]
    return " · ".join(dict.fromkeys(str(name) for name in names if isinstance(name, str) and name))


def _days(row: Mapping[str, object]) -> Period | None:
    """The days a mark is of: those of the list it leads to, else the period it stands at."""
    start, end = (_day(row.get(name)) for name in ("start", "end"))
    if start and end:
        return Period(start, end)
    at, grain = _day(str(row.get("at", "")).partition("|")[0]), url_state.current().grain
    return Period(at, shift(at, grain, 1)) if at and floor(at, grain) == at else None


def _day(text: object) -> date | None:
    return url_state.read_day(text) if isinstance(text, str) else None


def of_table(rows: Sequence[Mapping[str, object]], columns: "Sequence[Column]") -> list[Offered]:
    """The numbers of a table, row by row; limits stand with their value."""
    named = [column.field for column in columns if column.kind in {"text", "day"}][:_NAMES]
    valued = [c for c in columns if c.kind in _KINDS and c.field.removesuffix("_low").removesuffix("_high") == c.field]
    found: list[Offered] = []
    for row in rows[:MOST]:
        name = " · ".join(str(row[field]) for field in named if row.get(field) not in (None, ""))
        found += [_of_cell(f"{name} · {c.name}".removeprefix(" · "), row, c) for c in valued if _held(row, c.field)]
    return found[:MOST]


#: Columns of words that name a row.
_NAMES = 3
_KINDS: dict[str, Unit] = {"rate": "rate", "money": "money", "count": "count", "ratio": "number", "number": "number"}


def _held(row: Mapping[str, object], field: str) -> bool:
    return isinstance(row.get(field), int | float)


def _of_cell(name: str, row: Mapping[str, object], column: "Column") -> Offered:
    values = [row.get(f"{column.field}{end}") for end in ("", "_low", "_high")]
    value, low, high = (float(each) if isinstance(each, int | float) else None for each in values)
    return Offered(name, Number(column.field, _KINDS[column.kind], value, low, high), _days(row))


def of_answer(code: str, answer: Answer, unit: str, period: Period | None) -> list[Offered]:
    """The one number of a card; none where there are not enough data for one."""
    if isinstance(answer, NotEnoughData):
        return []
    kept = Number(code, _KINDS.get(unit, "number"), answer.value, answer.low, answer.high, answer.confidence, answer.n)
    return [Offered("", kept, period)]
