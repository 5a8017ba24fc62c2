"""Builds a segment: conditions over any attribute, added, changed and taken away one at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard import formats, session, url_state
from dashboard.gateway.attributes import Attribute
from dashboard.language import N_, _
from data.records import Condition, Operator, Segment

_OPERATOR_NAMES: dict[str, str] = {
    "in": N_("is"),
    "not in": N_("is not"),
    "<": N_("less than"),
    "<=": N_("at most"),
    ">": N_("more than"),
    ">=": N_("at least"),
}
_LISTS = ("in", "not in")


@dataclass(frozen=True)
class Held:
    """A segment being built, where it is read and where it is put; `name` tells it from others on the page."""

    name: str
    read: Callable[[], Segment]
    put: Callable[[Segment], None]


def of_view(field: str) -> Held:
    """A segment of the view: `segment` itself, or `against`, which it is compared with."""
    return Held(field, lambda: getattr(url_state.current(), field), lambda found: url_state.change(**{field: found}))


def draw(held: Held, attributes: Sequence[Attribute]) -> None:
    """The builder for one segment."""
    known = {attribute.key: attribute for attribute in attributes}
    for i, condition in enumerate(_rows(held)):
        with st.container(horizontal=True, key=f"{held.name}-row-{i}", vertical_alignment="bottom", gap="xsmall"):
            _draw_row(held, i, condition, known)
    st.selectbox(
        _("Add a condition"),
        list(known),
        index=None,
        key=f"filters.{held.name}.add",
        format_func=lambda key: known[key].label,
        placeholder=_("Choose an attribute …"),
        on_change=_add,
        args=(held,),
    )


def _rows(held: Held) -> list[Condition]:
    """The conditions being edited, finished or not; a link or a reset replaces them."""
    rows: list[Condition] = session.get(f"filters.{held.name}.rows", [])
    whole = tuple(row for row in rows if row.values)
    if Segment(whole) != held.read():
        rows = list(held.read().conditions)
        session.put(f"filters.{held.name}.rows", rows)
    return rows


def _keep(held: Held, rows: list[Condition]) -> None:
    session.put(f"filters.{held.name}.rows", rows)
    held.put(Segment(tuple(row for row in rows if row.values)))


def _add(held: Held) -> None:
    key = f"filters.{held.name}.add"
    attribute = session.get(key)
    if attribute:
        _keep(held, [*_rows(held), Condition(attribute, "in", ())])
    session.put(key, None)


def _remove(held: Held, i: int) -> None:
    rows = _rows(held)
    _keep(held, [*rows[:i], *rows[i + 1 :]])


def _take_operator(held: Held, i: int) -> None:
    rows = list(_rows(held))
    operator: Operator = session.get(f"filters.{held.name}.{i}.operator")
    same_shape = (operator in _LISTS) == (rows[i].operator in _LISTS)
    rows[i] = replace(rows[i], operator=operator, values=rows[i].values if same_shape else ())
    _keep(held, rows)


def _take_values(held: Held, i: int) -> None:
    rows, given = list(_rows(held)), session.get(f"filters.{held.name}.{i}.values")
    values = tuple(given) if isinstance(given, list) else _limit(given)
    rows[i] = replace(rows[i], values=values)
    _keep(held, rows)


def _limit(given: float | None) -> tuple[str, ...]:
    return () if given is None else (str(int(given) if given == int(given) else given),)


def _number(values: Sequence[str]) -> float | None:
    """The limit as a number; a link may hold another text, of which the page says that it is none."""
    try:
        return float(values[0]) if values else None
    except ValueError:
        return None


def _draw_row(held: Held, i: int, condition: Condition, known: dict[str, Attribute]) -> None:
    attribute = known.get(condition.attribute)
    name = condition.attribute if attribute is None else attribute.label
    key = f"filters.{held.name}.{i}.operator"
    session.put(key, condition.operator)
    st.selectbox(
        formats.plain(name),
        [o for o in _OPERATOR_NAMES if o in _LISTS or attribute is None or attribute.numeric],
        key=key,
        format_func=lambda operator: _(_OPERATOR_NAMES[operator]),
        on_change=_take_operator,
        args=(held, i),
        width=120,
    )
    _draw_values(held, i, condition, attribute)
    st.button(
        _("Remove"),
        key=f"filters.{held.name}.{i}.remove",
        icon=":material/close:",
        type="tertiary",
        on_click=_remove,
        args=(held, i),
    )


def _draw_values(held: Held, i: int, condition: Condition, attribute: Attribute | None) -> None:
    key = f"filters.{held.name}.{i}.values"
    if condition.operator in _LISTS:
        counts = {} if attribute is None else dict(attribute.values)
        session.put(key, list(condition.values))
        st.multiselect(
            _("Values"),
            [*counts, *(v for v in condition.values if v not in counts)],
            key=key,
            format_func=lambda value: value or _("(none)"),
            placeholder=_("Choose values …"),
            on_change=_take_values,
            args=(held, i),
            select_all=False,
            width=260,
        )
        return
    session.put(key, _number(condition.values))
    st.number_input(_("Limit"), value=None, key=key, on_change=_take_values, args=(held, i), width=160)
