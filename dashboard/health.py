"""Routes for whoever runs the app: is it alive, and the few numbers worth an alert."""

import os
import time
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse

STARTED = time.monotonic()


async def healthz(_request: Request) -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"ok": True})


async def metrics(_request: Request) -> PlainTextResponse:
    """Numbers of this process in the Prometheus text format."""
    lines = [
        "# TYPE churn_uptime_seconds gauge",
        f"churn_uptime_seconds {time.monotonic() - STARTED:.0f}",
        "# TYPE churn_resident_memory_bytes gauge",
        f"churn_resident_memory_bytes {_resident_bytes()}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _resident_bytes() -> int:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0
