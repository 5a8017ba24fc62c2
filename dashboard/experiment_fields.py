"""The fields of a draft: each shows what the draft holds, and changes it when the reader does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard import (
    experiment_draft,
    experiment_plan_words,
    experiment_population,
    experiment_words,
    formats,
    segment_form,
    session,
)
from dashboard.filters import Look
from dashboard.gateway.experiments import outcome_key
from dashboard.language import N_, _
from data.records_experiments import Measure, Plan, Variant

MOST_VARIANTS = 6
KIND_NAMES = {
    "retained": N_("Still a customer"),
    "revenue": N_("Revenue, net of what the offer costs"),
    "use": N_("Use (core actions)"),
    "use-per-day": N_("Use per day of use"),
    "renewed": N_("Renewed, of those due"),
    "complaints": N_("Support tickets"),
    "downgraded": N_("Pays less than before"),
}
#: Horizons offered for what is measured beside the primary measure.
HORIZONS = (30, 60, 90)
_OUTCOME = "outcome:"
_ADDRESS = "https://…"


@dataclass(frozen=True)
class Choices:
    """What the fields of a plan offer.

    outcomes  Columns of the assignments' file, key -> label. labels: these and the attributes.
    others    Keys of other experiments.
    """

    outcomes: Mapping[str, str]
    labels: Mapping[str, str]
    others: Sequence[str]


def looks(
    number: int, name: str, shown: Any, read: Callable[[Any], Any] = lambda value: value, label: str = ""
) -> dict[str, Any]:
    """What every field has: label, key, and that a change of it changes the draft; it shows what the draft holds."""
    key = show(f"plan.{number}.{name}", shown)
    words = label or _(experiment_plan_words.LABELS[name])
    return {"label": words, "key": key, "on_change": _take, "args": (number, name, key, read)}


def _handled(field: dict[str, Any], handler: Callable[..., None], *args: Any) -> dict[str, Any]:
    """The same field, whose change is taken by a handler of its own."""
    return {**field, "on_change": handler, "args": args}


def show(key: str, value: Any) -> str:
    """Make a widget show a value; left alone where it does, so that nothing half typed is lost."""
    if session.get(key) != value:
        session.put(key, value)
    return key


def _take(number: int, name: str, key: str, read: Callable[[Any], Any]) -> None:
    experiment_draft.change(number, **{name: read(session.get(key))})


def draw_question(number: int, plan: Plan) -> None:
    """Name, who plans it, and the hypothesis."""
    with st.container(horizontal=True, key=f"question-{number}"):
        st.text_input(**looks(number, "name", plan.name, str.strip), max_chars=120, width=420)
        st.text_input(**looks(number, "owner", plan.owner, str.strip), max_chars=120, width=220)
    st.text_area(
        **looks(number, "hypothesis", plan.hypothesis, str.strip),
        placeholder=_("Two months at half price keep customers who ask to cancel, because most leave over price."),
        height=84,
        max_chars=2_000,
    )


def draw_variants(number: int, plan: Plan, look: Look) -> None:
    """One row per variant; the first is what the others are compared with."""
    for i, one in enumerate(plan.variants):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key=f"variant-{number}-{i}"):
            _draw_variant(number, i, one, plan, look)
    if len(plan.variants) < MOST_VARIANTS:
        st.button(
            _("Add a variant"),
            key=f"plan.{number}.variants.add",
            icon=":material/add:",
            type="tertiary",
            on_click=_add_variant,
            args=(number,),
        )


def _draw_variant(number: int, i: int, one: Variant, plan: Plan, look: Look) -> None:
    label = _("Control (without the offer)") if i == 0 else _("Variant {n}").format(n=i)
    st.text_input(**_part(number, i, "name", one.name, str.strip, label), max_chars=60, width=150)
    st.text_input(**_part(number, i, "offer", one.offer, str.strip, _("What they get")), max_chars=200, width=220)
    share = _part(number, i, "share", one.share * 100, lambda percent: (percent or 0.0) / 100, _("Share, %"))
    st.number_input(**share, min_value=0.0, max_value=100.0, step=5.0, format="%.1f", width=110)
    units = 10 ** formats.exponent(look.currency)
    cost = _part(
        number, i, "cost_cents", one.cost_cents / units, lambda money: round((money or 0.0) * units), _("Cost each")
    )
    st.number_input(**cost, min_value=0.0, step=1.0, help=_("What it costs per customer who gets it."), width=110)
    if i and len(plan.variants) > 2:
        remove = _("Remove {name}").format(name=formats.plain(one.name))
        st.button(
            "",
            key=f"plan.{number}.variants.{i}.remove",
            icon=":material/close:",
            type="tertiary",
            help=remove,
            on_click=_remove_variant,
            args=(number, i),
        )


def _part(number: int, i: int, name: str, shown: Any, read: Callable[[Any], Any], label: str) -> dict[str, Any]:
    """What a field of one variant has."""
    key = show(f"plan.{number}.variants.{i}.{name}", shown)
    return {"label": label, "key": key, "on_change": _take_part, "args": (number, i, name, key, read)}


def _take_part(number: int, i: int, name: str, key: str, read: Callable[[Any], Any]) -> None:
    variants = list(experiment_draft.mine(number).mine.variants)
    variants[i] = replace(variants[i], **{name: read(session.get(key))})
    experiment_draft.change(number, variants=tuple(variants))


def _add_variant(number: int) -> None:
    variants = experiment_draft.mine(number).mine.variants
    names = {one.name for one in variants}
    name = next(f"offer_{n}" for n in range(2, MOST_VARIANTS + 2) if f"offer_{n}" not in names)
    experiment_draft.change(number, variants=_even([*variants, Variant(name)]))


def _remove_variant(number: int, i: int) -> None:
    variants = experiment_draft.mine(number).mine.variants
    experiment_draft.change(number, variants=_even([*variants[:i], *variants[i + 1 :]]))


def _even(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    return tuple(replace(one, share=1 / len(variants)) for one in variants)


def draw_population(number: int, plan: Plan, look: Look, choices: Choices) -> None:
    """Who may take part, and what few plans need behind a click."""
    st.caption(_("Only customers who pay, and who can still reach the day that counts, are judged."))
    experiment_population.draw_saved(number, plan)
    segment_form.draw(
        segment_form.Held(
            f"plan.{number}",
            lambda: experiment_draft.mine(number).mine.eligible,
            lambda found: experiment_draft.change(number, eligible=found, segment=""),
        ),
        look.attributes,
    )
    experiment_population.draw_save(number, plan)
    with st.expander(_("Groups, strata, other experiments"), key=f"plan-more-{number}"):
        names = {a.key: a.label for a in look.attributes}
        units = {"": _("nobody: each customer alone"), **names, **{k: k for k in _unknown([plan.unit], names)}}
        st.selectbox(
            **looks(number, "unit", plan.unit),
            options=list(units),
            format_func=units.__getitem__,
            help=_("Customers with the same value get the same variant, such as all customers of one manager."),
        )
        _several(number, "strata", plan.strata, names)
        others = {key: key for key in choices.others}
        _several(number, "excludes", plan.excludes, others)
        kept_out = looks(number, "holdout", plan.holdout * 100, lambda percent: (percent or 0.0) / 100)
        kept_out["label"] = _("Share kept out of every offer, %")
        st.number_input(**kept_out, min_value=0.0, max_value=50.0, step=1.0, width=220)
        st.text_input(**looks(number, "webhook", plan.webhook, str.strip), placeholder=_ADDRESS, max_chars=500)


def _several(number: int, name: str, held: tuple[str, ...], names: Mapping[str, str]) -> None:
    st.multiselect(
        **looks(number, name, list(held), tuple),
        options=[*names, *_unknown(held, names)],
        format_func=lambda key: names.get(key, key),
        placeholder=_("none"),
        select_all=False,
    )


def _unknown(held: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What a plan holds that is not offered any more stays visible."""
    return [key for key in held if key and key not in names]


