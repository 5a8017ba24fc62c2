"""The errors a reader can fix, under the name the app imports them by."""

from data.errors import Busy, DataProblem, NoData, ReviewError, SettingsProblem, UnknownSegment

__all__ = ["Busy", "DataProblem", "NoData", "ReviewError", "SettingsProblem", "UnknownSegment"]
