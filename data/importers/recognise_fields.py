"""Values the parts of an import hand to each other: fields, roles, readings, drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from data.contracts import Kind
from data.staged import Note

#: Beside the kinds of the contracts: `amount` is written in major units ("29.90") and read into integer minor units.
FieldKind = Kind | Literal["amount"]
Quality = Literal["verbatim", "partial", "documented", "fixture", "memory"]


@dataclass(frozen=True)
class Field:
    """One thing a raw table can tell.

    kind      How its values are read; typed columns hold the DuckDB type of the kind (money and amount: BIGINT cents).
    required  A row without a value here is rejected when it is read.
    aliases   Other names of it in header rows, written as in `names.normal`.
    abroad    Names in further languages; a word that only resembles one of them may be a word of another language.
    """

    name: str
    kind: FieldKind
    required: bool = False
    aliases: tuple[str, ...] = ()
    abroad: tuple[str, ...] = ()


@dataclass(frozen=True)
class Role:
    """What a raw table can be for an import.

    feeds     Consolidated tables that are built from it.
    one_of    Groups of field names; of every group at least one must be mapped.
    """

    name: str
    feeds: tuple[str, ...]
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    takes_attributes: bool = False
    takes_outcomes: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field called `name`, None when the role has none."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True)
class Reading:
    """How one raw table will be read.

    table       Name of the raw table.
    relation    Relation of the raw table, unique in one import.
    columns     Field -> header as it stands in the file.
    attributes  Attribute column `a_*` -> header; text as it stands. Of assignments outcome column `o_*` -> header.
    unused      Headers nobody reads.
    origin      In words: "recognised as Stripe ... ", "proposed", "as asked".
    """

    table: str
    role: Role
    columns: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    origin: str = ""
    system: str = ""
    relation: str = ""


@dataclass(frozen=True)
class TypedTable:
    """A raw table after its values were read.

    relation  A view or table with one column per field of `reading.columns`, typed, the attribute columns as text
              (outcomes as numbers), and `_row`, the row number in the file.
    """

    reading: Reading
    relation: str


@dataclass(frozen=True)
class Draft:
    """One consolidated table before the contract is checked.

    relation    Every contract column (NULL where nothing is known), attribute columns, and `_table`, `_file` and `_row`
                where a row stems from one row of a file, else NULL.
    tables      Raw tables whose rows are the rows of this table.
    links       Further raw tables that add to them: prices, users, discounts.
    lenient     Columns that may be empty without speaking against the file: such rows are set aside all the same.
    """

    name: str
    relation: str
    tables: tuple[str, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    links: tuple[str, ...] = ()
    lenient: frozenset[str] = frozenset()
