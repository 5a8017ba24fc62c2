"""A file of results, one row per customer: a column that names the variant and columns of outcomes as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import DataProblem
from data.importers import small_file
from data.importers.words import NO, NOTHING, YES

MOST_ROWS = 2_000_000


@dataclass(frozen=True, eq=False)
class OutcomeColumns:
    """The columns that were asked for.

    variants  Name of the variant per row; values: per outcome one number per row, NaN where there is none.
    ids       Text of the first other column per row, to name a row by; "" where there is none.
    unread    Per outcome how many cells held something that is neither a number nor yes or no.
    """

    variants: np.ndarray
    values: dict[str, np.ndarray]
    ids: np.ndarray
    unread: dict[str, int]


def columns_of(content: bytes) -> tuple[str, ...]:
    """The names of the columns of a file."""
    return tuple(name.strip() for name in _rows(content)[0])


def read_outcomes(content: bytes, variant: str, outcomes: Sequence[str]) -> OutcomeColumns:
    """Read the variant and the outcomes of every row; rows that name no variant are left out.

    DataProblem when a column is missing, or when one of outcomes holds no number at all.
    """
    header, *rows = _rows(content)
    names = [name.strip() for name in header]
    places = {name: _place(names, name) for name in (variant, *outcomes)}
    if len(rows) > MOST_ROWS:
        raise DataProblem(
            f"The file has {len(rows):,} rows; at most {MOST_ROWS:,} are read here. Load it with `import` instead."
        )
    width = max(places.values()) + 1
    kept = [row for row in rows if len(row) >= width and row[places[variant]].strip()]
    if not kept:
        raise DataProblem(f"No row names a variant in the column {variant}. Choose the column that does.")
    found = {name: _numbers([row[places[name]] for row in kept]) for name in outcomes}
    for name, (numbers, unread) in found.items():
        if np.isnan(numbers).all():
            raise DataProblem(
                f"The column {name} holds no number and no yes or no ({unread:,} cells are something else). Choose "
                "another one."
            )
    other = next((i for i in range(len(names)) if i not in places.values()), None)
    return OutcomeColumns(
        np.array([row[places[variant]].strip() for row in kept]),
        {name: numbers for name, (numbers, _unread) in found.items()},
        np.array(["" if other is None or len(row) <= other else row[other] for row in kept]),
        {name: unread for name, (_numbers, unread) in found.items()},
    )


def _rows(content: bytes) -> list[list[str]]:
    rows = [row for row in small_file.read(content).rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise DataProblem("The file holds no rows. It needs a line of column names and one row per customer.")
    return rows


def _place(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise DataProblem(f"The file has no column {name}. It has: {', '.join(names)}.")
    return names.index(name)


def _numbers(texts: Sequence[str]) -> tuple[np.ndarray, int]:
    """Numbers, yes as 1 and no as 0; how many cells are something else."""
    comma = any("," in text for text in texts) and not any("." in text for text in texts)
    known: dict[str, float | None] = {}
    for text in set(texts):
        known[text] = _number(text.strip().lower(), comma=comma)
    nothing = {text for text in known if text.strip().lower() in {*NOTHING, ""}}
    unread = sum(1 for text in texts if known[text] is None and text not in nothing)
    return np.array([np.nan if (n := known[text]) is None else n for text in texts]), unread


def _number(text: str, *, comma: bool) -> float | None:
    if text in YES:
        return 1.0
    if text in NO:
        return 0.0
    try:
        found = float(text.replace(",", ".") if comma else text.replace(",", ""))
    except ValueError:
        return None
    return found if np.isfinite(found) else None
