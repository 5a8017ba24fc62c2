"""The steps lead from nothing to the newest schema, which is what the tables in code say; on both engines."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from data.database import Database, open_database
from data.database.connection import connect
from data.database.migrate import HEAD, MIGRATIONS, stored_revision, to_head, upgrade
from data.database.tables import Base
from data.errors import SettingsProblem
from data.settings import Settings


def steps() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_newest_step_is_the_one_the_program_knows() -> None:
    assert steps().get_heads() == [HEAD]


def test_the_steps_form_one_line() -> None:
    assert [step.revision for step in steps().walk_revisions()] == [f"{n:04}" for n in range(int(HEAD), 0, -1)]


def test_an_empty_database_is_brought_to_the_newest_schema(empty_database: Settings) -> None:
    engine = connect(empty_database.database_url)
    assert stored_revision(engine) is None

    to_head(engine)

    assert stored_revision(engine) == HEAD
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    engine.dispose()


def test_steps_and_tables_in_code_say_the_same(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_of_an_older_program_keeps_its_rows(empty_database: Settings) -> None:
    engine = connect(empty_database.database_url)
    with engine.execution_options(writing=True).begin() as connection:
        upgrade(connection, "0001")
        connection.execute(text("UPDATE data_version SET number = 41"))
    engine.dispose()

    database = open_database(empty_database)

    assert database.data_version() == 41
    database.close()


def test_verdicts_of_an_older_program_stay_and_stay_unchangeable(empty_database: Settings) -> None:
    engine = connect(empty_database.database_url)
    moment = "'2026-01-01 00:00:00'"
    action = {"title": "Calls", "text": "", "owner": "", "department": "", "confidence": "low", "reason": "", "who": ""}
    plain = {**action, "state": "shipped", "round": 1, "review": 0}
    verdict = {"action_id": 1, "round": 1, "release": 3, "code": "proof-1", "word": "worked", "digest": "a"}
    with engine.execution_options(writing=True).begin() as connection:
        upgrade(connection, "0006")
        for table, row in (("actions", plain), ("verdicts", {**verdict, "document": "{}", "who": "job"})):
            names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(
                text(
                    f"INSERT INTO {table} (created_at, updated_at, version, id, {names}) "
                    f"VALUES ({moment}, {moment}, 1, 1, {values})"
                ),
                row,
            )
    engine.dispose()

    database = open_database(empty_database)

    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT word, window_months FROM verdicts")).all()
    assert kept == [("worked", 0)]
    for change in ("UPDATE verdicts SET word = 'did-not'", "DELETE FROM verdicts"):
        with pytest.raises(DatabaseError, match="append-only"), database.writing() as session:
            session.execute(text(change))
    with pytest.raises(DatabaseError, match=r"ck_verdicts_word|CHECK"), database.writing() as session:
        session.execute(
            text(f"INSERT INTO verdicts SELECT 2, {moment}, {moment}, 1, 1, 2, 3, 'x', 'perhaps', '', '{{}}', '', 0")
        )
    database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(empty_database: Settings) -> None:
    database = open_database(empty_database)
    with database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(SettingsProblem, match=r"newer version of this program .*Install the newer version"):
        open_database(empty_database)

    engine = connect(empty_database.database_url)
    assert stored_revision(engine) == "9999"
    engine.dispose()


def test_the_steps_are_found_from_any_folder(
    empty_database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    open_database(empty_database).close()


def test_the_command_of_developers_brings_a_database_to_the_newest_schema(churn_home: Path) -> None:
    churn_home.mkdir()
    config = Config(Path(__file__).parents[4] / "alembic.ini")

    command.upgrade(config, "head")

    command.check(config)
    engine = connect(f"sqlite:///{churn_home}/app.db")
    assert stored_revision(engine) == HEAD
    engine.dispose()


def test_a_new_step_names_plain_types(churn_home: Path, tmp_path: Path) -> None:
    churn_home.mkdir()
    config = Config(Path(__file__).parents[4] / "alembic.ini")
    config.set_main_option("version_locations", str(tmp_path))
    config.set_main_option("path_separator", "os")

    command.revision(config, "everything", autogenerate=True)

    (step,) = tmp_path.glob("*_everything.py")
    assert "sa.Column('created_at', sa.DateTime(timezone=True)" in step.read_text()
    assert "UtcMoment" not in step.read_text()
    compile(step.read_text(), step.name, "exec")
