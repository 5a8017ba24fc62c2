"""Imported texts and the reasons they stand for: what nobody knows yet is listed with its losses and can be mapped."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import editing, formats, reason_words, session
from dashboard.filters import Look
from dashboard.gateway import interviews
from dashboard.gateway.reasons import Looked
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_interviews import ReasonMapping, Taxonomy

_KEY = "reason-mapping"


@dataclass(frozen=True)
class Shown:
    """Imported texts with their losses and codes, and the versions they were read under."""

    rows: tuple[tuple[str, int, str], ...]
    taxonomy: Taxonomy
    mapping: ReasonMapping

    @property
    def labels(self) -> dict[str, str]:
        """The words of each reason that may be chosen."""
        return {reason.code: reason_words.reason(self.taxonomy, reason.code) for reason in self.taxonomy.choosable}


def draw(found: Looked, look: Look) -> None:
    """The texts behind the stated reasons, each with its reason, to be corrected in the table."""
    unknown = sum(n for _text, n in found.report.unmapped)
    text = _("{n} losses have a text that stands for no reason yet")
    st.markdown(f"**{formats.plain(text.format(n=formats.count(unknown)))}**")
    st.caption(
        _(
            "Codes of Stripe, Chargebee, Google Play, Apple and other systems are known. What you say here goes before "
            "them, also for everything imported earlier."
        )
    )
    shown = _shown(found)
    known, labels = _frame(shown), shown.labels
    edited: Any = st.data_editor(
        known,
        hide_index=True,
        key=editing.key_of(_KEY),
        disabled=["text", "losses"],
        placeholder=formats.NOTHING,
        column_config={
            "text": st.column_config.TextColumn(_("Imported text"), width=320),
            "losses": st.column_config.NumberColumn(_("Losses"), width=90),
            "reason": st.column_config.SelectboxColumn(_("Stands for"), options=["", *labels.values()], width=320),
        },
    )
    if st.button(_("Save as version {n}").format(n=shown.mapping.version + 1), key=f"{_KEY}.save"):
        _save(edited[edited["reason"] != known["reason"]], shown)


def _shown(found: Looked) -> Shown:
    """The texts as they are now, or as this tab began to change them."""
    taxonomy, mapping = interviews.taxonomy(), interviews.feedback().mapping
    texts: Counter[tuple[str, str]] = Counter()
    for part in found.parts:
        if part.of.said:
            texts[part.of.said, part.of.said_code] += part.customers
    ordered = sorted(texts.items(), key=lambda item: (bool(item[0][1]), -item[1], item[0]))
    rows = tuple((text, n, code) for (text, code), n in ordered)
    # An edit is known by the number of its row: other texts, or another order, need another editor.
    state = sha256(repr(rows).encode()).hexdigest()[:16]
    key = f"{_KEY}.{mapping.version}.{taxonomy.version}.{state}"
    return editing.begun_from(_KEY, Shown(rows, taxonomy, mapping), key)


def _frame(shown: Shown) -> pd.DataFrame:
    rows = [(text, n, shown.labels.get(code, "")) for text, n, code in shown.rows]
    return pd.DataFrame(rows, columns=["text", "losses", "reason"])


def _save(changed_rows: pd.DataFrame, shown: Shown) -> None:
    """Keep what was changed beside what was said before; an emptied reason says that the text stands for none."""
    codes = {label: code for code, label in shown.labels.items()}
    texts = zip(changed_rows["text"], changed_rows["reason"], strict=True)
    said = {text: codes.get(label, "") for text, label in texts}
    try:
        interviews.save_mapping(shown.mapping, said, shown.taxonomy.version)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all(f"{_KEY}.")
    st.rerun()