def draw_measures(number: int, plan: Plan, choices: Choices) -> None:
    """The measure that decides, and the others."""
    primary = plan.primary
    codes = [*KIND_NAMES, *(f"{_OUTCOME}{key}" for key in choices.outcomes), _OUTCOME]
    code = f"{_OUTCOME}{primary.column}" if primary.kind == "outcome" else primary.kind
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"primary-{number}"):
        st.selectbox(
            **looks(number, "primary", code, lambda chosen: _measure(chosen, primary)),
            options=codes if code in codes else [*codes, code],
            format_func=lambda one: _kind(one, choices),
            width=320,
        )
        if primary.kind != "outcome":
            days = looks(number, "primary.days", primary.days, label=_("After days"))
            st.number_input(
                **_handled(days, _take_days, number, days["key"]), min_value=1, max_value=730, step=30, width=120
            )
    if primary.kind == "outcome":
        _draw_outcome(number, primary, choices)
    for name in ("secondary", "guardrails"):
        _draw_others(number, name, plan, choices)


def _kind(code: str, choices: Choices) -> str:
    if code.startswith(_OUTCOME):
        column = code.removeprefix(_OUTCOME)
        if not column:
            return _("From a file that is still to come")
        return _("From the file: {column}").format(column=choices.outcomes.get(column, column))
    return _(KIND_NAMES[code])


def _measure(code: str, before: Measure) -> Measure:
    if code.startswith(_OUTCOME):
        return Measure("outcome", 0, code.removeprefix(_OUTCOME))
    kind: Any = code
    return Measure(kind, before.days or 90)


def _take_days(number: int, key: str) -> None:
    primary = experiment_draft.mine(number).mine.primary
    experiment_draft.change(number, primary=replace(primary, days=session.get(key) or primary.days))


