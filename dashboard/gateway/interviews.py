"""Exit interviews, the list of reasons, the questions, and every loss with what is known of it."""

from datetime import date

import streamlit as st

from analysis.feedback import interview_file, lists, mappings
from analysis.feedback import interviews as use_cases
from analysis.feedback.interview_file import FoundInterviews
from analysis.feedback.lists import Worklist
from analysis.feedback.losses import Feedback, Loss, about, listed, read_feedback
from analysis.feedback.losses import diagnoses as diagnoses_of
from analysis.kpis.avoidable import Diagnosis
from dashboard.gateway import engines, releases
from dashboard.gateway.clock import latest_today
from data.database.repositories import interviews, taxonomies
from data.queries.customers import customer_names
from data.records import LossQuery, Period, Scope
from data.records_interviews import Interview, Questionnaire, ReasonMapping, Taxonomy


def feedback(version: int | None = None) -> Feedback:
    """What people wrote, to be read under a version of the list of reasons (None = the newest)."""
    return known(version)[1]


def known(version: int | None = None) -> tuple[int, Feedback]:
    """The feedback, and a number that is another one when it is: drafts, notes and jobs do not change it."""
    return _feedback(engines.home(), releases.database().recent_version(), version)


def worklist(scope: Scope, left: Period | None, find: str, limit: int | None) -> Worklist:
    """Whom to ask next of everybody who left on some days and is still gone; `find` is part of a name or an id."""
    asked = LossQuery(segment=scope.segment, left=left, search=find.strip(), limit=limit)
    begun = drafts()
    if limit is None:
        # Everything there is, for a download: too much to be kept.
        return engines.ask(lists.worklist, engines.at(scope.release)[1], asked, begun, feedback())
    about_whom = tuple((draft.customer_id, draft.lost_on) for draft in begun)
    return _worklist(*engines.at(scope.release), asked, *known(), about_whom, begun)


def loss_of(interview: Interview) -> Loss | None:
    """The loss an interview is about; None when the newest release does not show it any more."""
    mine = _losses(*engines.at(), (interview.customer_id,), *known())
    return next((loss for loss in mine if about([interview], loss.near)), None)


def names(held: tuple[Interview, ...]) -> dict[str, str]:
    """The names of the customers of interviews, by their ids."""
    return _names(*engines.at(), tuple(sorted({interview.customer_id for interview in held})))


def diagnoses(version: int | None = None) -> tuple[Diagnosis, ...]:
    """What finished interviews found, for the avoidable churn rate."""
    return diagnoses_of(feedback(version))


def drafts() -> tuple[Interview, ...]:
    """Interviews somebody has begun."""
    return interviews.all(releases.database(), state="draft")


def done() -> tuple[Interview, ...]:
    """Finished interviews."""
    return feedback().interviews


def get(number: int) -> Interview:
    """One interview as it stands in the database now."""
    return interviews.get(releases.database(), number)


def start(customer_id: str, lost_on: date, owner: str) -> Interview:
    """Begin an interview about a loss."""
    return use_cases.start(releases.database(), customer_id, lost_on, owner)


def again(loss: Loss) -> Interview:
    """A further interview about a loss; a draft somebody has begun about it goes on."""
    begun = about([draft for draft in drafts() if draft.customer_id == loss.customer_id], loss.near)
    return begun[-1] if begun else start(loss.customer_id, loss.lost_on, loss.owner)


def save(draft: Interview, owner: str | None) -> Interview:
    """Keep a draft; Busy when somebody else changed it meanwhile."""
    return use_cases.save_draft(releases.database(), draft, owner)


def finish(draft: Interview, owner: str | None) -> Interview:
    """Store a finished interview."""
    return use_cases.finish(releases.database(), draft, owner, latest_today(), dated=dated())


def recode(seen: Interview, diagnosed: str) -> Interview:
    """Give a finished interview another reason beside the earlier one."""
    return use_cases.recode(releases.database(), seen, diagnosed)


def reopen(seen: Interview) -> Interview:
    """Make a finished interview a draft again."""
    return use_cases.reopen(releases.database(), seen)


def remove(seen: Interview) -> None:
    """Take an interview off every list."""
    interviews.archive(releases.database(), seen)


def dated() -> bool:
    """Whether the newest data say when customers left; a snapshot does not."""
    return releases.chosen(None).shape != "snapshot"


def taxonomy() -> Taxonomy:
    """The list of reasons in force."""
    return feedback().history[-1]


def save_taxonomy(changed: Taxonomy) -> Taxonomy:
    """Store a changed list as the next version."""
    return taxonomies.save(releases.database(), changed)


def questionnaire() -> Questionnaire:
    """The questions asked now."""
    return taxonomies.questionnaire(releases.database())


def save_questionnaire(changed: Questionnaire) -> Questionnaire:
    """Store changed questions as the next version."""
    return taxonomies.save_questionnaire(releases.database(), changed)


def read_file(content: bytes) -> FoundInterviews:
    """What a file of interviews holds, checked against those lost so far."""
    return interview_file.read_file(content, _lost, feedback(), questionnaire(), latest_today())


def store_file(found: FoundInterviews) -> int:
    """Store the interviews of a file; returns how many."""
    return interview_file.store(releases.database(), found)


def save_mapping(seen: ReasonMapping, said: dict[str, str], given: int) -> ReasonMapping:
    """Store what imported texts stand for, in codes of a version of the list, as the next version of the mapping."""
    return mappings.save(releases.database(), seen, said, given)


@st.cache_resource(max_entries=8, show_spinner=False)
def _feedback(home: str, written: int, version: int | None) -> tuple[int, Feedback]:
    found = read_feedback(releases.database(), version)
    return hash(found), found


def _lost(customers: tuple[str, ...]) -> tuple[Loss, ...]:
    return _losses(*engines.at(), customers, *known())


@st.cache_resource(max_entries=64, show_spinner=False)
def _losses(place: str, number: int, customers: tuple[str, ...], key: int, _feedback: Feedback) -> tuple[Loss, ...]:
    return engines.ask(listed, number, LossQuery(customers=customers), _feedback)


@st.cache_resource(max_entries=32, show_spinner=False)
def _worklist(
    place: str,
    number: int,
    asked: LossQuery,
    key: int,
    _feedback: Feedback,
    about_whom: tuple[tuple[str, date], ...],
    _drafts: tuple[Interview, ...],
) -> Worklist:
    return engines.ask(lists.worklist, number, asked, _drafts, _feedback)


@st.cache_resource(max_entries=8, show_spinner=False)
def _names(place: str, number: int, customers: tuple[str, ...]) -> dict[str, str]:
    return engines.ask(customer_names, number, customers)
