"""Frozen values of the review meeting that cross the layers: review, agenda, notes, votes, decisions, minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

ReviewState = Literal["draft", "prepared", "running", "held", "signed"]
ItemKind = Literal["verdicts", "question", "finding", "action", "free"]
ItemState = Literal["open", "done", "parked"]
NoteKind = Literal["note", "parking"]

QUESTIONS = ("who-left", "in-common", "reasons", "saves", "plays")
"""The five questions of a review, in the order they are asked; also the keys of a pack's sections."""


@dataclass(frozen=True)
class Item:
    """One item of the agenda.

    ref  What it is about: key of a section of the pack, number of a finding or action; "" for a free one.
    """

    kind: ItemKind
    ref: str = ""
    title: str = ""
    owner: str = ""
    minutes: int = 10
    position: int = 0
    state: ItemState = "open"
    id: int = 0
    version: int = 0


@dataclass(frozen=True)
class Note:
    """What somebody wrote during a review; `item` 0 = of the whole. One taken back stays, marked."""

    text: str
    item: int = 0
    kind: NoteKind = "note"
    id: int = 0
    at: datetime | None = None
    who: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class Vote:
    """One person's vote for an item of the agenda, a note or a finding: at most one each."""

    on: Literal["item", "note", "finding"]
    ref: int
    who: str


@dataclass(frozen=True)
class ReviewDecision:
    """What was decided on an item; with the number of the action that carries it out (0 = none)."""

    text: str
    item: int = 0
    action: int = 0
    owner: str = ""
    id: int = 0
    at: datetime | None = None
    who: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class Attendee:
    """Somebody at the review."""

    name: str
    department: str = ""
    present: bool = True
    id: int = 0
    version: int = 0


@dataclass(frozen=True)
class Step:
    """The presenter turned to this item (0 = the pack's front page) at this moment."""

    item: int
    at: datetime
    who: str


@dataclass(frozen=True)
class Minutes:
    """One version of the minutes; a signed one is final. document: see `analysis.review.minutes`."""

    number: int
    document: Mapping[str, Any]
    digest: str
    signed_by: str = ""
    signed_at: datetime | None = None
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class Review:
    """The quarterly review of one quarter with everything recorded of it.

    start, end  Half-open days of the quarter it looks at. release: the data it is frozen on; 0 until it is prepared.
    pack        The frozen document (see `analysis.review.pack`); digest: SHA-256 of its canonical JSON text.
    version     Of the review's own fields; notes, votes and decisions are rows of their own and never collide.
    """

    start: date
    end: date
    title: str = ""
    state: ReviewState = "draft"
    release: int = 0
    digest: str = ""
    pack: Mapping[str, Any] | None = None
    moderator: str = ""
    id: int = 0
    version: int = 0
    at: datetime | None = None
    items: tuple[Item, ...] = ()
    notes: tuple[Note, ...] = ()
    votes: tuple[Vote, ...] = ()
    decisions: tuple[ReviewDecision, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    steps: tuple[Step, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    archived: bool = False

    @property
    def quarter(self) -> str:
        """The quarter as people write it: 2026Q3."""
        return f"{self.start.year}Q{(self.start.month + 2) // 3}"


@dataclass(frozen=True)
class Message:
    """Something to be sent, waiting in the outbox; `channel`: mail."""

    channel: str
    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[tuple[str, str], ...] = ()
    state: Literal["waiting", "sent", "failed"] = "waiting"
    attempts: int = 0
    answer: str = ""
    id: int = 0
    at: datetime | None = None
