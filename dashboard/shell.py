"""What every page stands in: title, question, error boundary, empty states."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import streamlit as st

from dashboard import logs, navigation, trust_bar, url_state
from dashboard.formats import plain
from dashboard.gateway import releases
from dashboard.language import _
from dashboard.navigation import Entry
from dashboard.said import in_this_language
from data.errors import NoData, ReviewError

#: Read once: given a path, Streamlit looks for the file and reads it in every run of a page.
STYLE = f"<style>{Path(__file__).with_name('style.css').read_text(encoding='utf-8')}</style>"


def heading(entry: Entry) -> None:
    """The page's title and the question it answers."""
    with st.container(key="heading", gap=None):
        st.title(_(entry.title), anchor=False)
        st.caption(_(entry.question))


def draw_trust() -> None:
    """The trust bar; nothing before the first release, and nothing for a release that does not exist."""
    with suppress(NoData):
        trust_bar.draw(releases.trust(url_state.current().release))


@contextmanager
def explaining_errors() -> Iterator[None]:
    """Show an error the reader can fix as it is; leave everything else to the log and its reference number."""
    try:
        yield
    except NoData as missing:
        if releases.known():
            st.error(plain(in_this_language(str(missing))), icon=":material/error:")
        else:
            no_data()
    except ReviewError as error:
        st.error(plain(in_this_language(str(error))), icon=":material/error:")


def no_data() -> None:
    """The app before its first release: says what to load and where."""
    with st.container(border=True, key="empty", gap="small"):
        st.header(_("No customer data yet"), anchor=False)
        st.write(_("Load a list of customers with when each one started and left, or start with the demo company."))
        st.write(_("From the command line:"))
        st.code("python -m dashboard demo\npython -m dashboard import FILES", language=None)
        link_to_data()


def link_to_data() -> None:
    """A link to the page that loads data."""
    st.page_link(navigation.page("data"), label=_("Load data"), icon=":material/upload_file:")


def on_script_error(error: Exception) -> bool:
    """A bug: logged with a reference number that the reader sees instead of a traceback."""
    reference = logs.script_error(error, page=st.context.url or "")
    st.error(
        _("Something went wrong on our side. Nothing was changed. Please report reference {reference}.").format(
            reference=reference
        ),
        icon=":material/bug_report:",
    )
    return True
