"""What is true of the demo company: every size that is planted in the data, written once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from data.errors import DataProblem

#: Plans in rising order of price; every tuple with one entry per plan follows this order.
PLANS = ("Starter", "Team", "Business", "Enterprise")
#: Months between two invoices, and the name of that interval in the contract.
INTERVALS = {1: "month", 3: "quarter", 12: "year"}


@dataclass(frozen=True)
class Experiment:
    """One retention offer: shown at random to half of the customers that ask to cancel while it runs.

    starts, ends  Share of the company's months at which it starts and ends.
    """

    key: str
    control: str
    offer: str
    starts: float
    ends: float


@dataclass(frozen=True)
class Truth:
    """Sizes of everything planted; shares and chances are 0-1, chances of leaving are per month.

    The first block is ordinary business that every demo company has. Each later block is one planted effect; `planted`
    sets a block to its neutral values when the effect is not asked for.
    """

    # ordinary business
    plan_shares: tuple[float, ...] = (0.40, 0.33, 0.19, 0.08)
    plan_mrr_cents: tuple[int, ...] = (9_900, 39_900, 149_000, 590_000)
    voluntary_chance: float = 0.0142
    payment_chance: float = 0.0042
    first_month_share: float = 0.10
    signing_growth: float = 1.2
    trial_share: float = 0.7
    trial_days: int = 14
    withdrawn_share: float = 0.25
    return_chance: float = 0.10
    pause_chance: float = 0.004
    pause_return_share: float = 0.75
    expansion_chance: float = 0.022
    contraction_chance: float = 0.007
    late_invoice_share: float = 0.09
    recovered_payment_share: float = 0.04
    dunning_days: int = 30
    trained_share: float = 0.5
    exit_survey_share: float = 0.55

    # plans: larger plans leave less and sign for longer
    plan_factors: tuple[float, ...] = (1.15, 1.05, 0.80, 0.50)
    quarter_shares: tuple[float, ...] = (0.08, 0.12, 0.15, 0.10)
    year_shares: tuple[float, ...] = (0.10, 0.20, 0.40, 0.75)

    # early_risk: losses in the first 90 days, all under the exit right of those days
    early_factor: float = 3.2

    # onboarding_fix: customers signed from half-way on
    onboarding_loss_factor: float = 0.5
    onboarding_use_factor: float = 1.25
    onboarding_ticket_factor: float = 0.5

    # persona: manufacturing, under 50 employees, never attended a training
    persona_factor: float = 3.0

    # seasonality of voluntary losses after the first 90 days: most in January, fewest in July
    season_amplitude: float = 0.4

    # price_rise: customers signed before it, for four months
    price_uplift: float = 0.08
    price_months: int = 4
    price_loss_factor: float = 2.7
    price_contraction_factor: float = 3.0

    # channels: customers won by paid search leave more often after the first 90 days
    paid_search_factor: float = 1.3

    # channel_mix: share of paid search among new customers, first month and last
    paid_search_first: float = 0.15
    paid_search_last: float = 0.40

    # bad_quarter: failed payments that end in one calendar quarter
    bad_quarter_factor: float = 5.0

    # before_loss: the days before a customer leaves
    fading_days: int = 60
    fading_floor: float = 0.15
    silent_share: float = 0.15
    surge_tickets: float = 2.5
    surge_days: tuple[int, int] = (60, 21)
    quiet_factor: float = 0.35
    cold_share: float = 0.65
    contact_share: float = 0.9

    # save_offer: share of the losses among those shown the one good offer that do not happen
    save_share: float = 0.55

    # broken_split: leavers shown the third offer whose assignment was not logged
    unlogged_share: float = 0.97

    # holidays: share of usual activity on a statutory holiday
    holiday_activity: float = 0.12

    # reasons: the stated reason follows the true one this often, and says "price" half of the other times
    honest_share: float = 0.7
    circumstance_share: float = 0.6


EXPERIMENTS = (
    Experiment("free-module", "no offer", "free module", 0.139, 0.417),
    Experiment("discount-20", "no offer", "20 % discount", 0.417, 0.667),
    Experiment("save-call", "no call", "specialist call", 0.667, 0.917),
)
NO_EFFECT, BROKEN_SPLIT, REAL_EFFECT = range(3)

#: Fields and neutral values of each planted effect: what the company looks like without it.
NEUTRAL: Mapping[str, Mapping[str, Any]] = {
    "plans": {"plan_factors": (1.0,) * 4, "quarter_shares": (0.0,) * 4, "year_shares": (0.0,) * 4},
    "early_risk": {"early_factor": 1.0},
    "onboarding_fix": {
        "onboarding_loss_factor": 1.0,
        "onboarding_use_factor": 1.0,
        "onboarding_ticket_factor": 1.0,
    },
    "persona": {"persona_factor": 1.0},
    "seasonality": {"season_amplitude": 0.0},
    "price_rise": {"price_uplift": 0.0, "price_loss_factor": 1.0, "price_contraction_factor": 1.0},
    "channels": {"paid_search_factor": 1.0},
    "channel_mix": {"paid_search_first": 0.25, "paid_search_last": 0.25},
    "bad_quarter": {"bad_quarter_factor": 1.0},
    "before_loss": {
        "fading_floor": 1.0,
        "surge_tickets": 0.0,
        "quiet_factor": 1.0,
        "cold_share": 0.0,
        "contact_share": 0.0,
    },
    "save_offer": {"save_share": 0.0},
    "broken_split": {"unlogged_share": 0.0},
    "holidays": {"holiday_activity": 1.0},
    "reasons": {"circumstance_share": 0.0},
}
ALL_EFFECTS = frozenset(NEUTRAL)


def planted(effects: Iterable[str] = ALL_EFFECTS) -> Truth:
    """Return the truth of a company that has just these effects."""
    wanted = frozenset(effects)
    unknown = wanted - ALL_EFFECTS
    if unknown:
        known = ", ".join(sorted(ALL_EFFECTS))
        raise DataProblem(f"There is no planted effect called {sorted(unknown)[0]!r}. Known effects: {known}.")
    truth = Truth()
    for effect in sorted(ALL_EFFECTS - wanted):
        truth = replace(truth, **NEUTRAL[effect])
    return truth
