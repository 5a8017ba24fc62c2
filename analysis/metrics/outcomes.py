"""Attributes that are the outcome itself: a churn rate of those who churned says nothing."""

import re
from collections.abc import Iterable

from data.errors import UnknownSegment
from data.records import Segment

_STATES = r"(customer_|subscription_|account_|contract_|membership_|user_)?status"
_WORDS = r"(.*_)?(churn|churned|churner|cancelled|canceled|cancellation|cancel|attrition|attrited|exited)(_.*)?"
_ENDS = r"(.*_)?(ended|ends|end|exit|termination|terminated|closed|left|lost)(_on|_at|_date|_day)"
_AGES = r"lost_at_age"
_FLAGS = r"(is_|has_|customer_)?(lost|left|ended|terminated|closed|quit|gone)"
_OUTCOME = re.compile("|".join((_STATES, _WORDS, _ENDS, _AGES, _FLAGS)))


def plain_key(name: str) -> str:
    """An attribute's name in lower case, words joined by underscores; `isChurned` too.

    Without the `customer_` that tells a column of the file from one of ours: `customer_plan` says what `plan` says.
    """
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"^(customer_)+(?=.)", "", re.sub(r"\W+", "_", parts).lower().strip("_"))


def is_outcome(name: str) -> bool:
    """Whether an attribute says that, when or why a customer was lost: status, churn flags and reasons, dates of end.

    Told from the name alone: no count of a file can say whether a column was known before the loss.
    """
    return _OUTCOME.fullmatch(plain_key(name)) is not None


def refuse_outcomes(segment: Segment, by: Iterable[str] = ()) -> None:
    """UnknownSegment when a churn rate is to be filtered or split by its own outcome."""
    for name in (*by, *(condition.attribute for condition in (*segment.conditions, *segment.without))):
        if is_outcome(name):
            raise UnknownSegment(
                f"{name} says whether a customer was lost, so a churn rate by it would be 0 or 100 % by construction. "
                "Leave it out here, or list these customers under Customers (report customers)."
            )
