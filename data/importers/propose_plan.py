"""Decide for every table of an import how it is read: as asked, as mapped, as recognised, or as proposed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from data.contracts import ATTRIBUTE_PREFIX, OUTCOME_PREFIX, TABLES
from data.errors import DataProblem
from data.importers.propose import Look, Proposal, assign, missing, propose
from data.importers.propose_content import contained, profiles
from data.importers.propose_mapping import ImportMapping
from data.importers.propose_wishes import header_of, role_and_field, table_with, tables_named
from data.importers.propose_words import advice, origin_note, problem, quality_note, unused_note
from data.importers.raw import RawTable
from data.importers.recognise import Recognition, recognise
from data.importers.recognise_fields import Reading, Role
from data.importers.recognise_names import attribute_columns, squeezed
from data.importers.recognise_roles import ROLES
from data.staged import Note

#: Roles whose ids other tables are compared with, and the field that holds them.
_ID_FIELDS = {"customers": "customer_id", "snapshot": "customer_id", "subscriptions": "subscription_id"}
_ALL = ("*",)


@dataclass(frozen=True)
class ImportPlan:
    """How every table is read.

    readings   One per table that is used.
    open       Proposals that are not sure enough to be applied: somebody has to say yes.
    notes      What was recognised or proposed, what is left out and why.
    """

    readings: tuple[Reading, ...]
    open: tuple[Proposal, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class _Table:
    """One table while it is decided on."""

    raw: RawTable
    found: Recognition | None
    role: Role | None = None
    columns: dict[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = _ALL
    origin: str = ""
    system: str = ""
    proposal: Proposal | None = None
    wished: bool = False
    left: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        """Whether the table is read without a further question."""
        return self.role is not None and (self.proposal is None or self.proposal.sure or self.wished)


class _Eyes:
    """Looks at the values of tables, each once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._looks: dict[str, Look] = {}

    def look(self, raw: RawTable) -> Look:
        if raw.relation not in self._looks:
            seen = profiles(self._connection, raw.relation, raw.columns)
            self._looks[raw.relation] = Look(raw.name, raw.columns, seen, {})
        return self._looks[raw.relation]

    def look_with_ids(self, raw: RawTable, ids: Mapping[str, tuple[str, str]]) -> Look:
        """Look again, now knowing which relation and column hold the ids of customers and subscriptions."""
        plain = self.look(raw)
        likely = [c for c in raw.columns if (p := plain.profiles[c]).kinds and p.dates < 0.5 and p.truth < 0.9]
        others = {f: at for f, at in ids.items() if at[0] != raw.relation}
        inside = {f: contained(self._connection, raw.relation, likely, at) for f, at in others.items()}
        return Look(plain.table, plain.headers, plain.profiles, inside)


def _as_asked(table: _Table, role: str, eyes: _Eyes) -> None:
    table.role, table.wished, table.origin = ROLES[role], True, "as asked"
    if table.found is not None and table.found.export.role == role:
        _as_recognised(table, table.found, eyes)
    if not table.columns:
        table.role = ROLES[role]
        table.columns = _named_or_guessed(table, eyes)


def _named_or_guessed(table: _Table, eyes: _Eyes) -> dict[str, str]:
    """A column called exactly like a field is that field, whatever its values look like: the reader named the table."""
    assert table.role is not None
    headers = {squeezed(c): c for c in table.raw.columns}
    exact = {f.name: c for f in table.role.fields if (c := headers.get(squeezed(f.name)))}
    if len(exact) == len(table.raw.columns):
        return exact
    guessed = {m.field: m.header for m in assign(table.role, eyes.look(table.raw))}
    return {f: c for f, c in guessed.items() if c not in exact.values()} | exact


def _as_recognised(table: _Table, found: Recognition, eyes: _Eyes) -> None:
    export = found.export
    assert export.role is not None
    table.role, table.columns = ROLES[export.role], found.columns
    for name, headers in found.choices.items():
        if len(headers) > 1:
            seen = eyes.look(table.raw).profiles
            table.columns[name] = next((h for h in headers if seen[h].kinds), headers[0])
    if _renamed(table, found):
        _completed(table, found, eyes)
    table.attributes = _ALL if export.attributes == _ALL else found.attributes
    table.origin, table.system = f"recognised as {export.title}", export.system


def _renamed(table: _Table, found: Recognition) -> list[tuple[str, ...]]:
    """Return the groups of needed fields the export has and this file shows none of."""
    assert table.role is not None
    return [gap for gap in missing(table.role, table.columns) if set(gap) & found.export.reads.keys()]


