"""The companies of the parity tests, published once on each engine; one Spark for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from data.database import open_database
from data.derived import sums
from data.engine import Engine, backend_for, open_engine
from data.lake import Lake
from data.release import Published, publish
from data.settings import Settings
from tests.builders import NOW
from tests.parity import companies

#: `many` is `contracts` published as if it were large: with its sums.
COMPANIES = {
    "many": companies.contracts,
    "contracts": companies.contracts,
    "purchases": companies.purchases,
    "use_alone": companies.use_alone,
    "known_late": companies.known_late,
}


def a_home(folder: Path, engine: str = "duckdb") -> Settings:
    """Settings of a folder, whatever the environment says."""
    return Settings(
        home=folder, lake_url=str(folder / "lake"), database_url=f"sqlite:///{folder / 'app.db'}", engine=engine
    )


Homes = Callable[[str, str], tuple[Settings, Published]]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """(company, engine) -> its home and what publishing it there said; published when first asked for."""

    @cache
    def published(company: str, engine: str) -> tuple[Settings, Published]:
        home = a_home(tmp_path_factory.mktemp(f"{company}-{engine}") / "home", engine)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "MANY_MOVEMENTS", 1 if company == "many" else sums.MANY_MOVEMENTS)
            return home, publish(home, open_database(home), COMPANIES[company](), now=NOW)

    return published


@pytest.fixture(scope="session")
def engines(homes: Homes) -> Callable[[str, str], Engine]:
    """(company, engine) -> the engine on the release that this engine built."""

    @cache
    def opened(company: str, engine: str) -> Engine:
        home, done = homes(company, engine)
        return open_engine(Lake(home.lake_url), done.release, backend=engine)

    return opened


#: Nothing runs often enough to be worth more than the first of Java's compilers: half of the work would be the second's.
JAVA = "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell"


@pytest.fixture(scope="session")
def spark() -> Iterator[None]:
    """Spark as the product starts it, set for tables of a few hundred rows: no code generation, one partition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", JAVA)
        session = backend_for("spark")._session
    session.conf.set("spark.sql.shuffle.partitions", "1")
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    session.conf.set("spark.sql.adaptive.enabled", "false")
    yield
    session.stop()
