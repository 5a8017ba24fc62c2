"""Why customers left: the losses of a range counted by their three reasons, and those behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from analysis.feedback import groups, lists
from analysis.feedback import report as reports
from analysis.feedback import themes as theme_groups
from analysis.feedback.groups import Group, Part
from analysis.feedback.lists import Quotes
from analysis.feedback.losses import Feedback, Kind, Loss, listed, with_interviews
from analysis.feedback.report import ReasonReport
from analysis.feedback.themes import Themes
from analysis.results import NotEnoughData
from dashboard.gateway import engines, interviews
from data.queries import reasons as queries
from data.queries.loss_groups import Place
from data.records import Condition, Grain, LossQuery, Period, Scope, Segment


@dataclass(frozen=True)
class Looked:
    """The losses of a range, read under one version of the list of reasons.

    period  None = everybody lost so far.
    parts   How many losses there are with the same reasons; by_time: the same, told apart by when the customer left.
    held    Losses with an interview.
    """

    scope: Scope
    period: Period | None
    parts: tuple[Part, ...]
    by_time: tuple[Part, ...]
    held: tuple[Loss, ...]
    feedback: Feedback
    report: ReasonReport


def looked(scope: Scope, period: Period | None, version: int | None = None) -> Looked:
    """What is known of the losses of a period; without one, of everybody lost by the as-of date."""
    return _looked(*engines.at(scope.release), scope, period, *interviews.known(version), version)


def by_attribute(found: Looked, attribute: str) -> tuple[Part, ...]:
    """The same losses, told apart by the value of an attribute."""
    return _by_attribute(*_at(found), _query(found), attribute, hash(found.feedback), found.feedback)


def behind(
    found: Looked,
    kind: Kind,
    codes: Sequence[str],
    *,
    limit: int | None = None,
    left: Period | None = None,
    narrowed: tuple[Condition, ...] = (),
) -> tuple[Loss, ...]:
    """Who left for one of some reasons, the largest first; of those only who left on some days, or meets conditions."""
    segment = found.scope.segment
    asked = replace(_query(found), left=left, limit=limit)
    asked = replace(asked, segment=replace(segment, conditions=(*segment.conditions, *narrowed)))
    counted, _by_time = _groups(*_at(found), segment, found.period, found.scope.grain)
    if limit is None:
        # Everything there is, for a download: too much to be kept.
        return engines.ask(lists.behind, _at(found)[1], asked, kind, tuple(sorted(codes)), counted, found.feedback)
    return _behind(*_at(found), asked, kind, tuple(sorted(codes)), hash(found.feedback), counted, found.feedback)


def everybody(found: Looked) -> tuple[Loss, ...]:
    """Every loss of the range, for a download."""
    return engines.ask(listed, _at(found)[1], _query(found), found.feedback)


def quotes(found: Looked, find: str, limit: int) -> Quotes:
    """What customers said, of the largest losses first; `find` is part of it."""
    asked = replace(_query(found), said=find.strip(), limit=limit)
    return _quotes(*_at(found), asked, hash(found.feedback), found.held, found.feedback)


def came_and_left(scope: Scope, period: Period) -> int:
    """How many came or came back, and left, inside a period, whom no list of its losses has."""
    return _came_and_left(*engines.at(scope.release), scope.segment, period)


def themes(texts: tuple[str, ...]) -> Themes | NotEnoughData:
    """Groups of texts that use the same words."""
    return _themes(texts)


def _at(found: Looked) -> tuple[str, int]:
    return engines.at(found.scope.release)


def _query(found: Looked) -> LossQuery:
    return LossQuery(segment=found.scope.segment, period=found.period)


def _parts(
    place: str, number: int, query: LossQuery, counted: tuple[Group, ...], by: Place, known: Feedback
) -> tuple[Part, ...]:
    held = _interviewed(place, number, query, hash(known), known)
    return groups.parts(counted, held, engines.ask(groups.places_of, number, held, by), known)


@st.cache_resource(max_entries=16, show_spinner=False)
def _looked(
    place: str, number: int, scope: Scope, period: Period | None, key: int, _feedback: Feedback, version: int | None
) -> Looked:
    query = LossQuery(segment=scope.segment, period=period)
    counted = _groups(place, number, scope.segment, period, scope.grain)
    parts, by_time = (
        _parts(place, number, query, found, by, _feedback)
        for found, by in zip(counted, (Place(), Place(grain=scope.grain)), strict=True)
    )
    held = with_interviews(_interviewed(place, number, query, key, _feedback), _feedback)
    return Looked(scope, period, parts, by_time, held, _feedback, reports.report(parts, _feedback))


@st.cache_resource(max_entries=32, show_spinner=False)
def _groups(
    place: str, number: int, segment: Segment, period: Period | None, grain: Grain
) -> tuple[tuple[Group, ...], ...]:
    """What the engine counts, which no interview changes: in all, and by when customers left."""
    return engines.ask(groups.count, number, segment, period, (Place(), Place(grain=grain)))


@st.cache_resource(max_entries=32, show_spinner=False)
def _by_attribute(
    place: str, number: int, query: LossQuery, attribute: str, key: int, _feedback: Feedback
) -> tuple[Part, ...]:
    counted = _counted_by(place, number, query.segment, query.period, attribute)
    return _parts(place, number, query, counted, Place(attribute=attribute), _feedback)


@st.cache_resource(max_entries=32, show_spinner=False)
def _counted_by(place: str, number: int, segment: Segment, period: Period | None, attribute: str) -> tuple[Group, ...]:
    return engines.ask(groups.count, number, segment, period, (Place(attribute=attribute),))[0]


@st.cache_resource(max_entries=16, show_spinner=False)
def _interviewed(place: str, number: int, query: LossQuery, key: int, _feedback: Feedback) -> tuple[Loss, ...]:
    return engines.ask(groups.interviewed, number, query, _feedback)


@st.cache_resource(max_entries=32, show_spinner=False)
def _behind(
    place: str,
    number: int,
    asked: LossQuery,
    kind: Kind,
    codes: tuple[str, ...],
    key: int,
    _counted: tuple[Group, ...],
    _feedback: Feedback,
) -> tuple[Loss, ...]:
    return engines.ask(lists.behind, number, asked, kind, codes, _counted, _feedback)


@st.cache_resource(max_entries=16, show_spinner=False)
def _quotes(
    place: str, number: int, asked: LossQuery, key: int, _held: tuple[Loss, ...], _feedback: Feedback
) -> Quotes:
    return engines.ask(lists.quotes, number, asked, _held, _feedback)


@st.cache_resource(max_entries=32, show_spinner=False)
def _came_and_left(place: str, number: int, segment: Segment, period: Period) -> int:
    return engines.ask(queries.came_and_left, number, segment, period)


@st.cache_resource(max_entries=8, show_spinner=False)
def _themes(texts: tuple[str, ...]) -> Themes | NotEnoughData:
    return theme_groups.themes(texts)
