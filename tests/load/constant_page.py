"""The script of the reference: the same navigation, and one recorded page from constants."""

import os
from pathlib import Path

import streamlit as st

from tests.load import constants


def _navigation(page: constants.Page) -> dict[str, list[st.Page]]:
    listed: dict[str, list[st.Page]] = {}
    for section, title, address in page.navigation:
        shown = st.Page(page.draw, title=title, url_path=address, default=not address)
        listed.setdefault(section, []).append(shown)
    return listed


recorded = constants.read(Path(os.environ[constants.RECORDING]))
st.navigation(_navigation(recorded), position="sidebar", expanded=True).run()
