"""Every loss with its three reasons: stated by the customer, diagnosed in an interview, suggested by behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from analysis.feedback.suggestions import CODES, Event, Evidence, days_of, events_of, evidence_of
from analysis.feedback.taxonomy import code_under, diagnosis_under
from analysis.kpis.avoidable import MATCH_DAYS, Diagnosis
from data.database.repositories import interviews, taxonomies
from data.errors import ReviewError
from data.queries.loss_list import loss_rows
from data.reasons import published_codes, reason_key
from data.records import LossQuery
from data.records_interviews import Avoidable, Interview, ReasonMapping, Taxonomy

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

Kind = Literal["stated", "diagnosed", "suggested"]
KINDS: tuple[Kind, ...] = ("stated", "diagnosed", "suggested")


@dataclass(frozen=True)
class Feedback:
    """What people wrote of why customers leave, read under one version of the list of reasons.

    history     Every version of the list, in order; `version` is the one to read under.
    interviews  Finished ones.
    """

    history: tuple[Taxonomy, ...]
    version: int
    mapping: ReasonMapping
    interviews: tuple[Interview, ...] = ()

    @property
    def taxonomy(self) -> Taxonomy:
        """The list of reasons to read under."""
        return self.history[self.version - 1]


class ThreeReasons:
    """What has a stated, a diagnosed and a suggested reason, each a code or ""."""

    stated: str
    diagnosed: str
    suggested: str

    def reason(self, kind: Kind) -> str:
        """The code of one of the three reasons; "" when there is none."""
        return {"stated": self.stated, "diagnosed": self.diagnosed, "suggested": self.suggested}[kind]


@dataclass(frozen=True)
class Loss(ThreeReasons):
    """One lost customer.

    stated, diagnosed, suggested  Codes of the list read under; "" where there is none.
    started_on The signing, of who was there when the data begin; the first day of the data where nobody knows it.
    said       The text behind the stated reason, as it was imported; "" when nothing was said.
    said_code  What that text stands for; "" for none. Without it, an interview may give the stated reason.
    unmapped   The text stands for no reason yet.
    avoidable  As the interview says, else its reason; None while the loss is not diagnosed.
    interviews Every finished one about this loss, the latest last; the diagnosis is that of the last with a reason.
    dated      The data say when the customer left; a snapshot does not, and `lost_on` is its own day.
    """

    customer_id: str
    name: str
    owner: str
    started_on: date
    lost_on: date
    mrr_cents: int
    cause: str
    said: str
    survey_text: str
    said_code: str
    unmapped: bool
    stated: str
    suggested: str
    evidence: tuple[Evidence, ...]
    diagnosed: str = ""
    avoidable: Avoidable | None = None
    interviews: tuple[Interview, ...] = ()
    dated: bool = True

    @property
    def near(self) -> date | None:
        """The day near which its interviews say it was; None where no day is known."""
        return self.lost_on if self.dated else None


def read_feedback(database: Database, version: int | None = None) -> Feedback:
    """What is stored, to be read under a version of the list of reasons; None = the newest."""
    with database.reading():
        history = taxonomies.history(database)
        read_under = len(history) if version is None else version
        if not 1 <= read_under <= len(history):
            raise ReviewError(f"There is no version {version} of the list of reasons. The newest is {len(history)}.")
        mapping = taxonomies.mapping(database, read_under)
        return Feedback(history, read_under, mapping, interviews.all(database, state="done"))


def listed(engine: Engine, query: LossQuery, feedback: Feedback) -> tuple[Loss, ...]:
    """The losses of a list, each with its reasons, the largest first."""
    return with_interviews(imported(engine, query, feedback), feedback)


def imported(engine: Engine, query: LossQuery, feedback: Feedback) -> tuple[Loss, ...]:
    """The losses of a list with what the data alone say of each; interviews change nothing here."""
    events, meaning = events_of(engine), Meaning(feedback)
    dated = engine.release is not None and engine.release.shape != "snapshot"
    return tuple(_loss(row, events, meaning, dated) for row in loss_rows(engine, query, days_of(events)))


def with_interviews(losses: Iterable[Loss], feedback: Feedback) -> tuple[Loss, ...]:
    """Losses with what their interviews found."""
    meaning, held = Meaning(feedback), by_customer(feedback.interviews)
    return tuple(
        _told(loss, about(held[loss.customer_id], loss.near), meaning) if loss.customer_id in held else loss
        for loss in losses
    )


class Meaning:
    """What imported texts stand for under one version of the list of reasons."""

    def __init__(self, feedback: Feedback) -> None:
        self.feedback = feedback
        self._own = dict(feedback.mapping.texts)
        # The same few texts come with every loss.
        self._found: dict[str, str | None] = {}
        self._labels = {reason_key(r.label): r.code for r in feedback.taxonomy.reasons if not r.archived}

    def code(self, text: str) -> str | None:
        """The code a text stands for, "" when it says nothing, None when nobody said what it stands for."""
        if text not in self._found:
            self._found[text] = self._looked_up(text)
        return self._found[text]

    def said(self, *texts: str) -> tuple[str, str | None]:
        """Of what a customer said, first the cancellation, the text that names a reason, with its code.

        Without any, the first text that nobody knows, with None; else the first text, with "".
        """
        told = [text for text in texts if text.strip()]
        for text in told:
            if code := self.code(text):
                return text, code
        unknown = next((text for text in told if self.code(text) is None), None)
        return (unknown, None) if unknown is not None else (told[0] if told else "", "")

    def is_name(self, text: str) -> bool:
        """Whether a text is but the name of a reason, its label, or what a billing system calls it: nobody's words."""
        return self._named(reason_key(text)) is not None

    def suggested(self, rule: str) -> str:
        """The code of the reason a rule points to; "" for no rule."""
        return self.under(CODES[rule], 1) if rule else ""

    def _looked_up(self, text: str) -> str | None:
        key = reason_key(text)
        if not key:
            return ""
        if key in self._own:
            return self.under(self._own[key], self.feedback.mapping.taxonomy)
        return self._named(key)

    def _named(self, key: str) -> str | None:
        code = key.replace(" ", "_")
        if self.feedback.taxonomy.find(code) is not None or self.feedback.history[0].find(code) is not None:
            return self.under(code, 1)
        if key in self._labels:
            return self._labels[key]
        published = published_codes().get(key)
        return published and self.under(published, 1)

    def under(self, code: str, given: int) -> str:
        """A code of another version in this one."""
        return code_under(self.feedback.history, code, given, self.feedback.version) if code else ""


