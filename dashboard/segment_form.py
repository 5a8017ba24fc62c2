"""Builds a segment: conditions over any attribute, added, changed and taken away one at a time."""

from collections.abc import Sequence
from dataclasses import replace

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


def draw(field: str, attributes: Sequence[Attribute]) -> None:
    """The builder for one segment of the view: `segment` itself, or `against`, which it is compared with."""
    known = {attribute.key: attribute for attribute in attributes}
    for i, condition in enumerate(_rows(field)):
        with st.container(horizontal=True, key=f"{field}-row-{i}", vertical_alignment="bottom", gap="xsmall"):
            _draw_row(field, i, condition, known)
    st.selectbox(
        _("Add a condition"),
        list(known),
        index=None,
        key=f"filters.{field}.add",
        format_func=lambda key: known[key].label,
        placeholder=_("Choose an attribute …"),
        on_change=_add,
        args=(field,),
    )


def _rows(field: str) -> list[Condition]:
    """The conditions being edited, finished or not; a link or a reset replaces them."""
    rows: list[Condition] = session.get(f"filters.{field}.rows", [])
    whole = tuple(row for row in rows if row.values)
    if Segment(whole) != getattr(url_state.current(), field):
        rows = list(getattr(url_state.current(), field).conditions)
        session.put(f"filters.{field}.rows", rows)
    return rows


def _keep(field: str, rows: list[Condition]) -> None:
    session.put(f"filters.{field}.rows", rows)
    url_state.change(**{field: Segment(tuple(row for row in rows if row.values))})


def _add(field: str) -> None:
    key = f"filters.{field}.add"
    attribute = session.get(key)
    if attribute:
        _keep(field, [*_rows(field), Condition(attribute, "in", ())])
    session.put(key, None)


def _remove(field: str, i: int) -> None:
    rows = _rows(field)
    _keep(field, [*rows[:i], *rows[i + 1 :]])


def _take_operator(field: str, i: int) -> None:
    rows = list(_rows(field))
    operator: Operator = session.get(f"filters.{field}.{i}.operator")
    same_shape = (operator in _LISTS) == (rows[i].operator in _LISTS)
    rows[i] = replace(rows[i], operator=operator, values=rows[i].values if same_shape else ())
    _keep(field, rows)


def _take_values(field: str, i: int) -> None:
    rows, given = list(_rows(field)), session.get(f"filters.{field}.{i}.values")
    values = tuple(given) if isinstance(given, list) else _limit(given)
    rows[i] = replace(rows[i], values=values)
    _keep(field, rows)


def _limit(given: float | None) -> tuple[str, ...]:
    return () if given is None else (str(int(given) if given == int(given) else given),)


def _number(values: Sequence[str]) -> float | None:
    """The limit as a number; a link may hold another text, of which the page says that it is none."""
    try:
        return float(values[0]) if values else None
    except ValueError:
        return None


def _draw_row(field: str, i: int, condition: Condition, known: dict[str, Attribute]) -> None:
    attribute = known.get(condition.attribute)
    name = condition.attribute if attribute is None else attribute.label
    key = f"filters.{field}.{i}.operator"
    session.put(key, condition.operator)
    st.selectbox(
        formats.plain(name),
        [o for o in _OPERATOR_NAMES if o in _LISTS or attribute is None or attribute.numeric],
        key=key,
        format_func=lambda operator: _(_OPERATOR_NAMES[operator]),
        on_change=_take_operator,
        args=(field, i),
        width=120,
    )
    _draw_values(field, i, condition, attribute)
    st.button(
        _("Remove"),
        key=f"filters.{field}.{i}.remove",
        icon=":material/close:",
        type="tertiary",
        on_click=_remove,
        args=(field, i),
    )


def _draw_values(field: str, i: int, condition: Condition, attribute: Attribute | None) -> None:
    key = f"filters.{field}.{i}.values"
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
            args=(field, i),
            select_all=False,
            width=260,
        )
        return
    session.put(key, _number(condition.values))
    st.number_input(_("Limit"), value=None, key=key, on_change=_take_values, args=(field, i), width=160)
