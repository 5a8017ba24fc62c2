"""Why did churn change: what more customers of some kinds, and what changed rates account for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.personas.behaviour import notes_on_behaviour
from analysis.personas.change import Change, Effect
from analysis.results import Answer, NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, persona_words, remarks, tables, url_state
from dashboard.charts import effects
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import personas
from dashboard.language import N_, _, current
from dashboard.tables import Column

AGAINST = {"previous": N_("the period before"), "year": N_("the same a year before")}
ALL = "\0"
"""Stands for all segments together; no value of a file."""
KINDS = {"mix": N_("More or fewer of them (mix)"), "rate": N_("They leave more or less often (rate)")}


def draw(look: Look) -> None:
    """The change of the last complete period, or of the range chosen, taken apart by an attribute."""
    if look.release.shape == "snapshot":
        st.info(_("A snapshot says that customers left, not when: there are no two periods to compare."))
        return
    labels = persona_words.names(look, personas.behaviours(look.release.number, of_period=True))
    if not labels:
        st.info(_("These customers have no attribute to split by."))
        return
    attribute, against = _choose(labels)
    remarks.draw(look, [attribute])
    found = personas.changed(look.scope, attribute, against)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    for note in notes_on_behaviour([attribute], found.after):
        st.caption(_(note))
    drill.follow(figures.draw(chart(found, labels), key="change"))
    _downloads(found, look)


def _choose(labels: Mapping[str, str]) -> tuple[str, str]:
    usual = next((key for key in ("channel", "plan", "industry") if key in labels), next(iter(labels)))
    with st.container(horizontal=True, key="change-by"):
        attribute = url_state.choice(_box, _("By"), "of", list(labels), labels.__getitem__, usual)
        against = url_state.choice(_box, _("Against"), "than", list(AGAINST), lambda code: _(AGAINST[code]), "previous")
    return attribute, against


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=320, **looks)


def finding(found: Change) -> str:
    """How the rate changed, and whether that is more than chance."""
    change = found.difference
    rates = [_rate(answer) for answer in (found.rate_before, found.rate_after)]
    said = _("Churn went from {before} to {after} ({points}).")
    sure = not isinstance(change, NotEnoughData) and change.p_value is not None and change.p_value < 0.05
    more = _("That is more than chance.") if sure else _("That is no more than chance.")
    told = said.format(before=rates[0], after=rates[1], points=formats.points(found.parts.total, 2))
    return f"{told} {more}"


def _rate(answer: Answer) -> str:
    return _("not enough data") if isinstance(answer, NotEnoughData) else formats.rate(answer.value)


def _parts(found: Change) -> str:
    return _(
        "{before} against {after}: {mix} because there are more or fewer customers of some kinds, {rate} because the "
        "rates of the kinds changed. The two add up exactly. Mix is held against everybody: more of a kind that leaves "
        "less often lowers churn."
    ).format(
        before=formats.span(found.before),
        after=formats.span(found.after),
        mix=formats.points(found.parts.mix, 2),
        rate=formats.points(found.parts.rate, 2),
    )


def chart(found: Change, labels: Mapping[str, str]) -> Chart:
    """Bars of mix and rate per segment; a click leads to those lost in the later period."""
    name = labels[found.attribute]
    return Chart(
        title=formats.plain(finding(found)),
        spec=effects.spec(
            current(), _("Percentage points of the churn rate"), tuple(map(_, KINDS.values())), len(found.effects) + 1
        ),
        data={"effects": [bar for i, effect in enumerate(_drawn(found)) for bar in _bars(i, effect, found)]},
        alt=_("Mix and rate effects on the churn rate by {attribute}").format(attribute=name),
        note=f"{_parts(found)} {_sure(found)}",
        table=[_told(e, name) for e in found.effects],
        picks=("pick",),
        unit="points",
    )


def _sure(found: Change) -> str:
    sure = ", ".join(persona_words.value(e.segment) for e in found.effects if e.more_than_chance)
    return _("Rates that changed beyond chance, all judged together: {which}.").format(which=sure or _("(none)"))


def _drawn(found: Change) -> list[Effect]:
    """All segments together, as far as bars show them, then each."""
    together = replace(
        found.effects[0],
        segment=ALL,
        conditions=found.conditions,
        mix_effect=found.parts.mix,
        rate_effect=found.parts.rate,
    )
    return [together, *found.effects]


def _bars(place: int, effect: Effect, found: Change) -> list[dict[str, Any]]:
    name = _("All together") if effect.segment == ALL else persona_words.value(effect.segment)
    shared = {
        "place": f"{place:02}|{name}",
        "name": name,
        "who": "definition",
        "start": found.after.start.isoformat(),
        "end": found.after.end.isoformat(),
        "narrowed": drill.write(effect.conditions),
    }
    amounts = {"mix": effect.mix_effect, "rate": effect.rate_effect}
    return [
        {**shared, "kind": _(KINDS[kind]), "amount": amount * 100, "shown": formats.points(amount, 2)}
        for kind, amount in amounts.items()
    ]


def _told(effect: Effect, name: str) -> dict[str, str]:
    return {
        name: persona_words.value(effect.segment),
        _("Share before"): formats.rate(effect.share_before),
        _("Share after"): formats.rate(effect.share_after),
        _("Rate before"): _counted(effect.rate_before, effect.before),
        _("Rate after"): _counted(effect.rate_after, effect.after),
        _("Mix"): formats.points(effect.mix_effect, 2),
        _("Rate"): formats.points(effect.rate_effect, 2),
        _("Adjusted p"): formats.NOTHING if effect.p_adjusted is None else formats.probability(effect.p_adjusted),
    }


def _counted(rate: Answer, counts: tuple[int, int]) -> str:
    n, lost = counts
    said = _("{rate} · {lost} of {n} lost")
    return said.format(rate=kpi_charts.in_words(rate, "rate"), lost=formats.count(lost), n=formats.count(n))


def _downloads(found: Change, look: Look) -> None:
    kinds = {"share_before": "rate", "share_after": "rate", "rate_before": "rate", "rate_after": "rate"}
    names = ("segment", *kinds, "mix_effect", "rate_effect", "p_adjusted")
    columns = [Column(n, n, "rate" if n in kinds else "number" if n != "segment" else "text") for n in names]
    tables.downloads(lambda: [_flat(e) for e in found.effects], columns, name="change", currency=look.currency)


def _flat(effect: Effect) -> dict[str, Any]:
    plain = {n: None if isinstance(a, NotEnoughData) else a.value for n, a in _answers(effect).items()}
    return {**vars(effect), **plain}


def _answers(effect: Effect) -> dict[str, Answer]:
    return {"rate_before": effect.rate_before, "rate_after": effect.rate_after}
