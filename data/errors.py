"""Errors a reader can fix: each message says what is wrong with the value, the limit, and the way out."""


class ReviewError(Exception):
    """Something the reader can fix; anything else that is raised is a bug."""


class UnknownSegment(ReviewError):
    """A segment names an attribute or value that the data do not have."""


class NoData(ReviewError):
    """There is no release yet, or the one asked for does not exist."""


class DataProblem(ReviewError):
    """A file or table cannot be used; names table, column, rows and an example."""


class Busy(ReviewError):
    """Somebody else is writing: another import runs, or a record changed since it was read."""


class SettingsProblem(ReviewError):
    """A setting is missing or unsafe; says which and what to set."""
