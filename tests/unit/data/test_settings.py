"""Settings are read from the environment, and a wrong one is refused with the way out."""

from pathlib import Path

import pytest

from data.errors import SettingsProblem
from data.settings import Settings, settings, unknown_variables


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CHURN_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_variables_everything_lies_in_the_folder_var(tmp_path: Path) -> None:
    read = settings()

    assert read.home == tmp_path / "var"
    assert read.lake_url == str(tmp_path / "var" / "lake")
    assert read.database_url == f"sqlite:///{tmp_path}/var/app.db"
    assert (read.engine, read.keep_releases, read.max_reject_share, read.language) == ("duckdb", 30, 0.05, "en")


def test_lake_and_database_follow_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", "/srv/churn")

    assert settings().lake_url == "/srv/churn/lake"
    assert settings().database_url == "sqlite:////srv/churn/app.db"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sqlite:///there.db", "sqlite:///{here}/there.db"),
        ("sqlite:////srv/there.db", "sqlite:////srv/there.db"),
        ("postgresql://me@host/db?sslmode=require", "postgresql+psycopg://me@host/db?sslmode=require"),
        ("postgres://host/db", "postgresql+psycopg://host/db"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
    ],
)
def test_database_addresses_are_brought_to_one_form(
    given: str, kept: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHURN_DATABASE_URL", given)

    assert settings().database_url == kept.format(here=tmp_path)


@pytest.mark.parametrize("name", ["a[1]", "a]", "a^b", "a|b", "a\\b"])
def test_a_folder_delta_lake_cannot_write_to_is_refused_before_anything_is_written(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHURN_HOME", f"/srv/{name}")
    with pytest.raises(SettingsProblem, match="CHURN_LAKE_URL"):
        settings()

    monkeypatch.setenv("CHURN_LAKE_URL", "/srv/lake")
    assert settings().lake_url == "/srv/lake"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("there/", "{here}/there"), ("/srv/lake", "/srv/lake"), ("s3://bucket/lake/", "s3://bucket/lake")],
)
def test_the_lake_is_an_absolute_folder_or_an_address(
    given: str, kept: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHURN_LAKE_URL", given)

    assert settings().lake_url == kept.format(here=tmp_path)


@pytest.mark.parametrize("engine", ["duckdb", "spark", "spark-local", "spark://master:7077"])
def test_known_engines_are_taken(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_ENGINE", engine)

    assert settings().engine == engine


@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [
        ("CHURN_HOME", __file__, "must be a folder"),
        ("CHURN_DATABASE_URL", "mysql://host/db", "must start with sqlite:///"),
        ("CHURN_DATABASE_URL", "sqlite:///:memory:", "must start with sqlite:///"),
        ("CHURN_DATABASE_URL", "sqlite://", "must start with sqlite:///"),
        ("CHURN_DATABASE_URL", "postgresql://", "must start with sqlite:///"),
        ("CHURN_ENGINE", "polars", "must be duckdb"),
        ("CHURN_ENGINE", "spark://", "must be duckdb"),
        ("CHURN_KEEP_RELEASES", "0", "at least 1"),
        ("CHURN_KEEP_RELEASES", "many", "at least 1"),
        ("CHURN_MAX_REJECT_SHARE", "5", "between 0 and 1"),
        ("CHURN_MAX_REJECT_SHARE", "nan", "between 0 and 1"),
        ("CHURN_LANGUAGE", "fr", "en or zh"),
    ],
)
def test_a_wrong_value_names_variable_limit_and_way_out(
    name: str, value: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsProblem) as refused:
        settings()

    message = str(refused.value)
    assert message.startswith(f"{name} is ")
    assert limit in message
    assert "nset it for" in message
    assert message.count("CHURN_") == 1


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_ENGINE", "polars")
    monkeypatch.setenv("CHURN_LANGUAGE", "fr")

    with pytest.raises(SettingsProblem, match=r"(?s)CHURN_ENGINE.*CHURN_LANGUAGE"):
        settings()


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_DATABASE_URL", "postgresql://me:hunter2@host/db")
    assert "hunter2" not in repr(settings())

    monkeypatch.setenv("CHURN_DATABASE_URL", "oracle://me:hunter2@host/db")
    with pytest.raises(SettingsProblem) as refused:
        settings()
    assert "hunter2" not in str(refused.value)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_ENGINE", "")

    assert settings().engine == "duckdb"


def test_variables_nobody_reads_are_found() -> None:
    assert unknown_variables({"CHURN_LAKE_URI": "x", "CHURN_LAKE_URL": "x", "PATH": "x"}) == ["CHURN_LAKE_URI"]
