"""The quick calculator: counts that were pasted, or a file with a variant and outcomes, judged as an experiment is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.experiments import compare
from analysis.experiments.compare import Level
from analysis.experiments.judge import NOT_ALL_COUNT, effects_of, facts_of, second_opinion
from analysis.experiments.results import Allowed, Arm, Effect, Found, Second, Sensitivity, Split, Verdict
from analysis.experiments.sensitivity import sensitivity
from analysis.experiments.verdict import refused, verdict
from analysis.experiments.watch import split_of, unevenly_counted
from analysis.results import Comparison
from analysis.statistics.means import moments_of, moments_of_share
from analysis.statistics.multiplicity import holm
from data.errors import ReviewError
from data.importers.outcome_file import OutcomeColumns
from data.records_experiments import Measure, Moments, Plan, Variant

Kind = Literal["proportion", "mean", "ratio"]
USUAL_CONTROLS = ("control", "a", "no offer", "baseline", "placebo", "对照组", "对照")
MOST_VARIANTS = 20
LONGEST_LINE = 300
MOST_CUSTOMERS = 10**12


@dataclass(frozen=True)
class Quick:
    """What may be said of counts or columns alone; see `Judgement`. No plan stands behind them.

    control  The variant the others are compared with.
    """

    control: str
    arms: tuple[Arm, ...]
    split: Split
    effects: tuple[Effect, ...]
    verdicts: tuple[Verdict, ...]
    sensitivity: tuple[Sensitivity, ...]
    second: tuple[Second, ...]
    notes: tuple[str, ...] = ()


def parse_counts(text: str) -> dict[str, tuple[int, int]]:
    """Variants as `name=successes/customers`, or as three cells of a spreadsheet, one per line.

    ReviewError names the line that is neither, and what is wrong with its numbers.
    """
    found: dict[str, tuple[int, int]] = {}
    for line in filter(str.strip, text.splitlines()):
        name, yes, n = _counted(line)
        if name in found:
            raise ReviewError(f"The variant {name} is given twice. Give each variant once.")
        if n > MOST_CUSTOMERS:
            raise ReviewError(f"{line.strip()}: at most {MOST_CUSTOMERS:,} customers are compared. Check the number.")
        if not 0 <= yes <= n:
            raise ReviewError(
                f"{line.strip()}: {yes:,} of {n:,} is no share. Give successes/customers, successes first."
            )
        found[name] = yes, n
    if len(found) < 2:
        raise ReviewError("One variant alone cannot be compared. Give at least two, one per line.")
    if len(found) > MOST_VARIANTS:
        raise ReviewError(f"{len(found)} variants are given; at most {MOST_VARIANTS} are compared. Leave some out.")
    return found


#: A whole number, in groups of three or not.
_NUMBER = r"\d{1,3}(?:[.,']\d{3})+|\d+"
#: A name, then two numbers: between them an equals sign and a slash, or what a spreadsheet puts between cells.
_LINE = re.compile(
    rf"^(?P<name>.+?)\s*(?:[=:;,\t]|\s)\s*(?P<yes>{_NUMBER})\s*(?:[/;\t]|,?\s|,(?!\d{{3}}$)|of)\s*(?P<n>{_NUMBER})$"
)
_CELLS = re.compile(r"^(?P<name>[^,]+),(?P<yes>\d+),(?P<n>\d+)$")


def _counted(line: str) -> tuple[str, int, int]:
    # Blanks in a row as one: the pattern would try every way to share them out.
    plain = re.sub(r"\s+", lambda run: "\t" if "\t" in run[0] else " ", line.strip())
    found = _CELLS.match(plain) or _LINE.match(plain) if len(plain) <= LONGEST_LINE else None
    if found is None:
        raise ReviewError(
            f"{plain[:LONGEST_LINE]} is not understood. Write one variant per line as name=successes/customers, for "
            "example control=8502/44700."
        )
    return found["name"].strip(), _whole(found["yes"]), _whole(found["n"])


def _whole(text: str) -> int:
    return int(re.sub("[.,']", "", text))


def from_counts(
    counted: Mapping[str, tuple[int, int]],
    *,
    control: str = "",
    confidence: float = 0.95,
    smallest_effect: float = 0.0,
    shares: Sequence[float] = (),
) -> Quick:
    """Compare shares from counts alone: variant -> (successes, customers).

    control          Name; "" = one that is usually called so, or the first.
    smallest_effect  The smallest difference worth having (0-1); 0 = none is given, and no effect is called too small.
    shares           How customers should have been split, in the order of the variants; () = evenly.
    """
    measure = Measure("outcome", 0, "retained")
    found = {measure.key: {(name, ""): moments_of_share(yes, n) for name, (yes, n) in counted.items()}}
    plan = _plan(list(counted), control, (measure,), confidence, smallest_effect, shares)
    return _judged(plan, found, {name: n for name, (_yes, n) in counted.items()}, None)


def from_file(
    read: OutcomeColumns,
    *,
    kind: Kind | None = None,
    per: str = "",
    before: str = "",
    control: str = "",
    confidence: float = 0.95,
    smallest_effect: float = 0.0,
    shares: Sequence[float] = (),
) -> Quick:
    """Compare every outcome of a file; several outcomes and variants are judged together (Holm).

    kind    proportion (values must be yes or no), mean, or ratio (outcome / per); None = by the values.
    per     Outcome that a ratio divides by; before: the same figure before the assignment (CUPED).
    """
    names = sorted(dict.fromkeys(read.variants.tolist()))
    if not 2 <= len(names) <= MOST_VARIANTS:
        raise ReviewError(
            f"The column of variants has {len(names)} different values; 2 to {MOST_VARIANTS} can be compared. Choose "
            "the column that names the variant."
        )
    _refuse_ratio(kind, per, read)
    outcomes = [name for name in read.values if name not in {per, before}]
    if not outcomes:
        raise ReviewError("The outcome is the column it is divided by, or compared with. Give another column for that.")
    measures = tuple(Measure("outcome", 0, name, per if kind == "ratio" else "", before) for name in outcomes)
    source = FromColumns(read, names)
    found = {m.key: {(name, ""): source.moments(m, name) for name in names} for m in measures}
    if kind == "proportion":
        _refuse_no_shares(measures, found)
    plan = _plan(names, control, measures, confidence, smallest_effect, shares)
    assigned = {name: int((read.variants == name).sum()) for name in names}
    said = _judged(plan, found, assigned, source, as_means=kind == "mean")
    return replace(said, notes=(*said.notes, *_unread(read)))


def _refuse_ratio(kind: Kind | None, per: str, read: OutcomeColumns) -> None:
    if (kind == "ratio") != bool(per):
        raise ReviewError(
            "A ratio needs the column it divides by, and nothing else does. Give --kind ratio with --per."
        )
    if per and per not in read.values:
        raise ReviewError(f"The column {per} was not read. Give it as one of the file's columns.")


def _refuse_no_shares(measures: Sequence[Measure], found: Found) -> None:
    for measure in measures:
        if not compare.is_share(measure, *(arm for arm in found[measure.key].values() if arm.n)):
            raise ReviewError(
                f"The outcome {measure.column} is no yes or no: it has values other than 0 and 1. Compare means."
            )


def _unread(read: OutcomeColumns) -> list[str]:
    return [
        f"{n} cells of {name} are neither a number nor yes or no, and do not count."
        for name, n in read.unread.items()
        if n
    ]


def _plan(
    names: Sequence[str],
    control: str,
    measures: Sequence[Measure],
    confidence: float,
    smallest_effect: float,
    shares: Sequence[float],
) -> Plan:
    first = control or next((n for usual in USUAL_CONTROLS for n in names if n.lower() == usual), names[0])
    if first not in names:
        raise ReviewError(f"There is no variant {first}. There are: {', '.join(names)}.")
    if shares and (len(shares) != len(names) or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6):
        raise ReviewError(
            f"The shares must be {len(names)} numbers from 0 to 1 that add up to 1, in the variants' order."
        )
    of = dict(zip(names, shares or [1 / len(names)] * len(names), strict=True))
    ordered = [first, *(name for name in names if name != first)]
    return Plan(
        name="",
        variants=tuple(Variant(name, of[name]) for name in ordered),
        primary=measures[0],
        secondary=tuple(measures[1:]),
        guardrails=(),
        smallest_effect=smallest_effect,
        alpha=1 - confidence,
        assigned="elsewhere",
    )


def _judged(
    plan: Plan, found: Found, assigned: Mapping[str, int], source: FromColumns | None, *, as_means: bool = False
) -> Quick:
    split = split_of(plan, [assigned[variant.name] for variant in plan.variants])
    treated = [variant.name for variant in plan.variants[1:]]
    level = Level(plan.alpha / max(len(treated), 1))
    effects = _together(effects_of(plan, found, level, {}, as_means=as_means))
    arms = tuple(_arm(plan, name, assigned[name], found, as_means=as_means) for name in (plan.control.name, *treated))
    allowed = Allowed(1, "final", plan.alpha, None, 1.0)
    if split.state == "broken":
        verdicts = refused(
            treated,
            "The variants do not have the customers they should: somebody is missing, and not by chance.",
            "Find out where customers are lost between assignment and record, repair it, and run it again.",
        )
    elif unevenly_counted([(arm.assigned, arm.eligible) for arm in arms]):
        verdicts = refused(treated, *NOT_ALL_COUNT)
    else:
        verdicts = tuple(verdict(facts_of(plan, effects, found, allowed, name, as_means=as_means)) for name in treated)
    others = sensitivity(source, plan, effects, found)
    second = tuple(s for name in treated if (s := second_opinion(plan, found, name, {})) is not None)
    return Quick(plan.control.name, arms, split, effects, verdicts, others, second, _notes(effects))


def _together(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """All that was asked at once is one family: of several outcomes one is easily significant by chance."""
    p_values = [e.difference.p_value if isinstance(e.difference, Comparison) else None for e in effects]
    return tuple(replace(e, p_adjusted=p) for e, p in zip(effects, holm(p_values), strict=True))


def _arm(plan: Plan, name: str, assigned: int, found: Found, *, as_means: bool) -> Arm:
    arm = compare.arms_of(found[plan.primary.key], name)
    share = not as_means and compare.is_share(plan.primary, arm)
    rate = compare.value_of(plan.primary, arm, share=share)
    return Arm(name, assigned, None, arm.n, compare.yes(arm) if share else None, rate)


def _notes(effects: Sequence[Effect]) -> tuple[str, ...]:
    notes = ["No plan stands behind these numbers: read them as one look, taken once."]
    if len(effects) > 1:
        notes.append(f"{len(effects)} comparisons were made at once; p-values beside them are adjusted for it (Holm).")
    return tuple(notes)


@dataclass(frozen=True, eq=False)
class FromColumns:
    """Single values from the columns of a file."""

    read: OutcomeColumns
    names: Sequence[str]

    def moments(self, measure: Measure, variant: str) -> Moments:
        """Moments of one outcome in one variant; rows without a value do not count."""
        inside = (self.read.variants == variant) & ~np.isnan(self.read.values[measure.column])
        if measure.per:
            inside &= ~np.isnan(self.read.values[measure.per])
        columns = [self.read.values[name][inside] if name else None for name in (measure.column, measure.per)]
        before = np.nan_to_num(self.read.values[measure.before][inside]) if measure.before else None
        return moments_of(columns[0], columns[1], before)

    def values(self, measure: Measure) -> Mapping[str, np.ndarray]:
        """See `sensitivity.Source`."""
        values = self.read.values[measure.column]
        return {name: values[(self.read.variants == name) & ~np.isnan(values)] for name in self.names}

    def capped(self, measure: Measure, share: float) -> Mapping[str, Moments]:
        """See `sensitivity.Source`."""
        cap = float(np.nanquantile(self.read.values[measure.column], share))
        return {name: moments_of(np.minimum(values, cap)) for name, values in self.values(measure).items()}

    def largest(self, measure: Measure) -> Sequence[tuple[str, str, float]]:
        """See `sensitivity.Source`."""
        values = np.nan_to_num(self.read.values[measure.column], nan=-np.inf)
        top = np.argsort(-values, kind="stable")[:2]
        return [(str(self.read.ids[i]), str(self.read.variants[i]), float(values[i])) for i in top]
