"""What the server says to whoever asks without a browser: alive, a few numbers, and headers that keep others out."""

import asyncio
import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.health import healthz, metrics
from dashboard.security import SecurityHeaders, language_script

APP = Starlette(
    routes=[Route("/healthz", healthz), Route("/metrics", metrics), Route("/language.js", language_script)],
    middleware=[Middleware(SecurityHeaders)],
)


def get(path: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "http_version": "1.1"}
    asyncio.run(APP(asked, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent).decode()


def test_a_process_that_lives_says_so():
    assert get("/healthz")[::2] == (200, '{"ok":true}')


def test_the_numbers_are_in_the_format_of_prometheus():
    status, headers, text = get("/metrics")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
    found = dict(line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    assert int(found["churn_uptime_seconds"]) >= 0
    assert int(found["churn_resident_memory_bytes"]) > 10_000_000
    assert {line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE")} == found.keys()


@pytest.mark.parametrize("path", ["/healthz", "/language.js", "/no such page"])
def test_every_answer_keeps_other_sites_out(path: str):
    _status, headers, _text = get(path)
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "'none'"
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]


def test_of_inline_scripts_only_those_of_the_frame_may_run():
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in get("/healthz")[1]["content-security-policy"]


def test_the_script_that_tells_the_language_is_a_script():
    status, headers, text = get("/language.js")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/javascript")
    assert "document.documentElement.lang" in text
