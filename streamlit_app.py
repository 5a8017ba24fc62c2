"""The launcher `streamlit run` finds by itself: the app with health, metrics, security headers, warm imports."""

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard import health, logs, shell, who_cookie
from dashboard.gateway import figures
from dashboard.no_delay import NoDelay
from dashboard.security import SecurityHeaders, language_script
from data.errors import ReviewError
from data.records import Scope

ROOT = Path(__file__).resolve().parent
#: Imported before the first visitor comes: together they take 2-5 seconds cold.
HEAVY = ("altair", "pandas", "sqlalchemy", "ibis", "duckdb", "deltalake", "scipy.stats", "statsmodels.api")
#: Our own packages that pages lead to, and modules in them that do something when imported or serve the terminal.
OWN = ("analysis", "dashboard", "data.queries")
APART = ("dashboard.app", "dashboard.__main__", "dashboard.cli")


def warm() -> None:
    """Import everything a page may need, and ask for the front page's numbers: the first visitor finds them counted."""
    for name in HEAVY:
        importlib.import_module(name)
    for package in map(importlib.import_module, OWN):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(APART):
                importlib.import_module(found.name)
    with suppress(ReviewError):  # no data yet, or what the page will say
        figures.overview(Scope())


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Warm the process, then take all that was imported out of the garbage collector's sight.

    Streamlit collects garbage after every run while holding the interpreter lock; walking a million imported objects
    costs some 100 ms a run, and those that only the first page would import another 40. pyarrow's thread pool costs
    more than it gives at the sizes a page shows.
    """
    logs.configure()
    warm()
    pyarrow.set_cpu_count(1)
    gc.collect()
    gc.freeze()
    yield {"ready": True}


app = st.App(
    ROOT / "dashboard" / "app.py",
    routes=[
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Route("/language.js", language_script),
        Route(f"/{who_cookie.PATH}", who_cookie.remember),
    ],
    middleware=[Middleware(NoDelay), Middleware(SecurityHeaders)],
    lifespan=lifespan,
    on_script_error=shell.on_script_error,
)
