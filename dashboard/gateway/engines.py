"""Opens the tables of a release once, and asks them from a few threads of our own.

A DuckDB cursor belongs to one thread, and Streamlit runs every rerun in a new one: asked from there, each rerun would
open its own cursor and tables. Two lasting threads keep two sets, and leave the interpreter to the other sessions.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import streamlit as st

from dashboard.gateway import releases
from data.engine import Engine, open_engine
from data.lake import Lake
from data.settings import settings

T = TypeVar("T")


def at(number: int | None = None) -> tuple[str, int]:
    """The release of this number, or the latest, as every cache knows it: its home and moment, and its number.

    Two homes in one process never mix; nor do two releases of one number, which a restore can bring one after another.
    """
    release = releases.chosen(number)
    return f"{home()}|{release.created_at.isoformat()}", release.number


def home() -> str:
    """The databases and the engine of the settings in force, for caches of what is in no release."""
    current = settings()
    return f"{current.database_url}|{current.lake_url}|{current.engine}"


def ask(use_case: Callable[..., T], number: int, *arguments: Any) -> T:
    """The answer of a use case on a release, computed in one of the lasting threads; every caller keeps it."""
    return _threads().submit(use_case, engine(*at(number)), *arguments).result()


@st.cache_resource(max_entries=16, show_spinner=False)
def engine(place: str, number: int) -> Engine:
    """The engine on one release; a release never changes."""
    current = settings()
    return open_engine(Lake(current.lake_url), releases.chosen(number), backend=current.engine)


@st.cache_resource(max_entries=1, show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="engine")
