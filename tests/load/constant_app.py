"""The launcher of the reference: warmed and wrapped exactly as the app is."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.no_delay import NoDelay
from dashboard.security import SecurityHeaders
from streamlit_app import lifespan

app = st.App(
    Path(__file__).with_name("constant_page.py"),
    middleware=[Middleware(NoDelay), Middleware(SecurityHeaders)],
    lifespan=lifespan,
)
