"""What the cards of the overview say, as the rows and notes of `report changes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.kpis.headline import FIGURES
from analysis.kpis.judgement import Compared, Judged


def rows(judged: Judged) -> list[dict[str, Any]]:
    """One row per figure and comparison: month, quarter, year, and what the last complete period is compared with."""
    return [_row(figure, span, one, judged) for figure in FIGURES for span, one in _compared(judged).items()]


def _compared(judged: Judged) -> Mapping[str, Compared]:
    """Each comparison under its name; the same period last year is one of the spans already."""
    return {**judged.spans, **({judged.compare: judged.other} if judged.other else {})}


def _row(figure: str, span: str, compared: Compared, judged: Judged) -> dict[str, Any]:
    found, now, before = compared.changes[figure], compared.pair.now, compared.pair.before
    return {
        "figure": figure,
        "span": span,
        "later_start": now.period_start,
        "later_end": now.period_end,
        "earlier_start": before.period_start,
        "earlier_end": before.period_end,
        "later": found.later,
        "earlier": found.earlier,
        "difference": found.difference,
        "p_value": found.p_value,
        "q_value": found.q_value,
        "beyond_chance": found.beyond_chance,
        "judged": judged.judged,
    }


def notes(judged: Judged) -> Iterator[str]:
    """What must be known to read the rows right."""
    if judged.headline.last is None:
        yield "No period of this range is complete yet. Choose a longer range or a finer grain."
    if judged.judged:
        yield (
            f"beyond_chance is judged together over the {judged.judged} comparisons of this report that can be tested "
            "(Benjamini-Hochberg: of those called so, 5 % at most are expected to be false). Intervals are 95 % each."
        )
    compared = _compared(judged).values()
    if any(one.pair.grain != judged.grain for one in compared):
        yield f"later and earlier are over the periods of their row; difference is between rates per {judged.grain}."
    if any(change.overlapping for one in compared for change in one.changes.values()):
        yield "Figures over twelve months that share some of these months have no p_value: chance cannot be judged."
    if judged.compare == "segment" and judged.headline.last is not None:
        yield _of_segments(judged)


def _of_segments(judged: Judged) -> str:
    found = judged.headline.against
    if found is None:
        return "Both segments hold the same customers."
    sides = "Of segments, later is the one of --segment, earlier the one of --against"
    if not found.shared:
        return f"{sides}; no customer is in both."
    return f"{sides}; {found.shared} customers in both are counted only in {_KEPT[found.counted_in]}."


_KEPT = {"this": "the first", "other": "the second"}
