"""Where the public data sets lie that golden tests read: too large, and of too many licences, to be kept here."""

import os
import shutil
import subprocess
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_PLACE = Path("shared") / "datasets"

HOW_TO_NAME_IT = "The public data sets were not found in ../shared/datasets; name their folder with CHURN_TEST_DATASETS=/path/to/datasets"


def folder() -> Path | None:
    """The folder named by CHURN_TEST_DATASETS, else shared/datasets beside this checkout or the one it came from."""
    named = os.environ.get("CHURN_TEST_DATASETS")
    candidates = [Path(named)] if named else [root.parent / _PLACE for root in (_ROOT, *_origins())]
    return next((path for path in candidates if path.is_dir()), None)


def _origins() -> list[Path]:
    """Checkout that this worktree belongs to, and local checkout that this clone was made from."""
    common = _git("rev-parse", "--path-format=absolute", "--git-common-dir")
    remote = _git("config", "--get", "remote.origin.url").removeprefix("file://")
    return [Path(path) for path in (common.removesuffix("/.git"), remote.removesuffix("/.git")) if path.startswith("/")]


def _git(*words: str) -> str:
    if shutil.which("git") is None:
        return ""
    done = subprocess.run(["git", "-C", str(_ROOT), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip()
