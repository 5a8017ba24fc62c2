"""Which browser the browser tests drive: the named one, a system Chromium, or Playwright's own."""

import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """Path of a browser of the Chromium family, or None when there is none."""
    named = os.environ.get("CHURN_TEST_BROWSER")
    if named:
        return named if Path(named).exists() else None
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    raise SystemExit(0 if executable() else 1)
