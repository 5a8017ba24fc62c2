"""Errors a reader can fix: each message says what is wrong with the value, the limit, and the way out."""

from pathlib import Path


class ReviewError(Exception):
    """Something the reader can fix; anything else that is raised is a bug."""


class UnknownSegment(ReviewError):
    """A segment names an attribute or value that the data do not have."""


class NoData(ReviewError):
    """There is no release yet, or the one asked for does not exist."""


class DataProblem(ReviewError):
    """A file or table cannot be used; names table, column, rows and an example."""


class TooManyRejects(DataProblem):
    """More rows of a file are bad than are accepted.

    share         The share (0-1) that would have to be accepted.
    rejects_file  Where the bad rows are, each with its reason.
    """

    def __init__(self, message: str, share: float, rejects_file: Path | None) -> None:
        super().__init__(message)
        self.share = share
        self.rejects_file = rejects_file


class LargeFall(DataProblem):
    """An import takes more of the customers or their MRR away than is accepted; `share` (0-1) would be enough."""

    def __init__(self, message: str, share: float) -> None:
        super().__init__(message)
        self.share = share


class Busy(ReviewError):
    """Somebody else is writing: another import runs, or a record changed since it was read."""


class SettingsProblem(ReviewError):
    """A setting is missing or unsafe; says which and what to set."""
