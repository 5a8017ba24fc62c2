"""How long a meeting has stayed with each item of its agenda, which item it is at, and in which order they come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from data.records_reviews import Item, Review, Step


def at_item(review: Review) -> int:
    """The item the presenter turned to last; 0 is the front page."""
    return review.steps[-1].item if review.steps else 0


def spent(steps: Sequence[Step], item: int, now: datetime) -> timedelta:
    """How long the meeting was at an item altogether, however often it came back to it.

    Between its end and its resumption a meeting is at the front page.
    """
    ends = [*(step.at for step in steps[1:]), now]
    stayed = (end - step.at for step, end in zip(steps, ends, strict=True) if step.item == item)
    return sum((max(time, timedelta()) for time in stayed), timedelta())


def beside(items: Sequence[Item], item: int, by: int) -> int:
    """The item `by` places on from one, staying within the agenda; 0, before the first, is the front page."""
    order = [0, *(one.id for one in items)]
    place = order.index(item) if item in order else 0
    return order[min(max(place + by, 0), len(order) - 1)]


def before(steps: Sequence[Step]) -> int:
    """The item the meeting was at before the one it is at; 0, the front page, where it was at none."""
    now = steps[-1].item if steps else 0
    return next((step.item for step in reversed(steps) if step.item != now), 0)


def moved(order: Sequence[int], item: int, by: int) -> list[int]:
    """The order with an item moved by places, staying within it; as it was where the item is not in it."""
    if item not in order:
        return list(order)
    rest = [one for one in order if one != item]
    place = min(max(order.index(item) + by, 0), len(rest))
    return [*rest[:place], item, *rest[place:]]
