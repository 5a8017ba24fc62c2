"""Drafts against their contract: columns in order, choices and limits checked, keys made and duplicates dealt with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from data.contracts import TABLES, Column, Contract
from data.importers import words
from data.importers.options import ReadOptions
from data.importers.raw import RawTable
from data.importers.recognise_fields import Draft
from data.importers.rejects import Rejects
from data.importers.workbench import Workbench, as_parquet, literal, quoted, this_file
from data.staged import Note

TYPES = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "integer": "BIGINT",
    "money": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
#: Tables whose rows are sums: rows with the same key are added up.
SUMMED = ("usage_daily", "feature_usage")
#: Of these the largest counts, not the sum: they are distinct counts of a day.
_LARGEST = ("active_users", "features_used")
#: Keys that are made from the row's content when the file has none.
_MADE = {c.name: c.key[0] for c in TABLES.values() if len(c.key) == 1 and c.name != "customers"}


#: SQL of the days that tell how new a table is: what happened. Due days, renewals and ends to come are plans.
_HAPPENED = {
    "subscriptions": ("starts_on", "CASE WHEN coalesce(status, 'cancelled') = 'cancelled' THEN ends_on END"),
    "customers": ("signed_on",),
    "usage_daily": ("day",),
    "feature_usage": ("day",),
    "tickets": ("opened_at", "resolved_at"),
    "invoices": ("paid_on",),
    "purchases": ('"on"',),
    "touches": ('"at"',),
    "assignments": ("assigned_at", "exposed_at"),
    "surveys": ('"at"',),
}


@dataclass
class Checked:
    """A draft that was checked.

    rows     SQL that gives the rows to load, in contract column order with attributes last.
    base     SQL relation of all rows, with `_id` to tell them apart.
    foreign  Choice columns none of whose values is a choice: read as empty.
    """

    draft: Draft
    base: str
    columns: tuple[str, ...]
    rows: str = ""
    dropped: str = ""
    notes: list[Note] = field(default_factory=list[Note])
    foreign: list[str] = field(default_factory=list[str])

    @property
    def contract(self) -> Contract:
        """The contract of the table."""
        return TABLES[self.draft.name]

    @property
    def source(self) -> str:
        """SQL relation of all rows with `_id`, `_file`, `_row`."""
        empty = ", ".join(f"CAST(NULL AS VARCHAR) AS {quoted(c)}" for c in self.foreign)
        return f"(SELECT * REPLACE ({empty}) FROM {self.base})" if empty else self.base


def check(bench: Workbench, draft: Draft, raws: Sequence[RawTable], rejects: Rejects, options: ReadOptions) -> Checked:
    """Bring a draft into its contract; rows that break it go to the rejects, with the raw rows they stem from."""
    checked = _laid_out(bench, draft, options.of("currency"))
    _say_unknown(bench, checked)
    _reject(bench, checked, raws, rejects)
    if draft.name in SUMMED:
        _add_up(bench, checked)
    else:
        _duplicates(bench, checked, raws, rejects, options.of("duplicates"))
        checked.rows = f"SELECT {_listed(checked.columns)} FROM {checked.source} {_kept(checked)}"
    return checked


def ready(bench: Workbench, draft: Draft) -> Checked:
    """Take rows that keep the contract already; only rows of one key are added up."""
    checked = Checked(draft, draft.relation, (*TABLES[draft.name].names, *draft.attributes))
    checked.rows = f"SELECT {_listed(checked.columns)} FROM {checked.source}"
    if draft.name in SUMMED:
        _add_up(bench, checked)
    return checked


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(quoted, columns))


def _kept(checked: Checked) -> str:
    return f"WHERE _id NOT IN (SELECT _id FROM {quoted(checked.dropped)})" if checked.dropped else ""


def _laid_out(bench: Workbench, draft: Draft, currency: str) -> Checked:
    """Write the draft to a scratch file in contract order, choices translated, missing keys made."""
    contract = TABLES[draft.name]
    have = {str(r[0]) for r in bench.rows(f"DESCRIBE SELECT * FROM {draft.relation}")}
    picked = [f"{_column(draft.name, c, c.name in have, currency)} AS {quoted(c.name)}" for c in contract.columns]
    further = "DOUBLE" if contract.takes_outcomes else "VARCHAR"
    picked += [f"CAST({quoted(a)} AS {further}) AS {quoted(a)}" for a in draft.attributes]
    target = bench.file(".parquet")
    laid = f"SELECT {', '.join(picked)}, _file, _row FROM {draft.relation}"
    made = _MADE.get(draft.name)
    query = _with_keys(laid, contract, made) if made and _lacks_keys(bench, draft, made, have) else laid
    bench.connection.execute(f"COPY ({query}) TO {literal(str(target))} {as_parquet(len(picked))}")
    file = f"read_parquet({this_file(target)}, file_row_number=true)"
    base = bench.view("laid", f"SELECT file_row_number AS _id, * EXCLUDE (file_row_number) FROM {file}")
    checked = Checked(draft, base, (*contract.names, *draft.attributes))
    if query is not laid and made:
        _say_made(bench, checked, made)
    return checked


def _lacks_keys(bench: Workbench, draft: Draft, key: str, have: set[str]) -> bool:
    return key not in have or bench.number(f"SELECT count(*) FROM {draft.relation} WHERE {quoted(key)} IS NULL") > 0


def _column(table: str, column: Column, present: bool, currency: str) -> str:
    kind = TYPES[column.kind]
    if column.name == "currency":
        given = f"upper({quoted(column.name)})" if present else "NULL"
        return f"coalesce({given}, {literal(currency.upper()) if currency else 'CAST(NULL AS VARCHAR)'})"
    if not present:
        return f"CAST(NULL AS {kind})"
    if column.kind == "choice":
        return _choice(table, column)
    return f"CAST({quoted(column.name)} AS {kind})"


def _choice(table: str, column: Column) -> str:
    """Translate spellings; a word nobody knows stays and is rejected by the check."""
    source = quoted(column.name)
    plain = f"trim(regexp_replace(lower({source}), '[\\s_-]+', ' ', 'g'))"
    spelled = words.CHOICES.get((table, column.name), {})
    cases = [
        f"WHEN {plain} IN ({', '.join(literal(w) for w in (a.lower().replace('_', ' '), *spelled.get(a, ())))}) "
        f"THEN {literal(a)}"
        for a in column.allowed
    ]
    nothing = f"WHEN lower({source}) IN ({', '.join(literal(w) for w in words.NOTHING)}) THEN NULL"
    return f"CASE {' '.join(cases)} {nothing} ELSE {source} END"


def _with_keys(laid: str, contract: Contract, key: str) -> str:
    """Make keys from content, numbered among equal rows: duplicates stay apart, the same file gives the same keys."""
    others = [c for c in contract.names if c != key]
    content = f"md5(concat_ws('|', {', '.join(f'coalesce(CAST({quoted(c)} AS VARCHAR), chr(0))' for c in others)}))"
    return f"""
        SELECT * EXCLUDE (_content) REPLACE (coalesce({quoted(key)}, substr(_content, 1, 16) || '-' ||
            row_number() OVER (PARTITION BY _content ORDER BY _file, _row)) AS {quoted(key)})
        FROM (SELECT *, {content} AS _content FROM ({laid}))"""


def _say_made(bench: Workbench, checked: Checked, key: str) -> None:
    table = checked.draft.name
    others = _listed([c for c in checked.columns if c != key])
    rows, twins = bench.row(
        f"SELECT count(*), count(*) - (SELECT count(*) FROM (SELECT DISTINCT {others} FROM {checked.source})) FROM "
        f"{checked.source}"
    )
    if twins:
        text = (
            f"{table}: {twins:,} rows equal an earlier one in every column; without an id in the file they count "
            f"as real and are kept."
        )
        checked.notes.append(Note("duplicates_kept", text, table, count=twins))
    checked.notes.append(
        Note(
            "keys_made", f"{table}: rows have no {key}; {rows:,} were made from their content.", table, key, count=rows
        )
    )


def _say_unknown(bench: Workbench, checked: Checked) -> None:
    """A column none of whose values is a choice of the contract means something else: it is left empty, and said."""
    for column in (c for c in checked.contract.columns if c.allowed and not c.required):
        name, listed = quoted(column.name), ", ".join(literal(a) for a in column.allowed)
        filled, known, example = bench.row(
            f"SELECT count({name}), count(*) FILTER ({name} IN ({listed})), min({name}) FROM {checked.source}"
        )
        if filled and not known:
            checked.foreign.append(column.name)
            text = (
                f"{checked.draft.name}.{column.name}: no value is one of {', '.join(column.allowed)} (for example "
                f"{example}); the column is left empty. Map another one: --map {column.name}=COLUMN."
            )
            checked.notes.append(Note("choice_unknown", text, checked.draft.name, column.name, "warning", filled))


def _rules(checked: Checked) -> list[tuple[str, str, str]]:
    """Return (column, SQL that is true for a bad row, SQL of the reason)."""
    rules: list[tuple[str, str, str]] = []
    for column in checked.contract.columns:
        source = quoted(column.name)
        if column.required:
            rules.append((column.name, f"{source} IS NULL", literal("is empty but required")))
        if column.allowed:
            listed = ", ".join(literal(a) for a in column.allowed)
            rules.append(
                (column.name, f"{source} NOT IN ({listed})", literal(f"is none of {', '.join(column.allowed)}"))
            )
        if column.low is not None:
            rules.append((column.name, f"{source} < {column.low}", literal(f"is below {column.low:g}")))
        if column.high is not None:
            rules.append((column.name, f"{source} > {column.high}", literal(f"is above {column.high:g}")))
    if checked.draft.name == "subscriptions":
        rules.append(("ends_on", "ends_on < starts_on", "'lies before starts_on ' || starts_on"))
    return rules


def _reject(bench: Workbench, checked: Checked, raws: Sequence[RawTable], rejects: Rejects) -> None:
    rules = _rules(checked)
    counted = ", ".join(f"count(*) FILTER ({test})" for _, test, _ in rules)
    counts = bench.row(f"SELECT {counted} FROM {checked.source}")
    for (column, test, reason), n in zip(rules, counts, strict=True):
        if n:
            found = bench.table(
                "found",
                f'SELECT _id, _file, _row, {literal(column)} AS "column", CAST({quoted(column)} AS VARCHAR) AS '
                f'"value", '
                f"{reason} AS reason FROM {checked.source} WHERE {test}",
            )
            rejects.add(found, checked.draft.name, raws, weighs=column not in checked.draft.lenient)
            _drop(bench, checked, found)


def _drop(bench: Workbench, checked: Checked, found: str) -> None:
    if not checked.dropped:
        checked.dropped = bench.table("dropped", "SELECT CAST(NULL AS BIGINT) AS _id WHERE false")
    bench.connection.execute(f"INSERT INTO {quoted(checked.dropped)} SELECT _id FROM {quoted(found)}")


def _repeated(bench: Workbench, checked: Checked) -> bool:
    """Say whether a key comes twice: as many different 64-bit hashes as rows prove that none does."""
    keys = _listed(checked.contract.key)
    rows, hashes = bench.row(f"SELECT count(*), count(DISTINCT hash({keys})) FROM {checked.source} {_kept(checked)}")
    return rows != hashes


def _add_up(bench: Workbench, checked: Checked) -> None:
    """Add rows of the same key up; rows that come once pass untouched."""
    columns, key = checked.columns, checked.contract.key
    plain = f"SELECT {_listed(columns)} FROM {checked.source} {_kept(checked)}"
    checked.rows = plain
    if not _repeated(bench, checked):
        return
    twice = bench.table(
        "twice", f"SELECT hash({_listed(key)}) AS h, count(*) AS n FROM ({plain}) GROUP BY 1 HAVING count(*) > 1"
    )
    here = f"hash({_listed(key)}) IN (SELECT h FROM {quoted(twice)})"
    measures = [
        f"{'max' if c in _LARGEST else 'sum'}({quoted(c)})::{TYPES[checked.contract.column(c).kind]} AS {quoted(c)}"
        for c in columns
        if c not in key
    ]
    summed = f"SELECT {', '.join([*map(quoted, key), *measures])} FROM ({plain}) WHERE {here} GROUP BY {_listed(key)}"
    checked.rows = (
        f"SELECT {_listed(columns)} FROM ({plain}) WHERE NOT ({here}) UNION ALL SELECT "
        f"{_listed(columns)} FROM ({summed})"
    )
    keys, rows = bench.row(f"SELECT count(*), sum(n) FROM {quoted(twice)}")
    name = checked.draft.name
    text = f"{name}: {rows:,} rows share {keys:,} keys ({', '.join(key)}); they were added up."
    checked.notes.append(Note("duplicates_summed", text, name, count=rows - keys))


def _duplicates(bench: Workbench, checked: Checked, raws: Sequence[RawTable], rejects: Rejects, wish: str) -> None:
    """Keep one row per key: the first, or the last when asked. Only unequal copies speak against the file."""
    if not _repeated(bench, checked):
        return
    keys, others = checked.contract.key, [c for c in checked.columns if c not in checked.contract.key]
    order = "DESC" if wish == "last" else "ASC"
    content = f"hash({_listed(others)})" if others else "0"
    rows = f"SELECT *, {content} AS _content FROM {checked.source} {_kept(checked)}"
    ranked = (
        "SELECT *, row_number() OVER w AS _rank, first_value(_content) OVER w AS _first, "
        f"first_value(_row) OVER w AS _kept_row FROM ({rows}) "
        f"WINDOW w AS (PARTITION BY {_listed(keys)} ORDER BY _id {order})"
    )
    found = bench.table(
        "found",
        f"SELECT _id, _file, _row, {literal(', '.join(keys))} AS \"column\", concat_ws(', ', {_listed(keys)}) AS "
        f'"value", '
        f"_content = _first AS same, _kept_row FROM ({ranked}) WHERE _rank > 1",
    )
    for same in (True, False):
        _set_aside(bench, checked, found, same, wish, raws, rejects)
    _drop(bench, checked, found)


def _set_aside(
    bench: Workbench, checked: Checked, found: str, same: bool, wish: str, raws: Sequence[RawTable], rejects: Rejects
) -> None:
    name, key = checked.draft.name, ", ".join(checked.contract.key)
    kind = "repeats row" if same else "has other values under the same key than row"
    reason = f"{literal(kind + ' ')} || coalesce(CAST(_kept_row AS VARCHAR), '?')"
    part = bench.table("part", f"SELECT *, {reason} AS reason FROM {quoted(found)} WHERE same = {same}")
    count = bench.number(f"SELECT count(*) FROM {quoted(part)}")
    if not count:
        return
    rejects.add(part, name, raws, weighs=not same and wish not in ("first", "last"))
    example = bench.row(f'SELECT "value" FROM {quoted(part)} ORDER BY _id LIMIT 1')[0]
    if same:
        text = f"{name}: {count:,} rows repeat an earlier row exactly (for example {key} {example}); one was kept."
    else:
        kept = "the last" if wish == "last" else "the first"
        text = (
            f"{name}: {count:,} rows have the {key} of another row but other values (for example {example}); "
            f"{kept} was kept, the others are in the reject file. "
            "Set --option duplicates=last or first to decide."
        )
    code = "duplicates" if same else "duplicates_conflicting"
    checked.notes.append(Note(code, text, name, key, "info" if same else "warning", count))


def newest(bench: Workbench, checked: Checked, today: date) -> date | None:
    """Return the latest day in the table that is not in the future; planned days do not count."""
    happened = _HAPPENED.get(checked.draft.name, ())
    if not happened:
        return None
    limit = f"DATE {literal(today.isoformat())}"
    latest = ", ".join(f"max(CAST({c} AS DATE)) FILTER (CAST({c} AS DATE) <= {limit})" for c in happened)
    days = bench.row(f"SELECT {latest} FROM ({checked.rows})")
    return max((d for d in days if d), default=None)


def final_query(checked: Checked, zone: str) -> str:
    """Return the SELECT that gives the rows to load, moments of the reporting time zone as UTC time stamps."""
    picked = [
        f"{quoted(c.name)} AT TIME ZONE {literal(zone)} AS {quoted(c.name)}"
        if c.kind == "timestamp"
        else quoted(c.name)
        for c in checked.contract.columns
    ]
    return f"SELECT {', '.join([*picked, *map(quoted, checked.draft.attributes)])} FROM ({checked.rows})"