def _completed(table: _Table, found: Recognition, eyes: _Eyes) -> None:
    """Find renamed columns of a recognised export; when a needed one is not found, it is an unknown table after all."""
    assert table.role is not None
    used = set(table.columns.values())
    for match in assign(table.role, eyes.look(table.raw)):
        if match.field not in table.columns and match.header not in used:
            table.columns[match.field] = match.header
    if _renamed(table, found):
        table.role, table.found, table.system, table.attributes, table.columns = None, None, "", _ALL, {}


def _as_proposed(table: _Table, look: Look, roles: Sequence[Role] | None = None) -> None:
    proposal = propose(look, roles) if roles else propose(look)
    if proposal is None:
        return
    table.proposal, table.role, table.columns = proposal, ROLES[proposal.role], proposal.columns
    table.origin = "proposed from names and values"


def _ids(tables: Iterable[_Table]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for table in tables:
        name = _ID_FIELDS.get(table.role.name) if table.role is not None and table.settled else None
        if name is not None and name in table.columns:
            found.setdefault(name, (table.raw.relation, table.columns[name]))
    return found


def _wishes(tables: list[_Table], asked: Mapping[str, str], mapping: ImportMapping | None, eyes: _Eyes) -> None:
    by_relation = {t.raw.relation: t for t in tables}
    for role, path in asked.items():
        for raw in tables_named([t.raw for t in tables], role, path):
            _as_asked(by_relation[raw.relation], role, eyes)
    for role, columns in (mapping.tables if mapping else {}).items():
        same = [t.raw for t in tables if t.wished and t.role is ROLES[role]]
        raw = next(iter(same), None) or table_with([t.raw for t in tables if not t.wished], columns)
        if raw is not None:
            _as_mapped(by_relation[raw.relation], role, columns)


def _as_mapped(table: _Table, role: str, columns: Mapping[str, str]) -> None:
    table.columns = {f: header_of(table.raw, c, f"{role}.{f}") for f, c in columns.items()}
    table.role, table.wished, table.origin, table.attributes = ROLES[role], True, "by the saved mapping", _ALL


def _known_customers(tables: list[_Table], eyes: _Eyes) -> None:
    """Where an export names the customer in several ways, take the one the customers of this import go by."""
    ids = {f: at for f, at in _ids(tables).items() if f == "customer_id"}
    for table in tables:
        headers = table.found.choices.get("customer_id", ()) if table.found and table.origin.startswith("recog") else ()
        if len(headers) > 1 and ids and ids["customer_id"][0] != table.raw.relation:
            inside = eyes.look_with_ids(table.raw, ids).inside["customer_id"]
            best = max(headers, key=lambda h: inside.get(h, 0.0))
            if inside.get(best, 0.0) > 0:
                table.columns["customer_id"] = best


def _unknown(tables: list[_Table], eyes: _Eyes) -> None:
    """Propose twice: the second time with the ids of the customers and subscriptions found the first time."""
    unknown = [t for t in tables if t.role is None and t.found is None]
    for table in unknown:
        _as_proposed(table, eyes.look(table.raw))
    ids = _ids(tables)
    for table in unknown:
        if ids:
            _as_proposed(table, eyes.look_with_ids(table.raw, ids))


def _mapped(tables: list[_Table], map_: Mapping[str, str]) -> None:
    """Lay `--map TARGET=SOURCE` over what is known so far."""
    for target, source in map_.items():
        name, fieldname = role_and_field(target, list(dict.fromkeys(t.role.name for t in tables if t.role)))
        same = [t for t in tables if t.role is ROLES[name]]
        having = [t for t in same if squeezed(source) in {squeezed(c) for c in t.raw.columns}]
        if not source:
            _unmapped(same, fieldname)
            continue
        table = next(iter(having or same), None)
        if table is None:
            raise DataProblem(f"--map {target}={source}: no file is read as {name}. Say which: --table {name}=PATH.")
        header = header_of(table.raw, source, target)
        table.columns = {f: c for f, c in table.columns.items() if c != header} | {fieldname: header}
        table.wished = table.wished or not missing(ROLES[name], table.columns)


def _unmapped(tables: Sequence[_Table], fieldname: str) -> None:
    """`--map FIELD=`: no column is that field."""
    for table in tables:
        table.columns.pop(fieldname, None)
        table.wished = table.settled


def _without(tables: Sequence[_Table], leave_out: Sequence[str]) -> None:
    """`--map =COLUMN`: the column is not read at all, in whatever table it stands."""
    for column in leave_out:
        having = [t for t in tables if squeezed(column) in {squeezed(c) for c in t.raw.columns}]
        if not having:
            known = ", ".join(dict.fromkeys(c for t in tables for c in t.raw.columns[:40]))
            raise DataProblem(f"--map ={column}: no file has a column {column} to leave out. Columns are: {known}.")
        for table in having:
            header = header_of(table.raw, column, "")
            table.left |= {header}
            table.columns = {f: c for f, c in table.columns.items() if c != header}
            table.wished = table.settled


def _reading(table: _Table) -> Reading:
    """Complete a reading: what no contract column reads becomes an attribute where the role takes attributes."""
    role = table.role
    assert role is not None
    own = (
        TABLES[role.name].names
        if role.name in TABLES
        else ("customer_id", "tenure_months", "tenure_days", "mrr", "churned")
    )
    kept = {c for f, c in table.columns.items() if f in own}
    free = tuple(c for c in table.raw.columns if c not in kept) if table.attributes == _ALL else table.attributes
    free = tuple(c for c in free if c not in table.left)
    shown = free if role.takes_attributes or role.takes_outcomes else ()
    used = set(table.columns.values()) | set(shown)
    unused = tuple(c for c in table.raw.columns if c not in used)
    return Reading(
        table.raw.name,
        role,
        dict(table.columns),
        attribute_columns(shown, OUTCOME_PREFIX if role.takes_outcomes else ATTRIBUTE_PREFIX),
        unused,
        table.origin,
        table.system,
        table.raw.relation,
    )


def _without_histories(tables: list[_Table]) -> tuple[list[_Table], list[Note]]:
    """Drop a history table of which the current table is here too: the same rows would count twice."""
    current = {(t.system, t.role.name) for t in tables if t.role and t.system and "current" not in t.columns}
    twice = [
        t
        for t in tables
        if t.role and "current" in t.columns and (t.system, t.role.name) in current and t.role.name in TABLES
    ]
    notes = [
        Note("history_left_out", f"{t.raw.name} is left out: the current table is here too.", t.raw.name) for t in twice
    ]
    return [t for t in tables if t not in twice], notes


def _incomplete(tables: Iterable[_Table]) -> None:
    for table in tables:
        assert table.role is not None
        gaps = missing(table.role, table.columns)
        if table.wished and gaps:
            raise DataProblem(problem(table.raw, table.role, table.columns, gaps))


def plan(
    connection: duckdb.DuckDBPyConnection,
    raws: Sequence[RawTable],
    *,
    asked: Mapping[str, str] | None = None,
    map_: Mapping[str, str] | None = None,
    mapping: ImportMapping | None = None,
    leave_out: Sequence[str] = (),
    ask: bool = False,
) -> ImportPlan:
    """Decide how every raw table is read.

    asked    Role -> path, file or sheet name (`--table`).
    map_     Field or role.field -> header (`--map`).
    mapping  A saved mapping; goes before recognition, `map_` before it.
    leave_out  Columns nobody reads (`--map =COLUMN`).
    ask      True = return open proposals for the mapping screen; False = refuse when one is open.

    Raises DataProblem with ready-to-paste arguments when a table is not understood well enough.
    """
    eyes = _Eyes(connection)
    tables = [_Table(raw, recognise(raw.columns)) for raw in raws]
    _wishes(tables, asked or {}, mapping, eyes)
    for table in tables:
        if table.role is None and table.found is not None and table.found.export.role is not None:
            _as_recognised(table, table.found, eyes)
    _unknown(tables, eyes)
    _known_customers(tables, eyes)
    _mapped(tables, map_ or {})
    _without(tables, leave_out)
    return _decided(tables, ask=ask)


def _decided(tables: list[_Table], *, ask: bool) -> ImportPlan:
    used, notes = _without_histories([t for t in tables if t.settled])
    _incomplete(used)
    open_ = [t for t in tables if not t.settled and t.proposal is not None and (not t.proposal.missing or not used)]
    refused = [t for t in tables if not t.settled and t not in open_]
    proposals = tuple(t.proposal for t in open_ if t.proposal is not None)
    if (proposals or not used) and not ask:
        raise DataProblem(advice([(t.raw, t.proposal) for t in open_], [t.raw for t in refused]))
    said = [origin_note(t.raw, _reading(t), t.proposal) for t in used]
    unsure = [quality_note(t.raw, t.found) for t in used if t.found is not None and t.system]
    left = [unused_note(t.raw, t.found, t.proposal) for t in refused]
    readings = tuple(_reading(t) for t in used)
    return ImportPlan(readings, proposals, (*said, *(n for n in unsure if n), *notes, *left))
