"""What the values of a column look like, counted in the engine on a sample: dates, numbers, truth values, ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

#: Rows looked at per table: enough to judge a column, few enough for any file.
SAMPLE_ROWS = 20_000
#: Columns per query: a count of different values takes 2 MB at least, and CRM exports have hundreds of columns.
_AT_ONCE = 25

_DATE = (
    r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[-, ]+\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})([T ,].*)?$"
)
_MOMENT = r"\d{1,2}:\d{2}"
_NUMBER = r"^[-+(]?\s*[$€£¥￥]?\s*-?\d[\d,.' ]*([eE][-+]?\d+)?\s*[%€$£¥]?\)?$"
_WHOLE = r"^[-+]?\d+(\.0+)?$"
_TRUTH = "('true','false','t','f','yes','no','y','n','0','1','1.0','0.0','是','否','有','无','on','off')"


@dataclass(frozen=True)
class Profile:
    """Shares (0-1) among the filled values of one column.

    filled    Share of rows with a value.
    distinct  Different values / filled values.
    kinds     Number of different values.
    """

    filled: float
    distinct: float
    kinds: int
    dates: float
    moments: float
    numbers: float
    whole: float
    truth: float
    length: float


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a value as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def _measures(column: str) -> str:
    c = quoted(column)

    def share(condition: str) -> str:
        return f"coalesce(avg(CASE WHEN {c} IS NOT NULL THEN ({condition})::INT END), 0)::DOUBLE"

    matches = ", ".join(share(f"regexp_matches({c}, {text(p)})") for p in (_DATE, _MOMENT, _NUMBER, _WHOLE))
    truth = share(f"lower({c}) IN {_TRUTH}")
    return f"count({c}), count(DISTINCT {c}), {matches}, {truth}, coalesce(avg(length({c})), 0)::DOUBLE"


def profiles(connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> dict[str, Profile]:
    """Profile every column of a relation of text columns, from its first SAMPLE_ROWS rows."""
    found: dict[str, Profile] = {}
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        sample = f"(SELECT {', '.join(map(quoted, some))} FROM {quoted(relation)} LIMIT {SAMPLE_ROWS})"
        row = connection.execute(f"SELECT count(*), {', '.join(map(_measures, some))} FROM {sample}").fetchone()
        assert row is not None
        found |= {c: _profile(int(row[0]), row[1 + 8 * i : 9 + 8 * i]) for i, c in enumerate(some)}
    return found


def _profile(rows: int, m: Sequence[float]) -> Profile:
    filled = int(m[0])
    return Profile(
        filled=filled / rows if rows else 0.0,
        distinct=int(m[1]) / filled if filled else 0.0,
        kinds=int(m[1]),
        dates=m[2],
        moments=m[3],
        numbers=m[4],
        whole=m[5],
        truth=m[6] if int(m[1]) <= 4 else 0.0,
        length=m[7],
    )


def contained(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Iterable[str], ids: tuple[str, str]
) -> Mapping[str, float]:
    """Return per column the share of its different values that are among the ids in (relation, column)."""
    known = f"(SELECT DISTINCT {quoted(ids[1])} AS id FROM {quoted(ids[0])} WHERE {quoted(ids[1])} IS NOT NULL)"

    def share(column: str) -> float:
        values = f"(SELECT DISTINCT {quoted(column)} AS id FROM (SELECT * FROM {quoted(relation)} LIMIT {SAMPLE_ROWS}))"
        row = connection.execute(
            f"SELECT coalesce(avg((k.id IS NOT NULL)::INT), 0)::DOUBLE FROM {values} v LEFT JOIN {known} k USING (id)"
            " WHERE v.id IS NOT NULL"
        ).fetchone()
        return float(row[0]) if row else 0.0

    return {column: share(column) for column in columns}
