"""What one table of the files is, and what each of its columns means: proposed, and corrected by the reader."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import formats, session
from dashboard.gateway import imports
from dashboard.gateway.imports import TableLook
from dashboard.language import N_, _
from dashboard.said import in_this_language

LEFT_OUT = "-"
ROLES = {
    "snapshot": N_("Snapshot: one row per customer, with tenure and a churn flag"),
    "customers": N_("Customers"),
    "subscriptions": N_("Subscriptions"),
    "purchases": N_("Purchases"),
    "usage_daily": N_("Daily use"),
    "feature_usage": N_("Use of features"),
    "events": N_("Events of use"),
    "tickets": N_("Support tickets"),
    "invoices": N_("Invoices"),
    "payments": N_("Payments"),
    "touches": N_("Marketing and relationship"),
    "surveys": N_("Surveys"),
    "exits": N_("Exit surveys"),
    "assignments": N_("Experiment assignments"),
    "releases_log": N_("Log of releases and price changes"),
}


@dataclass(frozen=True)
class Answer:
    """What the reader decided: the role, its columns (field -> header), and whether that differs from the proposal."""

    role: str
    columns: dict[str, str]
    said: bool
    gaps: tuple[tuple[str, ...], ...] = ()
    left_out: bool = False


def draw(look: TableLook) -> Answer:
    """One table as a box: its role, and its columns behind a click where nothing is in doubt."""
    with st.container(border=True, key=f"table-{look.name}"):
        st.subheader(formats.plain(_headline(look)), anchor=False)
        role = _draw_role(look)
        if not role:
            st.caption(_("Left out. Choose what it is to have it read."))
            return Answer("", {}, said=False, left_out=True)
        if role != look.role:
            return Answer(role, {}, said=True, gaps=(("…",),))
        with st.expander(_("Columns"), expanded=not look.sure, key=f"columns-{look.name}"):
            columns, twice = _draw_columns(look, role)
        return _answer(look, role, columns, twice)


def _headline(look: TableLook) -> str:
    rows = _("many rows") if look.rows is None else _("{n} rows").format(n=formats.count(look.rows))
    return f"{look.name} · {rows}"


def _draw_role(look: TableLook) -> str:
    options = [*ROLES, *(role for role in imports.roles() if role not in ROLES), LEFT_OUT]
    key = f"mapping.role.{look.name}"
    if session.get(key) is None:
        session.put(key, look.role or LEFT_OUT)
    chosen = st.selectbox(
        _("This is"), options, key=key, format_func=_role_name, on_change=_take_role, args=(look.name,), width=420
    )
    if look.origin:
        told = in_this_language(look.origin)
        st.caption(formats.plain(_("{what}.").format(what=f"{told[:1].upper()}{told[1:]}")))
    return "" if chosen == LEFT_OUT else chosen


def _role_name(role: str) -> str:
    return _("Leave it out") if role == LEFT_OUT else _(ROLES.get(role, role.replace("_", " ").capitalize()))


def _take_role(table: str) -> None:
    """Look at the table again in its new role; its columns are proposed anew."""
    roles = dict(session.get("import.roles", {}))
    roles[table] = session.get(f"mapping.role.{table}")
    session.put("import.roles", {name: role for name, role in roles.items() if role != LEFT_OUT})
    session.forget(f"mapping.columns.{table}")


def _draw_columns(look: TableLook, role: str) -> tuple[dict[str, str], list[str]]:
    """The table of columns; returns field -> header, and the fields that were given twice."""
    meant = {header: field for field, header in (look.columns or {}).items()}
    frame = pd.DataFrame(
        {
            "header": look.headers,
            "examples": [" · ".join(look.examples.get(header, ())) for header in look.headers],
            "field": [meant.get(header, "") for header in look.headers],
        }
    )
    edited: Any = st.data_editor(
        frame,
        hide_index=True,
        key=f"mapping.columns.{look.name}.{role}",
        disabled=["header", "examples"],
        placeholder=formats.NOTHING,
        column_config={
            "header": st.column_config.TextColumn(_("Column in your file")),
            "examples": st.column_config.TextColumn(_("Some of its values")),
            "field": st.column_config.SelectboxColumn(_("Is"), options=["", *imports.fields_of(role)]),
        },
    )
    pairs = [(field, header) for header, field in zip(edited["header"], edited["field"], strict=True) if field]
    fields = [field for field, _header in pairs]
    return dict(pairs), sorted({field for field in fields if fields.count(field) > 1})


def _answer(look: TableLook, role: str, columns: dict[str, str], twice: list[str]) -> Answer:
    gaps = imports.still_missing(role, columns)
    for field in twice:
        st.warning(_("Two columns are {field}. Only one can be.").format(field=f"`{field}`"))
    for group in gaps:
        needed = ", ".join(f"`{field}`" for field in group)
        st.warning(_("Still needed, one of: {fields}.").format(fields=needed))
    unsure = not look.sure or columns != dict(look.columns or {})
    return Answer(role, columns, said=unsure, gaps=(*gaps, *((field,) for field in twice)))
