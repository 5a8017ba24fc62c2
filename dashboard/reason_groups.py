"""Reasons over time and by attribute, each share with its interval and the number it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from analysis.feedback.groups import Part
from analysis.feedback.losses import Kind
from analysis.feedback.report import enough, grouped
from analysis.periods import shift
from analysis.results import Answer, NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, reason_pareto, reason_words, url_state
from dashboard.charts import base, intervals, stacks
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import _, current
from dashboard.reason_pareto import Behind
from data.records import Condition, Period

#: Reasons with a colour of their own over time, and values of an attribute shown one by one.
MOST_REASONS, MOST_VALUES = 6, 12


def draw(found: Looked, look: Look) -> None:
    """One kind of reasons per period, then one reason per value of an attribute; a click lists the customers."""
    kind = reason_pareto.choose_kind()
    if not any(row.kind == kind for row in found.report.rows):
        st.info(_("None of these losses has such a reason."))
        return
    if look.release.shape != "snapshot":
        _draw_customers(_draw_over_time(kind, found, look), found, look, "reason-then")
    _draw_customers(_draw_by_attribute(kind, found, look), found, look, "reason-there")


def _draw_customers(behind: Behind | None, found: Looked, look: Look, key: str) -> None:
    if behind is not None:
        reason_pareto.draw_customers(found, behind, look, key)


def _draw_over_time(kind: Kind, found: Looked, look: Look) -> Behind | None:
    parts = found.by_time
    picked = drill.picked(figures.draw(over_time(parts, kind, found, look), key="reasons-over-time"))
    if not picked:
        return None
    start, codes = date.fromisoformat(picked["start"]), tuple(picked["pick"].split("|"))
    n = sum(p.customers for p in parts if p.of.place == picked["start"] and p.of.reason(kind) in codes)
    left = Period(start, shift(start, look.grain, 1))
    return Behind(kind, codes, n, left=left, of_which=formats.period(start, look.grain))


def over_time(parts: Sequence[Part], kind: Kind, found: Looked, look: Look) -> Chart:
    """Losses per period, stacked by reason."""
    counts: dict[date, Counter[str]] = {}
    for part in parts:
        if code := part.of.reason(kind):
            counts.setdefault(date.fromisoformat(part.of.place), Counter())[code] += part.customers
    top = [row.reason for row in found.report.rows if row.kind == kind][:MOST_REASONS]
    names = {code: reason_words.reason(found.feedback.taxonomy, code) for code in top}
    starts, groups = sorted(counts), grouped(parts, kind)
    stacked = (*names.values(), _("All others"))
    return Chart(
        title=_("How did the reasons change?"),
        spec=stacks.spec(current(), _("Losses"), base.value_format("count"), stacked, picks=("start", "pick")),
        data={
            "parts": [part for i, start in enumerate(starts) for part in _parts(start, i, counts[start], names, look)]
        },
        alt=_("Losses per period by reason"),
        table=[_told(formats.period(start, look.grain), groups[start.isoformat()], names) for start in starts],
        note=_(
            "A loss counts in the period of its day; click a bar to see its customers. The table has the share of each "
            "reason with its interval."
        ),
        unit="count",
        picks=("pick",),
    )


def _parts(start: date, i: int, codes: Counter[str], names: Mapping[str, str], look: Look) -> list[dict[str, Any]]:
    others = sorted(code for code in codes if code not in names)
    shown = [(name, code, codes[code]) for code, name in names.items()]
    shown.append((_("All others"), "|".join(others), sum(codes[code] for code in others)))
    place = {
        "at": base.tick(start, look.grain, first=i == 0),
        "name": formats.period(start, look.grain),
        "complete": True,
        "start": start.isoformat(),
    }
    return [
        {**place, "kind": name, "amount": n, "shown": formats.count(n), "rank": rank, "pick": pick}
        for rank, (name, pick, n) in enumerate(shown)
        if n
    ]


def _told(group: str, found: tuple[int, Mapping[str, Answer]], names: Mapping[str, str]) -> dict[str, str]:
    n, shares = found
    none = NotEnoughData("")
    told = {
        name: kpi_charts.in_words(shares.get(code, none), "rate") if code in shares else "–"
        for code, name in names.items()
    }
    return {_("Group"): group, _("Losses"): formats.count(n), **told}


def _draw_by_attribute(kind: Kind, found: Looked, look: Look) -> Behind | None:
    labels = {attribute.key: attribute.label for attribute in look.attributes}
    codes = [row.reason for row in found.report.rows if row.kind == kind]
    taxonomy = found.feedback.taxonomy
    if not labels:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", key="groups-head"):
        usual = next((key for key in ("industry", "plan") if key in labels), next(iter(labels)))
        attribute = url_state.choice(_box, _("By"), "by", list(labels), labels.__getitem__, usual)
        named = {code: reason_words.reason(taxonomy, code) for code in codes}
        code = url_state.choice(_box, _("Share of"), "of", codes, named.__getitem__, codes[0])
    parts = reasons.by_attribute(found, attribute)
    chart = by_attribute(parts, kind, code, labels[attribute], found)
    picked = drill.picked(figures.draw(chart, key="reasons-by-attribute"))
    if not picked:
        return None
    value = picked["pick"]
    n = sum(p.customers for p in parts if p.of.place == value and p.of.reason(kind) == code)
    only, name = (Condition(attribute, "in", (value,)),), value or _("(none)")
    return Behind(kind, (code,), n, narrowed=only, of_which=f"{labels[attribute]}: {name}")


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=300, **looks)


def by_attribute(parts: Sequence[Part], kind: Kind, code: str, label: str, found: Looked) -> Chart:
    """The share of one reason among the losses of each value, most losses first."""
    ordered = sorted(grouped(parts, kind).items(), key=lambda item: (-item[1][0], item[0]))[:MOST_VALUES]
    shares = [(value, n, _share(code, n, answers)) for value, (n, answers) in ordered]
    points = [_point(i, value, n, share) for i, (value, n, share) in enumerate(shares)]
    reason = reason_words.reason(found.feedback.taxonomy, code)
    height, axis = 44 * max(len(points), 2) + 60, _("Share of the losses with such a reason")
    return Chart(
        title=_("Where is “{reason}” the reason?").format(reason=reason),
        spec=intervals.spec(current(), axis, base.value_format("rate"), height, picks=True),
        data={"estimates": [point for point in points if point is not None]},
        alt=_("Share of one reason by {attribute}").format(attribute=label),
        note=_(
            "Values with fewer than ten losses have no share: by chance alone it could be almost anything. "
            "Click a point to see its customers."
        ),
        table=[
            {label: value or _("(none)"), _("Losses"): formats.count(n), _("Share"): kpi_charts.in_words(share, "rate")}
            for value, n, share in shares
        ],
        picks=("pick",),
    )


def _share(code: str, n: int, answers: Mapping[str, Answer]) -> Answer:
    """The share of a reason in a group; a reason that nobody there gave has a share of none, if enough were asked."""
    return answers.get(code, enough(0, n))


def _point(i: int, value: str, n: int, share: Answer) -> dict[str, Any] | None:
    if isinstance(share, NotEnoughData):
        return None
    shown = _("{share} of {n}").format(share=formats.rate(share.value), n=formats.count(n))
    name = value or _("(none)")
    limits = {"value": share.value, "low": share.low, "high": share.high}
    return {"place": f"{i:02}|{name}", "name": name, "shown": shown, "pick": value, **limits}
