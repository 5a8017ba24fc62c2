"""Changes of the questions of an exit interview; old answers keep the wording they were given to."""

from collections.abc import Sequence
from dataclasses import replace

from data.errors import ReviewError
from data.records_interviews import Question, Questionnaire


def rewritten(questionnaire: Questionnaire, rows: Sequence[tuple[str, str, bool]]) -> Questionnaire:
    """The questions as somebody wrote and ordered them: (id, "" = new, wording, asked); those left out are retired."""
    known = {question.id: question for question in questionnaire.questions}
    made = [_question(number, wording, asked, known) for number, wording, asked in rows if wording.strip()]
    if not any(not question.retired for question in made):
        raise ReviewError("An interview needs at least one question. Leave one of them in use.")
    named = _numbered(made, set(known))
    left_out = [replace(q, retired=True) for q in questionnaire.questions if q.id not in {n.id for n in named}]
    return Questionnaire(questionnaire.version, (*named, *left_out))


def _question(number: str, wording: str, asked: bool, known: dict[str, Question]) -> Question:
    return Question(number if number in known else "", wording.strip(), retired=not asked)


def _numbered(made: Sequence[Question], taken: set[str]) -> list[Question]:
    """New questions get an id that none had before, so that no answer ever changes its question."""
    named: list[Question] = []
    for question in made:
        number = question.id
        if not number:
            number = next(name for n in range(1, len(taken) + 2) if (name := f"question_{n}") not in taken)
            taken = {*taken, number}
        named.append(replace(question, id=number))
    return named
