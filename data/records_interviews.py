"""Frozen values of exit interviews that cross the layers: taxonomy, questionnaire, interview."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Avoidable = Literal["yes", "no", "unclear"]
InterviewState = Literal["draft", "done"]
Channel = Literal["call", "video", "visit", "mail", "other"]
HelpSought = Literal["", "yes", "no", "unclear"]


@dataclass(frozen=True)
class Reason:
    """One reason for leaving.

    code      Stable; answers are stored under it.
    avoidable  What holds unless an interview says otherwise.
    archived  Can no longer be given; old answers keep it.
    parent    Code of the reason it was split from; "" when it was not.
    """

    code: str
    label: str
    avoidable: Avoidable = "unclear"
    archived: bool = False
    parent: str = ""


@dataclass(frozen=True)
class Taxonomy:
    """One version of the list of reasons; a version never changes.

    remap  (code of the version before, code it became): a merge maps several to one, all others stay as they are.
    """

    version: int
    reasons: tuple[Reason, ...]
    remap: tuple[tuple[str, str], ...] = ()

    def find(self, code: str) -> Reason | None:
        """The reason of this code, archived or not; None when this version has none."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    @property
    def choosable(self) -> tuple[Reason, ...]:
        """The reasons that may be given to a new answer."""
        return tuple(reason for reason in self.reasons if not reason.archived)


@dataclass(frozen=True)
class ReasonMapping:
    """What texts of other systems stand for: (text as `reason_key` writes it, code); code "" = deliberately none.

    version   0 = nobody mapped anything yet.
    taxonomy  Version of the taxonomy whose codes it names.
    """

    version: int
    taxonomy: int
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """One open question; a retired one is asked no more."""

    id: str
    wording: str
    retired: bool = False


@dataclass(frozen=True)
class Questionnaire:
    """One version of the questions, in order; a version never changes."""

    version: int
    questions: tuple[Question, ...]

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions of a new interview."""
        return tuple(question for question in self.questions if not question.retired)


@dataclass(frozen=True)
class Answer:
    """What was said to one question, with the wording it was asked in."""

    question: str
    wording: str
    text: str


@dataclass(frozen=True)
class Recoding:
    """The reason somebody gave an interview later, under a version of the taxonomy; the earlier one stays."""

    diagnosed: str
    taxonomy: int
    who: str
    at: datetime


@dataclass(frozen=True)
class Interview:
    """One exit interview about one loss; several may be about the same.

    id           0 until it is stored.
    lost_on      Day of the loss it belongs to.
    on           Day of the interview; None while it is not known.
    taxonomy     Version `stated` and `diagnosed` were given under.
    avoidable    "" = the reason decides.
    own_account  The interviewer owns the account: not neutral, and said so.
    version      What a change must name to be taken.
    """

    customer_id: str
    lost_on: date
    id: int = 0
    interviewer: str = ""
    on: date | None = None
    channel: Channel = "call"
    state: InterviewState = "draft"
    taxonomy: int = 1
    questionnaire: int = 1
    stated: str = ""
    diagnosed: str = ""
    avoidable: Literal["", "yes", "no", "unclear"] = ""
    competitor: str = ""
    return_condition: str = ""
    help_sought: HelpSought = ""
    own_account: bool = False
    answers: tuple[Answer, ...] = ()
    recodings: tuple[Recoding, ...] = ()
    version: int = 0
