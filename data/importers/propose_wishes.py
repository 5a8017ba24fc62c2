"""What the reader said of the tables of an import: --table, --map and saved mappings, brought to single columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from data.errors import DataProblem
from data.importers.database_source import shown
from data.importers.propose_mapping import known_field
from data.importers.raw import RawTable
from data.importers.recognise_names import squeezed
from data.importers.recognise_roles import ROLES


def header_of(raw: RawTable, name: str, target: str) -> str:
    """Return the header of a table the reader means by `name`; DataProblem lists the headers when there is none."""
    exact = next((c for c in raw.columns if c == name), None)
    found = exact or next((c for c in raw.columns if squeezed(c) == squeezed(name)), None)
    if found is None:
        raise DataProblem(
            f"{raw.name} has no column {name} for {target}. Its columns are: {', '.join(raw.columns[:40])}."
            f" Name one of them: --map {target}=COLUMN."
        )
    return found


def tables_named(raws: Sequence[RawTable], role: str, path: str) -> list[RawTable]:
    """Return the tables `--table ROLE=PATH` speaks of: a file, a folder's files, or a sheet by its name."""
    known_field(role, ())
    exact = [r for r in raws if path in (r.path, r.name) or Path(r.path) == Path(path)]
    found = exact or [r for r in raws if Path(r.path).is_relative_to(Path(path))]
    if not found:
        names = ", ".join(r.path for r in raws[:20]) or "none"
        raise DataProblem(f"--table {role}={shown(path)} names no file of this import. Its files are: {names}.")
    return found


def table_with(raws: Sequence[RawTable], columns: Mapping[str, str]) -> RawTable | None:
    """Return the first table that has every column a saved mapping reads."""

    def has_all(raw: RawTable) -> bool:
        here = {squeezed(c) for c in raw.columns}
        return all(squeezed(c) in here for c in columns.values())

    return next((r for r in raws if has_all(r)), None)


def role_and_field(target: str, roles: Sequence[str]) -> tuple[str, str]:
    """Split `subscriptions.plan`; a bare field belongs to the one role of the import that has it."""
    role, dot, name = target.partition(".")
    if dot:
        known_field(role, (name,))
        return role, name
    fitting = [r for r in roles if ROLES[r].field(target) is not None]
    if not fitting:
        known = ", ".join(sorted({f.name for r in roles for f in ROLES[r].fields}))
        raise DataProblem(
            f"--map {target}=...: no table of this import has a field {target}."
            f" Fields are: {known or 'none, because no table is known yet: name one with --table TABLE=PATH'}."
        )
    if len(fitting) > 1:
        raise DataProblem(
            f"{target} is a field of each of {', '.join(fitting)}. Say which one: --map {fitting[0]}.{target}=COLUMN."
        )
    return fitting[0], target
