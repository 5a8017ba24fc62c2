"""The engine on the files of a release."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.engine import Engine
from data.errors import NoData
from data.parquet_files import cursor, parquet
from data.settings import settings
from data.soundness import problems
from tests.builders import a_company, a_subscription, an_engine, unpublished


def test_one_engine_serves_threads_that_come_and_go():
    engine = an_engine(a_company([a_subscription("c1"), a_subscription("c2")]))
    found: list[int] = []
    # One after the other: the system gives the number of a thread that ended to the next one.
    for _ in range(5):
        thread = Thread(target=lambda: found.append(len(engine.rows(engine.table("customers")))))
        thread.start()
        thread.join()
    with ThreadPoolExecutor(4) as pool:
        found += pool.map(lambda _: len(engine.rows(engine.table("lifetimes"))), range(8))
    assert found == [2] * 13


def test_a_table_the_release_lacks_says_how_to_load_it():
    engine = unpublished(a_company([a_subscription()]))
    assert not engine.has("tickets")
    with pytest.raises(NoData, match="no table tickets"):
        engine.table("tickets")


@pytest.mark.parametrize("name", ["größe 食品", "it's a home", "a*b?", "{x,y}"])
def test_any_name_of_a_folder_is_just_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / name / "home"))
    engine = an_engine(a_company([a_subscription("c1", ends="2024-05-01"), a_subscription("c2")]))
    assert len(engine.rows(engine.table("movements"))) == 3
    assert problems(settings()) == []


def test_a_file_is_read_itself_and_its_path_says_nothing(tmp_path: Path):
    folder = tmp_path / "plan=1"
    folder.mkdir()
    for name, row in (("t1.parquet", "other"), ("t[1].parquet", "this")):
        pq.write_table(pa.table({"row": [row]}), folder / name)
    file = str(folder / "t[1].parquet")
    engine = Engine("duckdb", {"t": [file]})
    assert engine.rows(engine.table("t")) == [{"row": "this"}]
    assert parquet(cursor(), [file]).fetchall() == [("this",)]


def test_a_table_without_rows_has_its_columns():
    engine = an_engine(a_company([a_subscription(mrr=0)]))
    assert isinstance(engine, Engine)
    assert engine.rows(engine.table("movements")) == []
    assert "delta_cents" in engine.table("movements").columns
