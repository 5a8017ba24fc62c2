"""Settings from the environment (CHURN_*): where the data live, what computes, and the limits of an import."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.errors import SettingsProblem

PREFIX = "CHURN_"
SHORTEST_SECRET = 16

# What a wrong value is told: the limit, and what to set instead.
WAYS_OUT = {
    "home": "it must be a folder this user may write to. Set it to one, or unset it for `var`",
    "lake_url": (
        "it must be a folder whose path holds none of [ ] ^ | \\, or the address of an object store (s3://, gs://, "
        "az://). Set it to one; unset, it is <home>/lake"
    ),
    "database_url": (
        "it must start with sqlite:/// followed by a file, or with postgresql://. "
        "Unset it for the file app.db in the home folder"
    ),
    "engine": "it must be duckdb, spark, spark-local or spark://host:port. Unset it for duckdb",
    "keep_releases": "it must be a whole number of at least 1. Unset it for 30",
    "max_reject_share": "it must be a share between 0 and 1 (0.05 = 5 %). Unset it for 0.05",
    "language": "it must be en or zh. Unset it for en",
    "webhook_secret": "it must have at least 16 characters. Unset it to send no assignments",
}


def _a_folder(home: Path) -> Path:
    if home.exists() and not home.is_dir():
        raise ValueError("it must be a file")
    return home.expanduser().absolute()


def _a_place(url: str) -> str:
    if "://" in url:
        return url.rstrip("/")
    folder = str(Path(url).expanduser().absolute())
    # Delta Lake breaks off at these.
    if any(sign in folder for sign in "[]^|\\"):
        raise ValueError("a sign in the path that Delta Lake does not take")
    return folder


def _a_database(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme in {"sqlite", "sqlite+pysqlite"}:
        return _a_sqlite_file(rest)
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("neither SQLite nor PostgreSQL")


def _a_sqlite_file(rest: str) -> str:
    file = rest.removeprefix("/").partition("?")[0]
    if not file or ":memory:" in file:
        raise ValueError("a database in memory is gone when the program ends")
    return f"sqlite:///{Path(file).expanduser().absolute()}"


def _an_engine(engine: str) -> str:
    if engine in {"duckdb", "spark", "spark-local"} or engine.removeprefix("spark://") not in {engine, ""}:
        return engine
    raise ValueError("neither DuckDB nor Spark")


def _a_secret(secret: str) -> str:
    if secret and len(secret) < SHORTEST_SECRET:
        raise ValueError("a secret that can be guessed")
    return secret


class Settings(BaseSettings):
    """Where everything lives; paths are absolute, so a later change of folder changes nothing."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Annotated[Path, AfterValidator(_a_folder)] = Field(default=Path("var"), validate_default=True)
    lake_url: Annotated[str, AfterValidator(_a_place)] = Field(
        default_factory=lambda known: str(known["home"] / "lake"), validate_default=True
    )
    # Not shown in a repr: the address may carry a password.
    database_url: Annotated[str, AfterValidator(_a_database)] = Field(
        default_factory=lambda known: f"sqlite:///{known['home'] / 'app.db'}", repr=False
    )
    engine: Annotated[str, AfterValidator(_an_engine)] = "duckdb"
    keep_releases: int = Field(default=30, ge=1)
    max_reject_share: float = Field(default=0.05, ge=0, le=1)
    language: Literal["en", "zh"] = "en"
    webhook_secret: Annotated[str, AfterValidator(_a_secret)] = Field(default="", repr=False)


def settings() -> Settings:
    """The settings as the environment gives them now; SettingsProblem when one cannot be used."""
    return _settings_of(tuple(map(os.environ.get, _VARIABLES)), os.getcwd())  # noqa: PTH109 - a Path takes ten times as long, in every run of a page


_NAMES = [PREFIX + name for name in Settings.model_fields]
_VARIABLES = (*map(str.upper, _NAMES), *map(str.lower, _NAMES))


@lru_cache(maxsize=8)
def _settings_of(_environment: tuple[str | None, ...], _folder: str) -> Settings:
    """Read the environment, which is as told: looking at it costs a hundredth of checking it anew."""
    try:
        return Settings()
    except ValidationError as wrong:
        raise SettingsProblem(_explanation(wrong)) from None


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Variables that start with CHURN_ and that nothing reads, likely a slip of the pen (CHURN_TEST_ is for tests)."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    own = (name for name in environment if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_"))
    return sorted(name for name in own if name not in known)


#: Values that may hold a password.
_NOT_SHOWN = {"database_url": "an address that cannot be used", "webhook_secret": "too short"}


def _explanation(wrong: ValidationError) -> str:
    # A default built from another value that is wrong is not itself wrong.
    own = [error for error in wrong.errors() if error["type"] != "default_factory_not_called"]
    return "\n".join(_sentence(error["loc"], error["input"]) for error in own)


def _sentence(location: tuple[int | str, ...], value: object) -> str:
    name = str(location[0])
    shown = _NOT_SHOWN.get(name) or repr(str(value))
    return f"{PREFIX}{name.upper()} is {shown}; {WAYS_OUT[name]}."
