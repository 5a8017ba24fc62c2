"""The launcher `streamlit run` finds by itself: the app with health, metrics, security headers, warm imports."""

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pyarrow
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard import health, logs, shell
from dashboard.security import SecurityHeaders, language_script

ROOT = Path(__file__).resolve().parent
#: Imported before the first visitor comes: together they take 2-5 seconds cold.
HEAVY = ("altair", "pandas", "sqlalchemy", "ibis", "duckdb", "deltalake", "scipy.stats", "statsmodels.api")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Warm the process, then take all that was imported out of the garbage collector's sight.

    Streamlit collects garbage after every run while holding the interpreter lock; walking a million imported objects
    costs some 100 ms a run. pyarrow's thread pool costs more than it gives at the sizes a page shows.
    """
    logs.configure()
    for name in HEAVY:
        importlib.import_module(name)
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
    ],
    middleware=[Middleware(SecurityHeaders)],
    lifespan=lifespan,
    on_script_error=shell.on_script_error,
)
