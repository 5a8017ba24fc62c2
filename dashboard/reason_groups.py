"""Reasons over time and by attribute, each share with its interval and the number it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from analysis.feedback.losses import Kind, Loss
from analysis.feedback.report import enough, grouped
from analysis.periods import floor
from analysis.results import Answer, NotEnoughData
from dashboard import figures, formats, kpi_charts, reason_pareto, reason_words, url_state
from dashboard.charts import base, intervals, stacks
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import _, current

#: Reasons with a colour of their own over time, and values of an attribute shown one by one.
MOST_REASONS, MOST_VALUES = 6, 12


def draw(found: Looked, look: Look) -> None:
    """One kind of reasons per period, then one reason per value of an attribute."""
    kind = reason_pareto.choose_kind()
    known = [loss for loss in found.losses if loss.reason(kind)]
    if not known:
        st.info(_("None of these losses has such a reason."))
        return
    if look.release.shape != "snapshot":
        figures.draw(over_time(known, kind, found, look), key="reasons-over-time")
    _draw_by_attribute(known, kind, found, look)


def over_time(known: Sequence[Loss], kind: Kind, found: Looked, look: Look) -> Chart:
    """Losses per period, stacked by reason."""
    counts: dict[date, Counter[str]] = {}
    for loss in known:
        counts.setdefault(floor(loss.lost_on, look.grain), Counter())[loss.reason(kind)] += 1
    total = sum(counts.values(), Counter[str]())
    top = [code for code, _n in total.most_common(MOST_REASONS)]
    names = {code: reason_words.reason(found.feedback.taxonomy, code) for code in top}
    starts = sorted(counts)
    groups = grouped(known, kind, lambda loss: floor(loss.lost_on, look.grain).isoformat())
    return Chart(
        title=_("How did the reasons change?"),
        spec=stacks.spec(current(), _("Losses"), base.value_format("count"), (*names.values(), _("All others")), False),
        data={
            "parts": [part for i, start in enumerate(starts) for part in _parts(start, i, counts[start], names, look)]
        },
        alt=_("Losses per period by reason"),
        table=[_told(formats.period(start, look.grain), groups[start.isoformat()], names) for start in starts],
        note=_("A loss counts in the period of its day. The table has the share of each reason with its interval."),
    )


def _parts(start: date, i: int, codes: Counter[str], names: Mapping[str, str], look: Look) -> list[dict[str, Any]]:
    shown = {names[code]: codes[code] for code in names}
    shown[_("All others")] = codes.total() - sum(shown.values())
    place = {
        "at": base.tick(start, look.grain, first=i == 0),
        "name": formats.period(start, look.grain),
        "complete": True,
    }
    return [
        {**place, "kind": name, "amount": n, "shown": formats.count(n), "rank": rank}
        for rank, (name, n) in enumerate(shown.items())
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


def _draw_by_attribute(known: Sequence[Loss], kind: Kind, found: Looked, look: Look) -> None:
    labels = {attribute.key: attribute.label for attribute in look.attributes}
    codes = [code for code, _n in Counter(loss.reason(kind) for loss in known).most_common()]
    taxonomy = found.feedback.taxonomy
    if not labels:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="groups-head"):
        usual = next((key for key in ("industry", "plan") if key in labels), next(iter(labels)))
        attribute = url_state.choice(_box, _("By"), "by", list(labels), labels.__getitem__, usual)
        named = {code: reason_words.reason(taxonomy, code) for code in codes}
        code = url_state.choice(_box, _("Share of"), "of", codes, named.__getitem__, codes[0])
    figures.draw(by_attribute(known, kind, code, attribute, labels[attribute], found), key="reasons-by-attribute")


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=300, **looks)


def by_attribute(known: Sequence[Loss], kind: Kind, code: str, attribute: str, label: str, found: Looked) -> Chart:
    """The share of one reason among the losses of each value, most losses first."""
    values = reasons.values(found.scope, found.period, attribute)
    groups = grouped(known, kind, lambda loss: values.get(loss.customer_id, ""))
    ordered = sorted(groups.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_VALUES]
    shares = [(value or _("(none)"), n, _share(code, n, answers)) for value, (n, answers) in ordered]
    points = [_point(i, name, n, share) for i, (name, n, share) in enumerate(shares)]
    reason = reason_words.reason(found.feedback.taxonomy, code)
    height = 44 * max(len(points), 2) + 60
    return Chart(
        title=_("Where is “{reason}” the reason?").format(reason=reason),
        spec=intervals.spec(current(), _("Share of the losses with such a reason"), base.value_format("rate"), height),
        data={"estimates": [point for point in points if point is not None]},
        alt=_("Share of one reason by {attribute}").format(attribute=label),
        note=_("Values with fewer than ten losses have no share: by chance alone it could be almost anything."),
        table=[
            {label: name, _("Losses"): formats.count(n), _("Share"): kpi_charts.in_words(share, "rate")}
            for name, n, share in shares
        ],
    )


def _share(code: str, n: int, answers: Mapping[str, Answer]) -> Answer:
    """The share of a reason in a group; a reason that nobody there gave has a share of none, if enough were asked."""
    return answers.get(code, enough(0, n))


def _point(i: int, name: str, n: int, share: Answer) -> dict[str, Any] | None:
    if isinstance(share, NotEnoughData):
        return None
    shown = _("{share} of {n}").format(share=formats.rate(share.value), n=formats.count(n))
    place = f"{i:02}|{name}"
    return {"place": place, "name": name, "value": share.value, "low": share.low, "high": share.high, "shown": shown}
