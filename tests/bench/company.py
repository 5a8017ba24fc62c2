"""The demo company the bench measures on, published as a release into a home folder.

Run as a process of its own (`python -m tests.bench.company 1000000`), so that its memory is nobody else's.
"""

import sys

from data.database import open_database
from data.database.repositories import releases
from data.engine import Engine, open_engine
from data.lake import Lake
from data.records import Release
from data.release import publish
from data.sample.stage import stage_demo
from data.settings import settings
from tests.bench.pairs import say
from tests.builders import NOW


def make(customers: int) -> None:
    """Make the company without its tables of use, which no measured number needs, and publish it."""
    place = settings()
    place.home.mkdir(parents=True, exist_ok=True)
    staged = stage_demo(customers, end=NOW.date(), usage=False, folder=place.home)
    publish(place, open_database(place), staged, now=NOW)


def opened() -> Engine:
    """The engine on the newest release of the home in force."""
    place = settings()
    release = releases.latest(open_database(place))
    if release is None:
        raise SystemExit(f"there is no release in {place.home}")
    return open_engine(Lake(place.lake_url), release)


def release_of(engine: Engine) -> Release:
    """The release an engine is opened on."""
    if engine.release is None:
        raise ValueError("the engine of a build in progress")
    return engine.release


if __name__ == "__main__":
    say(f"making a company of {int(sys.argv[1]):,} customers ...")
    make(int(sys.argv[1]))
