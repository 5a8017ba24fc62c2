"""Reports of what lost customers did before they left, and of what goes with leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.personas.before_leaving import BeforeRow
    from dashboard.cli.reports import Asked, Told
    from data.engine import Engine


def before(engine: Engine, asked: Asked) -> Told:
    """Lost customers before their first loss, beside others of the same age who stayed."""
    from analysis.personas.before_leaving import before_leaving
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    found = before_leaving(engine, asked.scope)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    said = f"{found.lost} lost customers, each beside up to two others of the same age; {found.unmatched} found none."
    return Told([_before(row) for row in found.rows], [said, *remarks(asked)])


def _before(row: BeforeRow) -> dict[str, Any]:
    from analysis.results import Estimate, NotEnoughData

    found = row.found
    names = ("pairs", "mean_first", "mean_second", "median_first", "median_second", "standardised")
    called = ("pairs", "mean_lost", "mean_kept", "median_lost", "median_kept", "standardised")
    if isinstance(found, NotEnoughData):
        return {"measure": row.measure, **dict.fromkeys(called), "difference": found, "p_adjusted": None}
    told = {name: getattr(found, ours) for name, ours in zip(called, names, strict=True)}
    d = found.difference
    difference = Estimate(d.difference, d.low, d.high, found.pairs, d.method, d.confidence)
    return {"measure": row.measure, **told, "difference": difference, "p_adjusted": row.p_adjusted}


def drivers(engine: Engine, asked: Asked) -> Told:
    """What goes with leaving in the next period, all else being equal: associations, no causes."""
    from analysis.personas.drivers import drivers as use_case
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    found = use_case(engine, asked.scope)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    auc = found.auc.reason if isinstance(found.auc, NotEnoughData) else f"AUC {found.auc.value:.3f}"
    seen = f"Associations, not causes: {found.customers} customers at the start of {found.periods} periods."
    worth = (
        f"On later periods it had not seen: {auc}, {found.expected:.0f} losses expected and {found.came} came, "
        f"squared error {found.skill:.2%} below that of the mean rate."
    )
    misses = {"": [], "over": ["overestimates"], "under": ["underestimates"]}[found.misses]
    more = [f"It {does} losses of later periods, by more than chance." for does in misses]
    same = [f"{left} says the same of every customer as {kept} and is left out." for left, kept in found.same]
    return Told(found.rows, [seen, *same, worth, *more, *remarks(asked)])
