"""Losses one by one: those behind a bar, what was said about them, and whom to interview next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from analysis.feedback.groups import Group, interviewed
from analysis.feedback.losses import Feedback, Kind, Loss, Meaning, about, by_customer, listed, with_interviews
from analysis.feedback.suggestions import CODES
from data.queries.loss_list import loss_texts, loss_totals
from data.records import LossQuery
from data.records_interviews import Interview

if TYPE_CHECKING:
    from data.engine import Engine


def behind(
    engine: Engine, query: LossQuery, kind: Kind, codes: Collection[str], groups: Iterable[Group], feedback: Feedback
) -> tuple[Loss, ...]:
    """Who left for one of some reasons, the largest first.

    groups  As they were counted: they say which texts stand for the reasons.
    """
    held = interviewed(engine, query, feedback)
    told = (loss for loss in with_interviews(held, feedback) if loss.reason(kind) in codes)
    others = _of_others(query, kind, codes, groups, feedback)
    rest = () if others is None else listed(engine, replace(others, without=_customers(held)), feedback)
    return tuple(sorted((*told, *rest), key=_by_size)[: query.limit])


def _of_others(
    query: LossQuery, kind: Kind, codes: Collection[str], groups: Iterable[Group], feedback: Feedback
) -> LossQuery | None:
    """The same list of customers without an interview; None where they have no such reasons."""
    meaning = Meaning(feedback)
    if kind == "diagnosed":
        return None
    if kind == "suggested":
        return replace(query, rules=tuple(rule for rule in CODES if meaning.suggested(rule) in codes))
    texts = {(g.stated, g.survey) for g in groups}
    return replace(query, texts=tuple(sorted(pair for pair in texts if (meaning.said(*pair)[1] or "") in codes)))


def _by_size(loss: Loss) -> tuple[int, str]:
    return -loss.mrr_cents, loss.customer_id


def _customers(losses: Iterable[Loss]) -> tuple[str, ...]:
    return tuple(loss.customer_id for loss in losses)


@dataclass(frozen=True)
class Quote:
    """Something a customer said about a loss.

    reason            Code: diagnosed, else stated. text: without blanks around it.
    question, wording What was asked in the interview; "" for an exit survey.
    """

    customer_id: str
    name: str
    lost_on: date
    mrr_cents: int
    reason: str
    text: str
    question: str = ""
    wording: str = ""


@dataclass(frozen=True)
class Quotes:
    """Texts about the largest losses first, and how many there are in all."""

    shown: tuple[Quote, ...]
    texts: int


def quotes(engine: Engine, query: LossQuery, held: Sequence[Loss], feedback: Feedback) -> Quotes:
    """What exit surveys and interviews say, of the largest losses first.

    query  `said` is what to search for. held: losses of the range with an interview.
    """
    told = {loss.customer_id: loss for loss in held}
    answers = [quote for loss in held for quote in _answers(loss) if _mentions(quote.text, query.said)]
    meaning = Meaning(feedback)
    rows, written = loss_texts(engine, query)
    surveys = [_survey(row, told, meaning) for row in rows]
    # Python's sort is stable: of one loss the survey comes before the answers.
    ordered = sorted((*surveys, *answers), key=lambda quote: (-quote.mrr_cents, quote.customer_id))
    return Quotes(tuple(ordered[: query.limit]), len(answers) + written)


def _survey(row: Mapping[str, object], told: Mapping[str, Loss], meaning: Meaning) -> Quote:
    customer, text = str(row["customer_id"]), str(row["survey_text"]).strip()
    stated = meaning.said(str(row["stated"]), str(row["survey"]))[1] or ""
    loss = told.get(customer)
    reason = stated if loss is None else loss.diagnosed or loss.stated
    lost_on, mrr = row["lost_on"], row["mrr_cents"]
    if not isinstance(lost_on, date) or not isinstance(mrr, int):
        raise TypeError("a loss has a day and an amount")
    return Quote(customer, str(row["name"] or customer), lost_on, mrr, reason, text)


def _answers(loss: Loss) -> list[Quote]:
    of = (loss.customer_id, loss.name, loss.lost_on, loss.mrr_cents, loss.diagnosed or loss.stated)
    said = (answer for interview in loss.interviews for answer in interview.answers if answer.text.strip())
    return [Quote(*of, answer.text.strip(), answer.question, answer.wording) for answer in said]


def _mentions(text: str, wanted: str) -> bool:
    return wanted.strip().casefold() in text.casefold()


@dataclass(frozen=True)
class Named:
    """What interviews named, the most frequent first, with how many of them did: answers; of: all interviews."""

    answers: tuple[tuple[str, int], ...]
    of: int

    @property
    def said(self) -> int:
        """How many interviews named something."""
        return sum(n for _text, n in self.answers)


def named(held: Iterable[Loss], field: Literal["competitor", "return_condition"]) -> Named:
    """What every interview about some losses named; the same in other letters is the same."""
    interviews = [interview for loss in held for interview in loss.interviews]
    texts = [text for interview in interviews if (text := str(getattr(interview, field)).strip())]
    first = {text.casefold(): text for text in reversed(texts)}
    counts = Counter(text.casefold() for text in texts).most_common()
    return Named(tuple((first[key], n) for key, n in counts), len(interviews))


@dataclass(frozen=True)
class Worklist:
    """Losses nobody has held or begun an interview about, the largest first.

    shown    The first of those that were searched for; found: how many were found.
    waiting  How many there are in all, and mrr_cents they paid; lost: with those that were asked.
    """

    shown: tuple[Loss, ...]
    found: int
    waiting: int
    mrr_cents: int
    lost: int


def worklist(engine: Engine, query: LossQuery, drafts: Iterable[Interview], feedback: Feedback) -> Worklist:
    """Whom to ask next; `query.search` is part of a name or an id."""
    begun = by_customer((*feedback.interviews, *drafts))
    everybody = replace(query, search="", limit=None)
    losses = listed(engine, replace(everybody, customers=tuple(sorted(begun))), feedback) if begun else ()
    asked = [loss for loss in losses if about(begun[loss.customer_id], loss.near)]
    waiting = replace(query, without=_customers(asked))
    all_lost = loss_totals(engine, everybody)
    n = all_lost["customers"] - len(asked)
    found = loss_totals(engine, waiting)["customers"] if query.search.strip() else n
    mrr = all_lost["mrr_cents"] - sum(loss.mrr_cents for loss in asked)
    return Worklist(listed(engine, waiting, feedback), found, n, mrr, all_lost["customers"])
