"""Which pages there are, in which section, and the question each of them answers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from dashboard.language import N_, _

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Entry:
    """One page: its file in pages/ (also its address), title and question; one not listed is reached from another."""

    name: str
    title: str
    question: str
    listed: bool = True


#: Sections in the order of the work: review, see, understand, act, improve, set up; those without pages are left out.
SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        N_("Review"),
        (
            Entry(
                "review",
                N_("Review"),
                N_("Whom did we lose, why, what do we do about it, and did what we decided work?"),
            ),
        ),
    ),
    (
        N_("See"),
        (
            Entry("overview", N_("Overview"), N_("Are we losing more than before, is it real, what does it cost?")),
            Entry("trends", N_("Churn trends"), N_("How does churn move, who moves it, where is it going?")),
            Entry("customers", N_("Customers"), N_("Which customers is a number made of?")),
        ),
    ),
    (
        N_("Understand"),
        (
            Entry("lifecycle", N_("Lifecycle"), N_("When in their life do customers leave, and is it getting better?")),
            Entry("money", N_("Money"), N_("What do losses cost, what is retention worth, what is at risk?")),
            Entry("personas", N_("Personas"), N_("Who leaves more often than others, and why did churn change?")),
            Entry("reasons", N_("Reasons"), N_("Why do customers leave, and how much of it could we have prevented?")),
            Entry("interviews", N_("Interviews"), N_("Whom do I interview next, and what did they say?")),
            Entry("definitions", N_("Definition lens"), N_("How much of our churn is a matter of definition?")),
            Entry("metric_dictionary", N_("Metric dictionary"), N_("What exactly does each figure mean?")),
        ),
    ),
    (
        N_("Act"),
        (
            Entry("experiments", N_("Experiments"), N_("Which offers do we test, and what did we learn?")),
            Entry(
                "experiment",
                N_("Experiment"),
                N_("Is this offer worth it: what was planned, what came in, what follows?"),
                listed=False,
            ),
            Entry("calculator", N_("Calculator"), N_("Is this difference real?")),
        ),
    ),
    (
        N_("Improve"),
        (
            Entry("actions", N_("Actions"), N_("What do we do about it, who does it, and did it work?")),
            Entry(
                "proof", N_("Proof"), N_("How will we see whether it works, and what do the data say?"), listed=False
            ),
            Entry("win_back", N_("Win back"), N_("Whom can we call, now that what they left for was mended?")),
        ),
    ),
    (
        N_("Set up"),
        (Entry("data", N_("Data"), N_("What are the numbers made of, and how do more data come in?")),),
    ),
)


@cache
def entries() -> dict[str, Entry]:
    """Every page by its name."""
    return {entry.name: entry for _title, pages in SECTIONS for entry in pages}


def page(name: str) -> st.Page:
    """The page called `name`, titled in the reader's language; the overview is the front page."""
    entry = entries()[name]
    path = PAGES / f"{name}.py"
    visibility = "visible" if entry.listed else "hidden"
    return st.Page(path, title=_(entry.title), url_path=name, default=name == "overview", visibility=visibility)


def choose() -> tuple[Entry, st.Page]:
    """Draw the navigation and return the page that was chosen."""
    listed = {_(title): [page(entry.name) for entry in pages] for title, pages in SECTIONS}
    chosen = st.navigation(listed, position="sidebar", expanded=True)
    return entries()[chosen.url_path or "overview"], chosen
