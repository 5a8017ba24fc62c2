"""What a plan must hold before it can start: each check says what is wrong, the limit and the way out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import isclose, isfinite
from urllib.parse import urlsplit

from data.errors import ReviewError
from data.records_experiments import HOLDOUT, NEEDS, SHARES, Plan

LONGEST = 730
MOST_LOOKS = 20
MOST_VARIANTS = 10
#: Attributes of a customer's end: filtering by them later would drop those whom the offer kept, or lost.
AFTERWARDS = frozenset({"status", "churned_on", "first_lost_on", "lost_at_age"})


@dataclass(frozen=True)
class Known:
    """What a plan is checked against; None = not known, so that it is not checked.

    attributes  Attributes customers can be dealt by. conditions: those they can be chosen by, which are more.
    tables      Tables the newest release holds.
    in_data     Keys under which the data hold assignments.
    others      Keys of all other experiments.
    """

    attributes: Collection[str] | None = None
    conditions: Collection[str] | None = None
    tables: Collection[str] | None = None
    in_data: Collection[str] = ()
    others: Collection[str] | None = None


@dataclass(frozen=True)
class Checked:
    """A plan with what its checks look at."""

    plan: Plan
    today: date
    known: Known
    key: str


def problems(plan: Plan, today: date, known: Known | None = None, *, key: str = "") -> tuple[str, ...]:
    """Everything that keeps a plan from starting, in plain sentences; () when nothing does."""
    found: list[str] = []
    for check in CHECKS:
        try:
            check(Checked(plan, today, known or Known(), key))
        except ReviewError as wrong:
            found.append(str(wrong))
    return tuple(found)


def computable(plan: Plan) -> bool:
    """Whether the numbers of a plan are such that a size can be computed from them."""
    it = Checked(plan, date.max, Known(), "")
    try:
        for check in (_variants, _shares, _effect, _spread, _stopping, _errors, _holdout):
            check(it)
    except ReviewError:
        return False
    return True


def is_share(plan: Plan) -> bool:
    """Whether the primary measure is a share of customers; an outcome of a file is one when it has no spread."""
    primary = plan.primary
    return primary.kind in SHARES or (primary.kind == "outcome" and not primary.per and plan.spread is None)


def _words(it: Checked) -> None:
    if not it.plan.name.strip():
        raise ReviewError("The experiment has no name. Give one that says what is tried.")
    if not it.plan.hypothesis.strip():
        raise ReviewError("What is expected, and why, is missing. Write it down before any result can be seen.")


def _variants(it: Checked) -> None:
    names = [variant.name.strip().casefold() for variant in it.plan.variants]
    if not 2 <= len(names) <= MOST_VARIANTS:
        raise ReviewError(f"There are {len(names)} variants; 2 to {MOST_VARIANTS} can be compared.")
    if not all(names) or len(set(names)) < len(names):
        raise ReviewError("Two variants have the same name, or one has none. Give each its own.")
    if HOLDOUT in names:
        raise ReviewError(f"A variant is called {HOLDOUT}, as those who are kept out of all offers are. Rename it.")


def _shares(it: Checked) -> None:
    shares = [variant.share for variant in it.plan.variants]
    if not all(0 <= share <= 1 for share in shares) or not isclose(sum(shares), 1, abs_tol=1e-6):
        raise ReviewError(f"The shares of the variants add up to {sum(shares):.4g}; they must add up to 1.")
    if it.plan.control.share == 0 or max(shares) == it.plan.control.share == 1:
        raise ReviewError("All customers would get the same. Give the first variant and another one a share.")


def _costs(it: Checked) -> None:
    if not all(isfinite(variant.cost_cents) and variant.cost_cents >= 0 for variant in it.plan.variants):
        raise ReviewError("An offer costs less than nothing. Give its cost per customer, 0 or more.")


def _effect(it: Checked) -> None:
    effect, baseline, lower = it.plan.smallest_effect, it.plan.baseline, it.plan.primary.better_lower
    if not (isfinite(effect) and effect > 0):
        raise ReviewError("The smallest effect worth having must be above 0: any number finds an effect of 0.")
    if baseline is None or not is_share(it.plan):
        return
    if not 0 <= baseline <= 1:
        raise ReviewError(f"The value without the offer is {baseline:.4g}; a share lies between 0 and 1.")
    room = baseline if lower else 1 - baseline
    if effect > room + 1e-12:
        raise ReviewError(
            f"An effect of {100 * effect:.4g} percentage points is impossible where the value without the offer is "
            f"{100 * baseline:.4g} %: only {100 * room:.4g} points are left. Choose a smaller effect."
        )


def _spread(it: Checked) -> None:
    if it.plan.spread is not None and not (isfinite(it.plan.spread) and it.plan.spread > 0):
        raise ReviewError("The standard deviation of the measure must be above 0. Leave it out when it is not known.")


def _horizons(it: Checked) -> None:
    for measure in it.plan.measures:
        least = 0 if measure.kind == "outcome" else 1
        if not least <= measure.days <= LONGEST:
            raise ReviewError(f"A measure looks {measure.days} days ahead; 1 to {LONGEST} days are possible.")
        if measure.kind == "outcome" and not measure.column:
            raise ReviewError("A measure is a column of the assignments' file and does not say which. Choose one.")


def _roles(it: Checked) -> None:
    plan = it.plan
    if plan.primary in plan.secondary or plan.primary in plan.guardrails:
        raise ReviewError("The measure that decides stands among the others too. Take it out there.")


def _sources(it: Checked) -> None:
    for measure in it.plan.measures:
        table = NEEDS.get(measure.kind)
        if it.known.tables is not None and table and table not in it.known.tables:
            raise ReviewError(
                f"The measure {measure.key} is counted from {table}, which the data do not hold. Import that, or take "
                "the measure out."
            )


def _stopping(it: Checked) -> None:
    plan = it.plan
    if not 1 <= plan.looks <= MOST_LOOKS:
        raise ReviewError(f"{plan.looks} looks are planned; 1 to {MOST_LOOKS} are possible.")
    if plan.stopping == "fixed" and plan.looks != 1:
        raise ReviewError(
            f"A fixed plan is looked at once, and {plan.looks} looks are planned. Choose one look or another plan."
        )


def _errors(it: Checked) -> None:
    if not 0.001 <= it.plan.alpha <= 0.2:
        raise ReviewError(f"The chance of a false alarm is {it.plan.alpha:.4g}; 0.001 to 0.2 are possible.")
    if not 0.5 <= it.plan.power <= 0.99:
        raise ReviewError(f"The chance of seeing the effect is {it.plan.power:.4g}; 0.5 to 0.99 are possible.")


def _size(it: Checked) -> None:
    plan = it.plan
    if plan.size < 0:
        raise ReviewError(f"The plan needs {plan.size} customers. Give 0 or more.")
    if plan.size or plan.assigned == "not-by-chance" or plan.stopping == "always-valid":
        return
    if plan.stopping != "fixed":
        raise ReviewError("Planned looks are shares of the customers needed. Compute how many those are first.")
    if plan.ends_on is None:
        raise ReviewError("The plan says neither how many customers it needs nor when it ends. Give one of the two.")


def _ends(it: Checked) -> None:
    if it.plan.ends_on is not None and it.plan.ends_on < it.today:
        raise ReviewError(f"The last day of assignment, {it.plan.ends_on}, is past. Choose {it.today} or later.")


def _holdout(it: Checked) -> None:
    if not 0 <= it.plan.holdout <= 0.5:
        raise ReviewError(f"A share of {it.plan.holdout:.4g} is kept out of every offer; 0 to 0.5 are possible.")


def _attributes(it: Checked) -> None:
    _refuse_unknown((*filter(None, [it.plan.unit]), *it.plan.strata), it.known.attributes)
    _refuse_unknown(chosen_by(it.plan), it.known.conditions)


def _refuse_unknown(names: Iterable[str], known: Collection[str] | None) -> None:
    for name in names:
        if known is not None and name not in known:
            raise ReviewError(f"The customers have no attribute {name}. Choose one of those they have.")


def _afterwards(it: Checked) -> None:
    if it.plan.assigned == "here":
        # Who was assigned here met the conditions then, and is not asked again.
        return
    for name in chosen_by(it.plan):
        if name in AFTERWARDS or "_last_" in name:
            raise ReviewError(
                f"Who takes part depends on {name}, which an offer can change. Choose customers by what was known "
                "before they were assigned."
            )


def chosen_by(plan: Plan) -> tuple[str, ...]:
    """The attributes that decide who may take part."""
    return tuple(dict.fromkeys(c.attribute for c in (*plan.eligible.conditions, *plan.eligible.without)))


def _excludes(it: Checked) -> None:
    if it.key and it.key in it.plan.excludes:
        raise ReviewError("The experiment keeps its own customers out. Take it off the list of others.")
    for key in it.plan.excludes:
        if it.known.others is not None and key not in it.known.others:
            raise ReviewError(f"There is no experiment {key} whose customers could stay out. Take it off the list.")


def _unassigned(it: Checked) -> None:
    if it.plan.assigned == "here" and it.key in it.known.in_data:
        raise ReviewError(
            f"The data hold assignments under the key {it.key} already. Say that they are made elsewhere, or plan the "
            "experiment under another key."
        )


def refuse_unsafe_address(address: str) -> None:
    """ReviewError unless an address is one that assignments may be sent to."""
    if not _usable(address):
        raise ReviewError(
            f"Assignments cannot be sent to {address}. Give an address that begins with https:// and holds no blank, "
            "no name and no password."
        )


def _usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and " " not in address and parts.username is None
        return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _webhook(it: Checked) -> None:
    if it.plan.webhook:
        refuse_unsafe_address(it.plan.webhook)


CHECKS: tuple[Callable[[Checked], None], ...] = (
    _words,
    _variants,
    _shares,
    _costs,
    _effect,
    _spread,
    _horizons,
    _roles,
    _sources,
    _stopping,
    _errors,
    _size,
    _ends,
    _holdout,
    _attributes,
    _afterwards,
    _excludes,
    _unassigned,
    _webhook,
)