def by_customer(found: Iterable[Interview]) -> dict[str, list[Interview]]:
    """Interviews by the customer they were held with."""
    held: dict[str, list[Interview]] = {}
    for interview in found:
        held.setdefault(interview.customer_id, []).append(interview)
    return held


def about(interviews_held: Sequence[Interview], lost_on: date | None) -> list[Interview]:
    """Those of one customer that are about the loss of this day, the latest last; None: of whatever day."""
    near = [i for i in interviews_held if lost_on is None or abs((i.lost_on - lost_on).days) <= MATCH_DAYS]
    return sorted(near, key=lambda i: (i.on or i.lost_on, i.id))


def avoidable_of(interview: Interview, code: str, taxonomy: Taxonomy) -> Avoidable | None:
    """What the interview says of avoidability, else what holds for its reason; None when neither says anything."""
    if interview.avoidable:
        return interview.avoidable
    reason = taxonomy.find(code)
    return reason.avoidable if reason is not None else None


def diagnoses(feedback: Feedback) -> tuple[Diagnosis, ...]:
    """What the interviews found, for the avoidable churn rate; of one customer the latest last."""
    found = sorted(feedback.interviews, key=lambda i: (i.on or i.lost_on, i.id))
    read = ((i, diagnosis_under(feedback.history, i, feedback.version)) for i in found)
    return tuple(
        Diagnosis(i.customer_id, i.lost_on, avoidable_of(i, code, feedback.taxonomy) == "yes")
        for i, code in read
        if code
    )


def _loss(row: Mapping[str, Any], events: Sequence[Event], meaning: Meaning, dated: bool) -> Loss:
    said, meant = meaning.said(row["stated"], row["survey"])
    return Loss(
        customer_id=row["customer_id"],
        name=row["name"] or row["customer_id"],
        owner=row["csm_id"] or "",
        started_on=row["age_from"] or row["started_on"],
        lost_on=row["lost_on"],
        mrr_cents=int(row["mrr_cents"]),
        cause=row["cause"],
        said=said,
        survey_text=row["survey_text"],
        said_code=meant or "",
        unmapped=meant is None,
        stated=meant or "",
        suggested=meaning.suggested(row["first"]),
        evidence=evidence_of(row, events),
        dated=dated,
    )


def _told(loss: Loss, mine: Sequence[Interview], meaning: Meaning) -> Loss:
    feedback = meaning.feedback
    diagnosed = [(i, code) for i in mine if (code := diagnosis_under(feedback.history, i, feedback.version))]
    interview, code = diagnosed[-1] if diagnosed else (None, "")
    spoken = [meaning.under(i.stated, i.taxonomy) for i in mine if i.stated]
    return replace(
        loss,
        stated=loss.said_code or (spoken[-1] if spoken else ""),
        diagnosed=code,
        avoidable=None if interview is None else avoidable_of(interview, code, feedback.taxonomy),
        interviews=tuple(mine),
    )
