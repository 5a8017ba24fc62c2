"""What every command opens: settings, app database, lake and the engine on a release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.errors import NoData
from data.settings import Settings, settings

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine
    from data.records import Release

NOTHING_YET = (
    "There are no data yet. Make the demo company with `python -m dashboard demo`, or load your own files with "
    "`python -m dashboard import`."
)


@dataclass(frozen=True)
class Workspace:
    """Settings and the open app database."""

    settings: Settings
    database: Database

    def latest(self) -> Release | None:
        """The newest release."""
        from data.database.repositories import releases

        return releases.latest(self.database)

    def release(self, wanted: str) -> Release:
        """A release by number, or `latest`; NoData when there is none."""
        from data.database.repositories import releases

        if wanted != "latest":
            return releases.get(self.database, int(wanted))
        found = self.latest()
        if found is None:
            raise NoData(NOTHING_YET)
        return found

    def engine(self, wanted: str = "latest") -> Engine:
        """The engine on a release."""
        from data.engine import open_engine
        from data.lake import Lake

        return open_engine(Lake(self.settings.lake_url), self.release(wanted), backend=self.settings.engine)


def open_workspace() -> Workspace:
    """Read the settings and open the app database."""
    from data.database import open_database

    found = settings()
    return Workspace(found, open_database(found))
