"""The third question: the main reasons, how much of it could have been avoided, and how far the reasons are known."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.feedback.groups import Part, parts_of
from analysis.feedback.losses import KINDS, diagnoses
from analysis.feedback.report import Disagreement, ReasonReport, ReasonRow, enough, report
from analysis.kpis.avoidable import Diagnosed, avoidable_losses
from analysis.results import Answer, NotEnoughData
from analysis.review.parts import Asked, Column, Document, Section, chart, figure, limited, table
from data.records import EVERYBODY, Period

_ROWS = (
    Column("reason", "reason"),
    Column("kind", "kind"),
    Column("customers", "count"),
    Column("customers_before", "count"),
    Column("mrr_cents", "money"),
    Column("share", "rate"),
    Column("avoidable", "avoidable"),
)
_DISAGREE = (Column("one", "kind"), Column("other", "kind"), Column("share", "rate"), Column("n", "count"))
MOST_TEXTS = 10


def section(asked: Asked) -> Section:
    """Reasons by size of the quarter beside those of the one before, with how often the three kinds differ."""
    now, before = parts_in(asked, asked.quarter), parts_in(asked, asked.before)
    found, earlier = report(now, asked.feedback), report(before, asked.feedback)
    if not found.losses:
        return Section(unknown="Nobody was lost.")
    diagnosed = avoidable_losses(asked.engine, asked.scope, [asked.quarter], diagnoses(asked.feedback))[asked.quarter]
    return Section(
        figures=_figures(found, earlier, now, diagnosed),
        tables=[
            table("reasons", _ROWS, _rows(found, earlier)),
            table("disagreements", _DISAGREE, map(_differ, found.disagreements)),
            table("unmapped", (Column("text"), Column("customers", "count")), _unmapped(found)),
        ],
        charts=_charts(found),
        notes=_notes(found),
    )


def parts_in(asked: Asked, period: Period) -> tuple[Part, ...]:
    """The losses of a period by their reasons, counted once for all sections."""
    if period not in asked.counted:
        asked.look_up_losses()
        asked.counted[period] = parts_of(asked.engine, EVERYBODY, period, asked.feedback)
    return asked.counted[period]


def _figures(found: ReasonReport, earlier: ReasonReport, parts: Sequence[Part], diagnosed: Diagnosed) -> list[Document]:
    stated, said_before = _known(found), _known(earlier)
    return [
        figure("losses", "count", found.losses, earlier.losses),
        figure("mrr_lost_cents", "money", found.mrr_cents, earlier.mrr_cents),
        figure("stated_share", "rate", enough(stated, found.losses), enough(said_before, earlier.losses)),
        figure("undiagnosed_share", "rate", found.undiagnosed, earlier.undiagnosed),
        figure("avoidable_share", "rate", enough(diagnosed.avoidable, diagnosed.diagnosed)),
        figure("avoidable_stated_share", "rate", _usually(parts, found)),
    ]


def _known(found: ReasonReport) -> int:
    return sum(row.customers for row in found.rows if row.kind == "stated")


def _usually(parts: Sequence[Part], found: ReasonReport) -> Answer:
    """Losses whose stated reason is usually avoidable, among those that stated one."""
    avoidable = {row.reason for row in found.rows if row.avoidable == "yes"}
    return enough(sum(p.customers for p in parts if p.of.stated in avoidable), _known(found))


def _rows(found: ReasonReport, earlier: ReasonReport) -> list[Document]:
    before = {(row.kind, row.reason): row.customers for row in earlier.rows}
    return [_row(row, before.get((row.kind, row.reason), 0)) for row in found.rows]


def _row(row: ReasonRow, before: int) -> Document:
    plain = {n: getattr(row, n) for n in ("reason", "kind", "customers", "mrr_cents", "avoidable")}
    return {**plain, "customers_before": before, **limited("share", row.share)}


def _differ(one: Disagreement) -> Document:
    n = one.share.have if isinstance(one.share, NotEnoughData) else one.share.n
    return {"one": one.one, "other": one.other, **limited("share", one.share), "n": n}


def _unmapped(found: ReasonReport) -> list[Document]:
    return [{"text": text, "customers": n} for text, n in found.unmapped[:MOST_TEXTS]]


def _charts(found: ReasonReport) -> list[Document]:
    """The kind of reasons that is known of most losses, by size."""
    rows = {kind: [row for row in found.rows if row.kind == kind] for kind in KINDS}
    most = max(KINDS, key=lambda kind: sum(row.customers for row in rows[kind]))
    bars = [{n: getattr(row, n) for n in ("reason", "customers", "mrr_cents", "avoidable")} for row in rows[most]]
    return [chart("pareto", "reasons_by_size", bars, of=most)] if bars else []


def _notes(found: ReasonReport) -> list[str]:
    told = [f"Reasons are those of version {found.taxonomy} of the list. Shares are of the losses with such a reason."]
    if found.unmapped:
        told.append(f"{len(found.unmapped)} texts stand for no reason yet: the page Reasons lets one say what for.")
    return told