def _draw_outcome(number: int, primary: Measure, choices: Choices) -> None:
    """What an outcome of the file is divided by and compared with before, and which way is better."""
    if primary.column not in choices.outcomes:
        label = _("Name of the column, as it will be in the file")
        column = looks(number, "primary.column", primary.column, label=label)
        st.text_input(**_handled(column, _take_column, number, column["key"]), max_chars=60, width=420)
    names = {"": _("nothing"), **choices.outcomes}
    labels = {"per": _("Divided by"), "before": _("The same before the assignment")}
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"outcome-{number}"):
        for name, label in labels.items():
            field = looks(number, f"primary.{name}", getattr(primary, name), label=label)
            field = _handled(field, _take_of_primary, number, name, field["key"])
            st.selectbox(**field, options=list(names), format_func=lambda key: str(names.get(key, key)), width=220)
        lower = looks(number, "primary.lower", primary.lower, label=_("Less is better"))
        st.toggle(**_handled(lower, _take_of_primary, number, "lower", lower["key"]))


def _take_column(number: int, key: str) -> None:
    primary = experiment_draft.mine(number).mine.primary
    experiment_draft.change(number, primary=replace(primary, column=outcome_key(session.get(key) or "")))


def _take_of_primary(number: int, name: str, key: str) -> None:
    primary = experiment_draft.mine(number).mine.primary
    experiment_draft.change(number, primary=replace(primary, **{name: session.get(key)}))


def _draw_others(number: int, name: str, plan: Plan, choices: Choices) -> None:
    held: tuple[Measure, ...] = getattr(plan, name)
    offered = {one.key: one for one in (*offered_measures(plan, choices), *held)}
    st.multiselect(
        **looks(number, name, [one.key for one in held], lambda keys: tuple(offered[key] for key in keys)),
        options=list(offered),
        format_func=lambda key: experiment_words.measure(offered[key], choices.labels),
        placeholder=_("none"),
        select_all=False,
    )


def offered_measures(plan: Plan, choices: Choices) -> list[Measure]:
    """Measures that may stand beside the primary one."""
    days = sorted({*HORIZONS, plan.primary.days} - {0})
    kinds: list[Any] = list(KIND_NAMES)
    outcomes = [Measure("outcome", 0, column) for column in choices.outcomes]
    return [*(Measure(kind, n) for kind in kinds for n in days), *outcomes]


def draw_size(number: int, plan: Plan, look: Look) -> None:
    """The effect worth having, and how sure to be of seeing it."""
    unit = experiment_words.unit_of_plan(plan)
    factor = {"rate": 100.0, "money": 1 / 10 ** formats.exponent(look.currency)}.get(unit, 1.0)
    suffix = {"rate": _("in percentage points"), "money": _("in money per customer")}.get(unit, _("per customer"))
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"size-{number}"):
        for name in ("smallest_effect", "baseline", "spread"):
            if name != "spread" or unit != "rate":
                _draw_amount(number, name, getattr(plan, name), factor, suffix if name == "smallest_effect" else unit)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"sure-{number}"):
        for name, options in (("power", (0.7, 0.8, 0.9, 0.95)), ("alpha", (0.01, 0.05, 0.1))):
            held = getattr(plan, name)
            st.selectbox(
                **looks(number, name, held),
                options=sorted({*options, held}),
                format_func=lambda share: formats.rate(share, 0),
                width=220,
            )


def _draw_amount(number: int, name: str, held: float | None, factor: float, said: str) -> None:
    shown = None if held is None else round(held * factor, 6)
    field = looks(number, name, shown, lambda value: None if value is None else value / factor)
    if name == "smallest_effect":
        field["label"] = f"{field['label']}, {said}"
        field["args"] = (*field["args"][:3], lambda value: (value or 0.0) / factor)
    else:
        field["label"] += ", %" if said == "rate" else ""
        field["help"] = _("Empty: as your own customers are, counted in the data.")
    st.number_input(**field, value=None, min_value=0.0, step=1.0, format="%.2f", width=250)


def draw_looks(number: int, plan: Plan) -> None:
    """How often the result is looked at, and until when customers are assigned."""
    names = experiment_words.STOPPING
    stopping = looks(number, "stopping", plan.stopping)
    st.radio(
        **_handled(stopping, _take_stopping, number, stopping["key"]),
        options=list(names),
        format_func=lambda code: _(names[code]),
        help=_(
            "Looking often makes chance look like an effect. Planned looks are stricter for it; an always valid plan "
            "may be looked at every day, and needs more customers."
        ),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"looks-{number}"):
        if plan.stopping in {"obrien-fleming", "pocock"}:
            st.number_input(**looks(number, "looks", plan.looks), min_value=1, max_value=10, step=1, width=180)
        st.date_input(
            **looks(number, "ends_on", plan.ends_on),
            value=None,
            format="YYYY-MM-DD",
            width=220,
            help=_("Empty: assignment ends when enough customers are assigned."),
        )
    places = experiment_words.ASSIGNED
    st.radio(
        **looks(number, "assigned", plan.assigned),
        options=list(places),
        format_func=lambda code: _(places[code]),
        help=_("Offers that were not given by chance cannot be judged as an experiment."),
    )


def _take_stopping(number: int, key: str) -> None:
    chosen, plan = session.get(key), experiment_draft.mine(number).mine
    looks_planned = max(plan.looks, 3) if chosen in {"obrien-fleming", "pocock"} else 1
    experiment_draft.change(number, stopping=chosen, looks=looks_planned)
