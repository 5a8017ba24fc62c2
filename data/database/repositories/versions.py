"""Optimistic locking across requests: a change names the version it was made from."""

from data.database.tables import Base
from data.errors import Busy


def refuse_unless_seen(row: Base, version: int, what: str) -> None:
    """Busy when the row is no longer the version that was read."""
    if row.version != version:
        raise Busy(
            f"{what} was changed by somebody else (version {row.version} now, {version} when it was read). "
            "Load it again and repeat."
        )
