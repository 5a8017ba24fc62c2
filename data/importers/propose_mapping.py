"""Saved mappings: which column of whose files is which field, under a name and version, as a JSON document."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data.errors import DataProblem
from data.importers.recognise_fields import Reading
from data.importers.recognise_roles import ROLES


@dataclass(frozen=True)
class ImportMapping:
    """A mapping people saved.

    tables   Role -> field -> header.
    options  Reading and metric options as text.
    """

    name: str
    version: int = 1
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Return the mapping as plain values for JSON."""
        tables = {role: dict(columns) for role, columns in self.tables.items()}
        return {"name": self.name, "version": self.version, "tables": tables, "options": dict(self.options)}

    def to_json(self) -> str:
        """Return the mapping as JSON text."""
        return json.dumps(self.document(), ensure_ascii=False, sort_keys=True)


def _texts(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise DataProblem(
            f"{where} of the mapping is {value!r}, not an object of names. Write it as {{'field': 'column'}}."
        )
    return {str(k): str(v) for k, v in value.items()}


def mapping_from(document: Mapping[str, object]) -> ImportMapping:
    """Check a mapping document and return it; DataProblem names the part that cannot be used."""
    tables_part = document.get("tables", {})
    if not isinstance(tables_part, Mapping):
        raise DataProblem("'tables' of the mapping is no object. Write it as {'customers': {'customer_id': 'column'}}.")
    tables = {str(role): _texts(columns, f"'{role}'") for role, columns in tables_part.items()}
    for role, columns in tables.items():
        known_field(role, columns)
    version = document.get("version", 1)
    return ImportMapping(
        name=str(document.get("name", "")),
        version=version if isinstance(version, int) else 1,
        tables=tables,
        options=_texts(document.get("options", {}), "'options'"),
    )


def mapping_from_json(text: str) -> ImportMapping:
    """Read a mapping from JSON text."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as problem:
        raise DataProblem(f"The mapping is no JSON: {problem}. Save it again on the Data page.") from problem
    if not isinstance(document, dict):
        raise DataProblem("The mapping is no JSON object. Save it again on the Data page.")
    return mapping_from(document)


def known_field(role: str, fields: Iterable[str]) -> None:
    """Raise DataProblem when there is no such table or no such field in it."""
    if role not in ROLES:
        raise DataProblem(f"There is no table {role}. Tables are: {', '.join(sorted(ROLES))}.")
    for name in fields:
        if ROLES[role].field(name) is None:
            known = ", ".join(f.name for f in ROLES[role].fields)
            raise DataProblem(f"Table {role} has no field {name}. Its fields are: {known}.")


def mapping_of(name: str, readings: Iterable[Reading], options: Mapping[str, str] | None = None) -> ImportMapping:
    """Return the mapping that reads the same files again in the same way."""
    tables = {reading.role.name: dict(reading.columns) for reading in readings}
    return ImportMapping(name, tables=tables, options=dict(options or {}))
