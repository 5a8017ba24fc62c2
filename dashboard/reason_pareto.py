"""Reasons by size: which few make up most of the losses, and the customers behind each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from analysis.feedback.losses import KINDS, Kind, Loss
from analysis.feedback.report import ReasonRow
from analysis.results import NotEnoughData
from dashboard import drill, figures, formats, interview_list, kpi_charts, reason_words, tables, url_state
from dashboard.charts import base, pareto
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import N_, _, current
from dashboard.tables import Column
from data.records import Condition, Period

UNITS = {"count": N_("Customers"), "money": N_("Revenue")}


def draw(found: Looked, look: Look) -> None:
    """One kind of reasons by customers or revenue; a click on a bar lists its customers."""
    kind = choose_kind()
    unit = url_state.choice(_bar, _("Counted in"), "in", list(UNITS), lambda c: _(UNITS[c]), "count")
    rows = [row for row in found.report.rows if row.kind == kind]
    st.markdown(f"**{formats.plain(_known(rows, found, look))}**")
    if not rows:
        st.info(_nothing(kind))
        return
    selection = figures.draw(chart(rows, found, look, unit), key="pareto")
    tables.downloads(lambda: [_flat(row, found) for row in rows], _columns(), name="reasons", currency=look.currency)
    code = _picked(selection)
    draw_customers(found, Behind(kind, (code,), sum(row.customers for row in rows if row.reason == code)), look)


def choose_kind() -> Kind:
    """Which of the three reasons."""
    chosen = url_state.choice(_bar, _("Reason"), "kind", KINDS, lambda c: _(reason_words.KINDS[c]), "stated")
    return next(kind for kind in KINDS if kind == chosen)


def _bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, **looks)


def _known(rows: Sequence[ReasonRow], found: Looked, look: Look) -> str:
    text = _("{n} of {lost} losses have such a reason; all of them together paid {money} a month")
    return text.format(
        n=formats.count(sum(row.customers for row in rows)),
        lost=formats.count(found.report.losses),
        money=formats.money(found.report.mrr_cents, look.currency, compact=True),
    )


def _nothing(kind: Kind) -> str:
    return {
        "stated": _("No reason was given or imported: reasons come with cancellations and exit surveys."),
        "diagnosed": _("No interview about these losses has named a reason yet. Begin one on the page Interviews."),
        "suggested": _("Nothing recorded before these losses points to a reason."),
    }[kind]


def chart(rows: Sequence[ReasonRow], found: Looked, look: Look, unit: str) -> Chart:
    """Bars by size with the running share."""
    amounts = {row.reason: row.customers if unit == "count" else row.mrr_cents for row in rows}
    ordered = sorted(rows, key=lambda row: -amounts[row.reason])
    total, running, causes = sum(amounts.values()), 0, list[dict[str, Any]]()
    for i, row in enumerate(ordered):
        amount = amounts[row.reason]
        running += amount
        causes.append(_bar_of(row, found, look, unit, i, amount, amount / max(total, 1), running / max(total, 1)))
    kinds = tuple(_(name) for name in reason_words.AVOIDABLE.values())
    axis, pattern = base.unit_title(unit, look.currency), base.value_format(unit)
    return Chart(
        title=_("Which reasons make up most of it?"),
        spec=pareto.spec(current(), axis, pattern, _("Running share"), kinds, 34 * max(len(rows), 3) + 110),
        data={"causes": causes},
        alt=_("Reasons by size, with the running share"),
        table=[_told(row, found, look, cause) for row, cause in zip(ordered, causes, strict=True)],
        note=_(
            "Click a bar to see its customers. Shares are of the losses with such a reason (version {n} of the list)."
        ).format(n=found.report.taxonomy),
        picks=("pick",),
        unit=unit,
        figure="customers_lost" if unit == "count" else "mrr_lost_cents",
    )


def _bar_of(
    row: ReasonRow, found: Looked, look: Look, unit: str, rank: int, amount: int, share: float, cumulative: float
) -> dict[str, Any]:
    name = reason_words.reason(found.feedback.taxonomy, row.reason)
    money = formats.money(amount, look.currency, compact=True) if unit == "money" else formats.count(amount)
    label = f"{money} · {formats.rate(share, 0)}"
    return {
        "place": f"{rank:02}|{name}",
        "name": name,
        "amount": amount / (10 ** formats.exponent(look.currency) if unit == "money" else 1),
        "cumulative": cumulative,
        "kind": _(reason_words.AVOIDABLE[row.avoidable]),
        "label": label,
        "shown": formats.value(amount, unit, look.currency),
        "pick": row.reason,
    }


def _told(row: ReasonRow, found: Looked, look: Look, cause: dict[str, Any]) -> dict[str, str]:
    return {
        _("Reason"): reason_words.reason(found.feedback.taxonomy, row.reason),
        _("Customers"): formats.count(row.customers),
        _("Share"): kpi_charts.in_words(row.share, "rate"),
        _("MRR lost"): formats.money(row.mrr_cents, look.currency),
        _("Running share"): formats.rate(cause["cumulative"]),
        _("Usually"): _(reason_words.AVOIDABLE[row.avoidable]),
    }


def _columns() -> list[Column]:
    return [
        Column("reason", _("Code")),
        Column("label", _("Reason")),
        Column("kind", _("Kind")),
        Column("customers", _("Customers"), "count"),
        Column("mrr_cents", _("MRR lost"), "money"),
        Column("avoidable", _("Usually")),
        *tables.limited("share", _("Share"), "rate"),
    ]


def _flat(row: ReasonRow, found: Looked) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("reason", "kind", "customers", "mrr_cents", "avoidable")}
    share = row.share
    limits = (None, None, None) if isinstance(share, NotEnoughData) else (share.value, share.low, share.high)
    label = reason_words.reason(found.feedback.taxonomy, row.reason)
    return {**plain, "label": label, **dict(zip(("share", "share_low", "share_high"), limits, strict=True))}


def _picked(selection: Any) -> str:
    """The bar that was clicked; without a click the one the address names."""
    picked = drill.picked(selection)
    return picked["pick"] if picked else url_state.page_value("reason")


@dataclass(frozen=True)
class Behind:
    """The losses behind a mark of a chart: one kind of reasons and its codes, and how many there are.

    left      Only who left on these days; narrowed: only who meets these conditions.
    of_which  What they have in common besides the reason, in words.
    """

    kind: Kind
    codes: tuple[str, ...]
    customers: int
    left: Period | None = None
    narrowed: tuple[Condition, ...] = ()
    of_which: str = ""


def draw_customers(found: Looked, behind: Behind, look: Look, key: str = "reason") -> None:
    """The largest of those who left for a reason, with what is known of each; the downloads have all.

    key  Tells the lists of one page apart.
    """
    if not behind.customers:
        return
    names = [reason_words.reason(found.feedback.taxonomy, code) for code in behind.codes]
    with st.container(border=True, key=f"{key}-customers"):
        st.header(formats.plain(_("Who left for: {reason}").format(reason=", ".join(names))), anchor=False)
        st.caption(formats.plain(" · ".join(filter(None, (formats.customers(behind.customers), behind.of_which)))))
        columns = loss_columns()
        shown = _rows(found, behind, interview_list.LISTED)
        tables.draw(shown, columns, key=f"{key}-losses", alt=_("Customers of one reason"), currency=look.currency)
        if behind.customers > len(shown):
            n = formats.count(len(shown))
            st.caption(_("The table shows the {n} largest; the downloads hold all.").format(n=n))
        file = f"{key}-{behind.codes[0]}"
        tables.downloads(lambda: _rows(found, behind, None), columns, name=file, currency=look.currency)


def _rows(found: Looked, behind: Behind, limit: int | None) -> list[dict[str, Any]]:
    narrow: dict[str, Any] = {"left": behind.left, "narrowed": behind.narrowed}
    losses = reasons.behind(found, behind.kind, behind.codes, limit=limit, **narrow)
    return [loss_row(loss, found) for loss in losses]


def loss_columns() -> list[Column]:
    """Columns of a list of losses."""
    return [*interview_list.columns()[:-2], *(Column(kind, _(reason_words.KINDS[kind])) for kind in KINDS), _words()]


def _words() -> Column:
    return Column("survey_text", _("In their own words"))


def loss_row(loss: Loss, found: Looked) -> dict[str, Any]:
    """One loss in the columns of the list."""
    taxonomy = found.feedback.taxonomy
    plain = ("customer_id", "name", "mrr_cents", "lost_on", "owner", "survey_text")
    reasons = {kind: reason_words.reason(taxonomy, loss.reason(kind)) for kind in ("stated", "diagnosed")}
    return {**{n: getattr(loss, n) for n in plain}, **reasons, "suggested": reason_words.suggested(taxonomy, loss)}
