"""The tables of the app database, by area; rows never leave `data`."""

from data.database.tables.base import Base, DataVersionRow, UtcMoment, this_moment
from data.database.tables.releases import ReleasePinRow, ReleaseRow

__all__ = ["Base", "DataVersionRow", "ReleasePinRow", "ReleaseRow", "UtcMoment", "this_moment"]
