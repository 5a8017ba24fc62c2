"""The script behind every address: frame and navigation only; each page lives in its own file under pages/."""

import streamlit as st

from dashboard import language, navigation, review_home, shell, url_state, who


def draw_sidebar_foot() -> None:
    """The language switch, at the foot of the navigation."""
    with st.sidebar, st.container(key="foot"):
        st.selectbox(
            "Language · 语言",  # in both languages, so that whoever is lost finds back
            list(language.NAMES),
            format_func=language.NAMES.__getitem__,
            key="language",
            label_visibility="collapsed",
            persist_state="session",
        )


def tell_browser_the_language() -> None:
    """Set `<html lang>`, which screen readers choose their voice by; Streamlit always says English.

    A script of our own origin, because the policy blocks inline scripts and a component's state cannot be serialised.
    """
    tag = language.HTML_TAGS[language.current()]
    st.html(f'<script src="language.js?lang={tag}"></script>', unsafe_allow_javascript=True)


url_state.follow_link()
language.settle()
who.recall()
entry, page = navigation.choose()
st.set_page_config(page_title=f"{page.title} · Building Churn Review", page_icon="📉", layout="wide")
st.html(shell.STYLE)
draw_sidebar_foot()
tell_browser_the_language()
review_home.lead_in(entry.name)
url_state.arrive(entry.name)
shell.draw_trust()
review_home.draw_banner(entry.name)
shell.heading(entry)
with shell.explaining_errors():
    page.run()
url_state.write_link()
who.keep()
