"""What an import does to the names of attributes: a column of the file gives its name up to one of ours."""

from data.lake import Lake
from data.records import Release


def renamed(lake: Lake, before: Release | None, after: Release) -> tuple[str, ...]:
    """A sentence for each column of the customers' file with another name than before; at first, with one not its own.

    Segments and links hold names: what they ask for is another column from now on.
    """
    if before and all(before.tables.get(name) == after.tables.get(name) for name in ("customers", "lifetimes")):
        return ()
    was, now = _names(lake, before) if before else {}, _names(lake, after)
    return tuple(
        _sentence(after.attributes.get(column, own), own, name)
        for column, (own, name) in now.items()
        if was.get(column, (own, own))[1] != name
    )


def _names(lake: Lake, release: Release) -> dict[str, tuple[str, str]]:
    """Column of the file -> the name it would have alone, and the one it has."""
    # Imported here: half a second that an import of use or tickets does not need.
    from data.contracts import ATTRIBUTE_PREFIX
    from data.engine import open_engine
    from data.queries.segments import attribute_columns

    found = attribute_columns(open_engine(lake, release)).items()
    return {c: (c.removeprefix(ATTRIBUTE_PREFIX), name) for name, c in found if c.startswith(ATTRIBUTE_PREFIX)}


def _sentence(label: str, own: str, name: str) -> str:
    if name == own:
        return (
            f"The column {label} of the customers' file is the attribute {name} from now on, in links and segments too."
        )
    return (
        f"The column {label} of the customers' file is the attribute {name}: {own} is what the product knows itself. "
        f"Segments and links that ask for {own} mean that."
    )
