"""`check`: whether settings, database, lake and books are sound, and what to do where they are not."""

from __future__ import annotations

from typing import Any

from dashboard.cli.workspace import NOTHING_YET, open_workspace
from data.derived.build import reconcile
from data.errors import SettingsProblem
from data.settings import unknown_variables
from data.soundness import problems


def findings() -> dict[str, Any]:
    """Every check with its outcome; `passed` when none failed."""
    try:
        place = open_workspace()
    except SettingsProblem as wrong:
        return _told([_finding("settings", False, str(wrong))])
    unknown = unknown_variables()
    settings_said = (
        f"nothing reads {', '.join(unknown)}; remove or correct them" if unknown else "every one is understood"
    )
    found = [_finding("settings", not unknown, settings_said)]
    wrong = problems(place.settings)
    found.append(_finding("stores", not wrong, "; ".join(wrong) or "app database and lake are whole"))
    release = place.latest()
    if release is None:
        return _told([*found, _finding("data", True, NOTHING_YET)])
    again = reconcile(place.engine(), release.options, release.as_of)
    return _told([*found, *(_finding(c.name, c.passed, c.detail) for c in again)])


def _finding(name: str, passed: bool, detail: str) -> dict[str, Any]:
    return {"name": name, "passed": passed, "detail": detail}


def _told(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"passed": all(f["passed"] for f in found), "checks": found}
