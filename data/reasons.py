"""The reasons and questions a company starts with, and what the codes of billing systems stand for."""

import json
import re
from functools import cache
from pathlib import Path

from data.records_interviews import Question, Questionnaire, Reason, Taxonomy

REFERENCE = Path(__file__).parent / "reference" / "cancel_reasons.json"

FIRST_TAXONOMY = Taxonomy(
    1,
    (
        Reason("poor_experience", "Poor experience", "yes"),
        Reason("weak_engagement", "Weak engagement or communication", "yes"),
        Reason("price", "Price", "yes"),
        Reason("product", "Product quality or missing feature", "yes"),
        Reason("support", "Support", "yes"),
        Reason("personalisation", "Lack of personalisation", "yes"),
        Reason("competitor", "Competitor", "yes"),
        Reason("instability", "Unexpected change or instability", "yes"),
        Reason("onboarding", "Onboarding", "yes"),
        Reason("payment_failure", "Payment failure", "yes"),
        Reason("closed_down", "Closed down or acquired", "no"),
        Reason("business_change", "Change of business", "no"),
        Reason("key_contact_left", "Key contact left", "no"),
    ),
)
FIRST_QUESTIONNAIRE = Questionnaire(
    1,
    (
        Question("main_reason", "What was the main reason for leaving?"),
        Question("help", "Did you look for help before you left, and how did that go?"),
        Question("better", "What is the one thing we should do better?"),
        Question("replacement", "What do you use instead of us?"),
        Question("return", "Under what conditions would you come back?"),
    ),
)


def reason_key(text: str) -> str:
    """A text in the form that tells apart what a reader would: lower case, one blank for every other sign.

    >>> reason_key(" Too_Expensive! ")
    'too expensive'
    """
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


@cache
def published_codes() -> dict[str, str]:
    """Reason texts of billing systems and surveys (as `reason_key` writes them) -> code of the first taxonomy.

    A text that two systems use for different things is in none: somebody has to say what it means here.
    """
    found: dict[str, set[str]] = {}
    for system in json.loads(REFERENCE.read_text(encoding="utf-8")):
        for text, code in system["codes"].items():
            found.setdefault(reason_key(text), set()).add(code)
    return {text: codes.pop() for text, codes in found.items() if len(codes) == 1}
