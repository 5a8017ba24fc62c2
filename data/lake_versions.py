"""Which files the versions of a Delta table need, and whether they are all there: for backup, restore and check."""

import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from data.errors import DataProblem
from data.lake import plain

LOG = "_delta_log"


def parts(table: Path, versions: Iterable[int]) -> set[PurePosixPath]:
    """Files, relative to the table, that these versions need: their data, and the log up to the newest of them."""
    wanted = set(versions)
    data = {part for version in wanted for part in _data_files(_at(table, version), table)}
    log = (file for file in (table / LOG).iterdir() if _is_log_until(file, max(wanted)))
    return data | {PurePosixPath(LOG, file.name) for file in log}


def refuse_unless_whole(table: Path, version: int, rows: int) -> None:
    """DataProblem unless every file of the version is there and its rows are as many as they should be."""
    found = _at(table, version)
    missing = [part for part in _data_files(found, table) if not (table / part).exists()]
    if missing:
        raise DataProblem(
            f"Version {version} of {table.name} lacks {len(missing)} of its files, {missing[0]} for example."
        )
    counted = found.count()
    if counted != rows:
        raise DataProblem(f"Version {version} of {table.name} has {counted} rows; its release counted {rows}.")


def _at(table: Path, version: int) -> DeltaTable:
    try:
        return DeltaTable(str(table.resolve()), version=version)
    except DeltaError as unknown:
        raise DataProblem(f"The lake {table.parent} does not hold version {version} of {table.name}.") from unknown


def _data_files(found: DeltaTable, table: Path) -> set[PurePosixPath]:
    base = table.resolve()
    return {PurePosixPath(Path(plain(uri)).relative_to(base).as_posix()) for uri in found.file_uris()}


def _is_log_until(file: Path, newest: int) -> bool:
    """Later entries belong to an import that never became a release."""
    if file.name == "_last_checkpoint":
        return bool(json.loads(file.read_text())["version"] <= newest)
    number = file.name.partition(".")[0]
    return number.isdigit() and int(number) <= newest
