"""What is known of a chunk of customers before the tables of their behaviour are made."""

from dataclasses import dataclass

from data.sample.fading import Fading
from data.sample.firms import Firms
from data.sample.lives import Lives
from data.sample.presence import Presence
from data.sample.reasons import Reasons
from data.sample.timeline import Timeline
from data.sample.truth import Truth


@dataclass(frozen=True)
class Relations:
    """One chunk's customers and all that is known of them: what the tables of their behaviour are made from."""

    firms: Firms
    lives: Lives
    runs: Presence
    fading: Fading
    reasons: Reasons
    line: Timeline
    truth: Truth
