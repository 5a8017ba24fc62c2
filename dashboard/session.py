"""What one browser tab remembers: choices and drafts, never facts. The only module that touches session state."""

from typing import Any

import streamlit as st


def get(key: str, default: Any = None) -> Any:
    """Return what this tab remembers under `key`, or `default`."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Remember `value` under `key`; a widget with this key shows it from its next drawing on."""
    st.session_state[key] = value


def forget(key: str) -> None:
    """Forget `key`; nothing happens when it is unknown."""
    if key in st.session_state:
        del st.session_state[key]


def forget_all(prefix: str) -> None:
    """Forget every key that starts with `prefix`."""
    for key in [str(k) for k in st.session_state if str(k).startswith(prefix)]:
        forget(key)
