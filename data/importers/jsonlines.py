"""JSON lines, or one JSON array of objects, as rows of text; what lies deeper stays JSON text."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from data.errors import DataProblem
from data.importers.workbook import as_text

#: One array has to be held whole; larger files must be JSON lines.
_ARRAY_LIMIT = 256 << 20


def headers(path: Path, codec: str) -> list[str]:
    """Return every key in order of first appearance; DataProblem when the file holds no objects."""
    keys: dict[str, None] = {}
    for _, record in _objects(path, codec):
        keys.update(dict.fromkeys(record))
    if not keys:
        raise DataProblem(f"{path.name} holds no table: JSON lines are expected, one object per line.")
    return list(keys)


def rows(path: Path, codec: str, keys: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Give line (or record) number and the values of `keys`."""
    for row, record in _objects(path, codec):
        yield row, [_text(record.get(key)) for key in keys]


def _objects(path: Path, codec: str) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding=codec) as file:
        if file.read(1).lstrip("\ufeff") == "[":
            yield from _array(path, codec)
            return
        file.seek(0)
        yield from _lines(path, file)


def _lines(path: Path, file: Iterable[str]) -> Iterator[tuple[int, dict[str, object]]]:
    for row, line in enumerate(file, start=1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            record = json.loads(line.lstrip("\ufeff"))
        except json.JSONDecodeError as problem:
            raise DataProblem(
                f"{path.name} is no JSON lines file: line {row} cannot be read ({problem.msg}). One object per line "
                f"is expected; "
                "the last line may be cut off."
            ) from None
        if not isinstance(record, dict):
            raise DataProblem(f"{path.name}: line {row} is no JSON object but {type(record).__name__}.")
        yield row, record


def _array(path: Path, codec: str) -> Iterator[tuple[int, dict[str, object]]]:
    if path.stat().st_size > _ARRAY_LIMIT:
        raise DataProblem(
            f"{path.name} is one JSON array of more than 256 MB; save it as JSON lines, one object per line."
        )
    try:
        records = json.loads(path.read_text(encoding=codec).lstrip("\ufeff"))
    except json.JSONDecodeError as problem:
        raise DataProblem(f"{path.name} is no valid JSON ({problem}); it may be cut off.") from None
    for row, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise DataProblem(f"{path.name}: element {row} is no JSON object but {type(record).__name__}.")
        yield row, record


def _text(value: object) -> str:
    """Return a JSON value as a cell: nested values and texts with structure as JSON, true and false as such."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return repr(value)
    return as_text(value)
