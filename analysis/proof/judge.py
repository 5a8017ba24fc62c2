"""The verdict on an action: from the months before and after, what changed, how surely, and what that rests on.

Pure: the same plan, months and release give the same verdict to the last bit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from analysis.proof import words
from analysis.proof.assumptions import Checked, assumptions, holding
from analysis.proof.checks import MOST_WINDOW, WINDOW_MONTHS, least_baseline
from analysis.proof.estimate import Found, estimate
from analysis.proof.series import Case, case_of
from analysis.proof.visible import months_needed
from analysis.proof.window import check_on, season_window, window_months
from analysis.results import NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS
from data.queries.proof import days_after, month_after
from data.records_improvement import Assumption, Expected, Method, ProofMonth, ProofPlan, Verdict, VerdictWord

CODE = "proof-3"
"""Version of the method; it changes with any change by which the same months give another verdict."""
DIGITS = 12
"""Significant digits of figures: what lies beyond them differs between machines."""


def judge(
    plan: ProofPlan,
    shipped_on: date,
    months: Sequence[ProofMonth],
    *,
    parts: Mapping[str, Sequence[ProofMonth]] | None = None,
    events: Sequence[tuple[date, str]] = (),
    as_of: date,
    release: int,
) -> Verdict:
    """What the data of a release say of an action.

    months   Of the group "treated" and, with a comparison, of "comparison" or of the other groups by name.
    parts    Per attribute the months of treated and comparison split by its values.
    events   Days and titles of what else happened.
    as_of    Last day that the data hold.

    worked       the 95 % interval of the effect lies on the good side of 0.
    did-not      it lies on the bad side, or leaves out an effect as large as the smallest worth having.
    Neither where a check failed by which something else may have made it, or where nothing is compared with and too few
    of the same months a year before are known: then, and
    cannot-tell  otherwise, and always before the whole window lies in the data: nothing is read early.

    Raises    ValueError for an action whose proof is an experiment, which is judged by itself.
    """
    if plan.metric.kind == "experiment":
        raise ValueError("an experiment is judged by analysis.experiments")
    asked = _Asked(plan, shipped_on, tuple(months), dict(parts or {}), tuple(events), as_of, release)
    case = case_of(plan, shipped_on, _told(asked))
    refused = _refused(asked, case)
    if refused is not None:
        return _sealed(asked, refused)
    found = estimate(case)
    if isinstance(found, NotEnoughData):
        return _sealed(asked, _untold(asked, case, (words.no_test(found.reason),)))
    return _sealed(asked, _verdict(asked, case, found))


@dataclass(frozen=True)
class _Asked:
    """Everything a verdict follows from."""

    plan: ProofPlan
    shipped_on: date
    months: tuple[ProofMonth, ...]
    parts: Mapping[str, Sequence[ProofMonth]]
    events: tuple[tuple[date, str], ...]
    as_of: date
    release: int


def _told(asked: _Asked) -> list[ProofMonth]:
    """The months that lie in the data with the days customers are followed."""
    until = asked.as_of + timedelta(days=1 - days_after(asked.plan.metric))
    return [row for row in asked.months if month_after(row.start) <= until]


def _refused(asked: _Asked, case: Case) -> Verdict | None:
    """A verdict where nothing may be read: too early, or too little to compare."""
    plan = asked.plan
    if asked.as_of + timedelta(days=1) < check_on(plan, asked.shipped_on):
        told = sum(day in case.whole.starts for day in window_months(plan, asked.shipped_on))
        wait = max(_months_until(asked.as_of + timedelta(days=1), check_on(plan, asked.shipped_on)), 1)
        return _untold(asked, case, words.early(told, plan.window_months), more=wait)
    before, after, least = len(case.before.starts), len(case.after.starts), least_baseline(plan)
    if before < least:
        return _untold(asked, case, (words.too_few_before(before, least),), name="baseline")
    if after < WINDOW_MONTHS:
        return _untold(asked, case, (words.too_few_after(after, WINDOW_MONTHS),), more=WINDOW_MONTHS - after)
    if case.after.customers < MIN_CUSTOMERS:
        return _untold(asked, case, (words.too_few_customers(case.after.customers, MIN_CUSTOMERS),))
    return None


def _months_until(day: date, end: date) -> int:
    months = (end.year - day.year) * 12 + end.month - day.month
    return months + (day.day < end.day)


def _untold(
    asked: _Asked, case: Case, said: tuple[str, ...], *, more: int | None = None, name: str = "size"
) -> Verdict:
    """Cannot tell, without an effect: what was seen stands in the chart."""
    return Verdict(
        word="cannot-tell",
        method=_method(asked.plan),
        metric=asked.plan.metric,
        release=asked.release,
        as_of=asked.as_of,
        code=CODE,
        before=case.before.mean if case.before.starts else None,
        n_before=case.before.customers,
        n_after=case.after.customers,
        months_more=more,
        assumptions=(Assumption(name, False, said[0]),),
        months=_seen(case),
        said=said,
    )


def _method(plan: ProofPlan) -> Method:
    if plan.comparison != "none":
        return "difference-in-differences"
    return "proportions" if plan.metric.by_signing else "interrupted-series"


def _seen(case: Case) -> tuple[Expected, ...]:
    """The months as they were, without what was expected of them."""
    whole, found = case.whole, list[Expected]()
    window = window_months(case.plan, case.shipped_on)
    for day, n, total in zip(whole.starts, whole.n, whole.total, strict=True):
        phase: Literal["baseline", "left-out", "window"] = (
            "window" if day in window else "baseline" if day in case.before.starts else "left-out"
        )
        found.append(Expected(day, float(total / n) if n else None, None, n=int(n), phase=phase))
    return tuple(found)


def _verdict(asked: _Asked, case: Case, found: Found) -> Verdict:
    plan = asked.plan
    low, high = found.limits(plan.metric)
    told, nothing = _told_by(plan, low, high)
    checks = assumptions(Checked(case, found, asked.parts, asked.events, nothing))
    held = () if told == "cannot-tell" else holding(checks, alone=case.compared is None)
    word: VerdictWord = "cannot-tell" if held else told
    more = _more(asked, found) if told == "cannot-tell" else _season_over(asked, case, held) if held else None
    said = [*words.concluded(plan, found, word, held=bool(held), nothing=nothing), words.reached(found)]
    said += [one.said for one in held]
    if word == "cannot-tell":
        said.append(words.held_for(more) if held else words.more(more))
    if word == "did-not":
        said.append(words.REOPEN)
    relative, relative_low, relative_high = found.relative()
    return Verdict(
        word=word,
        method=found.method,
        metric=plan.metric,
        release=asked.release,
        as_of=asked.as_of,
        code=CODE,
        before=found.before,
        after=found.after,
        effect=found.effect,
        low=low,
        high=high,
        relative=relative,
        relative_low=relative_low,
        relative_high=relative_high,
        p_value=found.p_value,
        n_before=case.before.customers,
        n_after=case.after.customers,
        months_more=more,
        assumptions=checks,
        months=found.months,
        said=tuple(said),
    )


def _told_by(plan: ProofPlan, low: float, high: float) -> tuple[VerdictWord, bool]:
    """What the interval says by itself, and whether that is: there is no effect worth having."""
    good = (-high, -low) if plan.metric.lower_is_better else (low, high)
    if good[0] > 0:
        return "worked", False
    if good[1] < 0:
        return "did-not", False
    nothing = plan.smallest_effect > 0 and good[1] < plan.smallest_effect
    return ("did-not" if nothing else "cannot-tell"), nothing


def _season_over(asked: _Asked, case: Case, held: Sequence[Assumption]) -> int | None:
    """Months more until a season can be told from an effect; None where waiting does not help."""
    if any(one.passed is False for one in held):
        return None
    months = season_window(asked.plan, asked.shipped_on, case.before.starts, MOST_WINDOW)
    return None if months is None else max(months - asked.plan.window_months, 1)


def _more(asked: _Asked, found: Found) -> int | None:
    """Months more until the smallest effect worth having (or, where none is named, the one seen) would show."""
    plan = replace(asked.plan, ships_on=asked.shipped_on)
    wanted = plan.smallest_effect or abs(found.effect)
    before = [row for row in _told(asked) if row.start < asked.shipped_on.replace(day=1)]
    needed = months_needed(plan, before, wanted, shortest=plan.window_months + 1)
    return needed - plan.window_months if isinstance(needed, int) else None


def _sealed(asked: _Asked, verdict: Verdict) -> Verdict:
    """Figures to twelve digits, and the digest of what they follow from and are."""
    rounded = _rounded(verdict)
    told = asdict(rounded)
    for name in ("digest", "round", "id", "at", "who"):
        del told[name]
    everything = {"asked": asdict(asked), "verdict": told}
    text = json.dumps(everything, sort_keys=True, separators=(",", ":"), default=_plain, ensure_ascii=True)
    return replace(rounded, digest=hashlib.sha256(text.encode()).hexdigest())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _rounded(verdict: Verdict) -> Verdict:
    months = tuple(replace(one, **_figures(asdict(one))) for one in verdict.months)
    return replace(verdict, months=months, **_figures({n: v for n, v in vars(verdict).items() if n != "months"}))


def _figures(fields: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(f"{value:.{DIGITS}g}") for name, value in fields.items() if isinstance(value, float)}
