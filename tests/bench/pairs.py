"""Product and reference in turn, and what came of it."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One line of the report.

    median_s, reference_median_s  Seconds, medians over the repetitions.
    ratio    Median of product / reference, pair by pair: it stays meaningful when the machine's speed drifts.
    peak_mb  Peak memory of a process that does only this (None where it was not measured).
    n        Measured pairs (or reruns, for sessions).
    """

    name: str
    median_s: float
    reference: str
    reference_median_s: float
    ratio: float
    peak_mb: float | None
    n: int


Timed = Callable[[], object]


def say(text: str) -> None:
    """Tell on stderr how far it is."""
    print(text, file=sys.stderr, flush=True)


def seconds(work: Timed) -> float:
    """Wall time of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(product: Timed, reference: Timed, pairs: int, warm_up: int = 1) -> list[tuple[float, float]]:
    """Seconds of both, A B A B ..., after rounds that are not counted."""
    for _ in range(warm_up):
        product()
        reference()
    return [(seconds(product), seconds(reference)) for _ in range(pairs)]


def row(name: str, reference: str, pairs: list[tuple[float, float]], peak_mb: float | None = None) -> Row:
    """The medians of measured pairs."""
    mine, other = (median(column) for column in zip(*pairs, strict=True))
    found = Row(name, mine, reference, other, median(a / b for a, b in pairs), peak_mb, len(pairs))
    say(f"  {found.name}: {mine:.3f} s, {reference} {other:.3f} s, ratio {found.ratio:.2f}")
    return found
