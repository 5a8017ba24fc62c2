"""Imported texts and the reasons they stand for: what nobody knows yet is listed with its losses and can be mapped."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import formats, reason_words, session
from dashboard.filters import Look
from dashboard.gateway import interviews
from dashboard.gateway.reasons import Looked
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError

_KEY = "reason-mapping"


def draw(found: Looked, look: Look) -> None:
    """The texts behind the stated reasons, each with its reason, to be corrected in the table."""
    taxonomy, mapping = interviews.taxonomy(), interviews.feedback().mapping
    labels = {reason.code: reason_words.reason(taxonomy, reason.code) for reason in taxonomy.choosable}
    unknown = sum(n for _text, n in found.report.unmapped)
    text = _("{n} losses have a text that stands for no reason yet")
    st.markdown(f"**{formats.plain(text.format(n=formats.count(unknown)))}**")
    st.caption(
        _(
            "Codes of Stripe, Chargebee, Google Play, Apple and other systems are known. What you say here goes before "
            "them, also for everything imported earlier."
        )
    )
    known = _frame(found, labels)
    edited: Any = st.data_editor(
        known,
        hide_index=True,
        key=f"{_KEY}.{mapping.version}.{taxonomy.version}",
        disabled=["text", "losses"],
        placeholder=formats.NOTHING,
        column_config={
            "text": st.column_config.TextColumn(_("Imported text"), width=320),
            "losses": st.column_config.NumberColumn(_("Losses"), width=90),
            "reason": st.column_config.SelectboxColumn(_("Stands for"), options=["", *labels.values()], width=320),
        },
    )
    if st.button(_("Save as version {n}").format(n=mapping.version + 1), key=f"{_KEY}.save"):
        _save(edited[edited["reason"] != known["reason"]], labels)


def _frame(found: Looked, labels: dict[str, str]) -> pd.DataFrame:
    texts = Counter((loss.said, loss.stated) for loss in found.losses if loss.said)
    ordered = sorted(texts.items(), key=lambda item: (bool(item[0][1]), -item[1], item[0]))
    rows = [(text, n, labels.get(code, "")) for (text, code), n in ordered]
    return pd.DataFrame(rows, columns=["text", "losses", "reason"])


def _save(changed_rows: pd.DataFrame, labels: dict[str, str]) -> None:
    """Keep what was changed beside what was said before; an emptied reason says that the text stands for none."""
    taxonomy, feedback = interviews.taxonomy(), interviews.feedback()
    codes = {label: code for code, label in labels.items()}
    said = dict(feedback.mapping.texts)
    for text, label in zip(changed_rows["text"], changed_rows["reason"], strict=True):
        said[interviews.text_key(text)] = codes.get(label, "")
    changed = replace(feedback.mapping, taxonomy=taxonomy.version, texts=tuple(sorted(said.items())))
    try:
        interviews.save_mapping(changed)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all(f"{_KEY}.")
    st.rerun()
