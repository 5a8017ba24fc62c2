"""The sections of the money page."""

from collections.abc import Sequence

from dashboard import money_ahead, money_losses, sections
from dashboard.filters import Look
from dashboard.language import N_

SECTIONS = {"losses": N_("What was lost"), "worth": N_("Worth of a point"), "risk": N_("Revenue at risk")}
#: What was lost has a range; worth and risk begin with today's customers and take the whole past into account.
_ASKED = {"losses": ("period", "segment")}


def asked() -> Sequence[str]:
    """The parts of the filter bar that the section the reader chose looks at."""
    return _ASKED.get(sections.chosen(SECTIONS), ("segment",))


def draw(look: Look) -> None:
    """The section the reader chose."""
    section = sections.choose(SECTIONS)
    if section == "losses":
        money_losses.draw(look)
    elif section == "worth":
        money_ahead.draw_worth(look)
    else:
        money_ahead.draw_risk(look)
