"""Who the demo company's customers are: everything that is fixed on the day a customer signs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.sample.columns import arrow_table, compute, labels, padded
from data.sample.timeline import Days, Flags, Ints, Timeline, days, months_between
from data.sample.truth import Truth

INDUSTRIES = ("manufacturing", "retail", "software", "logistics", "healthcare", "professional services", "education")
INDUSTRY_SHARES = (0.20, 0.18, 0.17, 0.14, 0.12, 0.12, 0.07)
COUNTRIES = ("Germany", "France", "Netherlands", "Austria", "Spain", "Poland")
COUNTRY_SHARES = (0.40, 0.17, 0.13, 0.12, 0.10, 0.08)
REGIONS = ("north", "south", "east", "west")
CHANNELS = ("paid search", "content", "partner", "outbound", "referral")
OTHER_CHANNEL_SHARES = (0.30, 0.28, 0.24, 0.18)
REVENUE_BANDS = ("under 2m", "2m-10m", "10m-50m", "over 50m")
REVENUE_LIMITS = (2e6, 10e6, 50e6)
SIZE_BANDS = ("1-9", "10-49", "50-249", "250+")
SIZE_LIMITS = (10, 50, 250)
GRADES = ("C", "B", "A")
GRADE_LIMITS_CENTS = (50_000, 250_000)
INTEGRATIONS = ("none", "CRM", "ERP", "webshop")
INTEGRATION_SHARES = (0.42, 0.27, 0.18, 0.13)
MEDIAN_EMPLOYEES = (18, 45, 140, 600)
PAID_SEARCH = CHANNELS.index("paid search")
MANUFACTURING = INDUSTRIES.index("manufacturing")
SMALL_BELOW = 50
TEAMS_PER_REGION = 2
SPECIALISTS = 8
#: Days from signing to the training: before anybody can have left, so that staying longer does not make one trained.
TRAINING_DAYS = (3, 18)
CUSTOMERS_PER_CSM = 150

ATTRIBUTES = {
    "a_company_size": "Company size",
    "a_attended_training": "Attended a training",
    "a_onboarding_specialist": "Onboarding specialist",
    "a_main_integration": "Main integration",
}

_SYLLABLES = (
    (
        "Ba",
        "Cor",
        "Del",
        "Fen",
        "Gal",
        "Hol",
        "Jun",
        "Kal",
        "Lor",
        "Mi",
        "Nev",
        "Or",
        "Pra",
        "Quo",
        "Ras",
        "Sol",
        "Tav",
    ),
    ("bari", "dano", "fero", "gumi", "luta", "mora", "nexo", "pilo", "rudo", "sena", "tivo", "vaka", "zeno"),
)
_KINDS = ("Works", "Group", "Partners", "Supply", "Studio", "Systems", "Trade", "Labs")


@dataclass(frozen=True)
class Firms:
    """One chunk of customers, one entry per customer in each array; codes index the tuples of names above.

    ids         Customer ids as text.
    paid_from   First paid day: the day of signing, or the day after the trial.
    interval    Months between invoices.
    mrr_cents   Monthly amount at the start.
    users       People who use the product when all is well.
    """

    ids: pa.Array
    numbers: Ints
    signed_on: Days
    paid_from: Days
    industry: Ints
    employees: Ints
    country: Ints
    region: Ints
    channel: Ints
    team: Ints
    csm: Ints
    plan: Ints
    interval: Ints
    mrr_cents: Ints
    users: Ints
    trained: Flags
    training_on: Days
    specialist: Ints
    integration: Ints
    name_codes: Ints

    def __len__(self) -> int:
        return len(self.signed_on)

    @property
    def persona(self) -> Flags:
        """Who belongs to the persona that leaves more often."""
        return (self.industry == MANUFACTURING) & (self.employees < SMALL_BELOW) & ~self.trained


@dataclass(frozen=True)
class Chunk:
    """A run of customers made together: number of its first customer, how many, and how many there are in all."""

    first: int
    size: int
    customers: int


def sign_customers(chunk: Chunk, line: Timeline, truth: Truth, rng: np.random.Generator) -> Firms:
    """Make the customers of one chunk, in the order in which they sign."""
    n = chunk.size
    signed_on = _signing_days(n, line, truth, rng)
    trial = rng.random(n) < truth.trial_share
    plan = pick(truth.plan_shares, n, rng)
    employees = _employees(plan, rng)
    region = pick((0.3, 0.3, 0.2, 0.2), n, rng)
    mrr = _amounts(plan, signed_on, line, truth, rng)
    numbers = np.arange(chunk.first, chunk.first + n) + 1
    csms = int(np.clip(chunk.customers // CUSTOMERS_PER_CSM, 4, 400))
    return Firms(
        ids=customer_ids(numbers),
        numbers=numbers,
        signed_on=signed_on,
        paid_from=signed_on + np.where(trial, truth.trial_days, 0),
        industry=pick(INDUSTRY_SHARES, n, rng),
        employees=employees,
        country=pick(COUNTRY_SHARES, n, rng),
        region=region,
        channel=_channels(signed_on, line, truth, rng),
        team=region * TEAMS_PER_REGION + rng.integers(0, TEAMS_PER_REGION, n),
        csm=rng.integers(0, csms, n),
        plan=plan,
        interval=_intervals(plan, truth, rng),
        mrr_cents=mrr,
        users=np.maximum(1, (employees * rng.uniform(0.05, 0.35, n)).astype(np.int64)).clip(max=400),
        trained=rng.random(n) < truth.trained_share,
        training_on=signed_on + rng.integers(*TRAINING_DAYS, n),
        specialist=rng.integers(0, SPECIALISTS, n),
        integration=pick(INTEGRATION_SHARES, n, rng),
        name_codes=rng.integers(0, len(_SYLLABLES[0]) * len(_SYLLABLES[1]) * len(_KINDS), n),
    )


def customer_ids(numbers: Ints) -> pa.Array:
    """Return the id of each customer number."""
    return compute.binary_join_element_wise("C", padded(numbers, 7), "")


def customers_table(firms: Firms, line: Timeline) -> pa.Table:
    """Return the rows of `customers`."""
    return arrow_table(
        "customers",
        {
            "customer_id": firms.ids,
            "name": _names(firms),
            "industry": labels(INDUSTRIES, firms.industry),
            "employees": firms.employees,
            "annual_revenue_band": labels(REVENUE_BANDS, np.searchsorted(REVENUE_LIMITS, firms.employees * 140e3)),
            "country": labels(COUNTRIES, firms.country),
            "region": labels(REGIONS, firms.region),
            "channel": labels(CHANNELS, firms.channel),
            "sales_team": compute.binary_join_element_wise(
                labels(REGIONS, firms.region), (firms.team % TEAMS_PER_REGION + 1).astype(str), "-"
            ),
            "csm_id": compute.binary_join_element_wise("Success manager", padded(firms.csm + 1, 3), " "),
            "grade": labels(GRADES, np.searchsorted(GRADE_LIMITS_CENTS, firms.mrr_cents)),
            "signed_on": firms.signed_on,
            **_attributes(firms, line),
        },
    )


def _attributes(firms: Firms, line: Timeline) -> dict[str, Any]:
    attended = firms.trained & (firms.training_on <= days(line.as_of))
    return {
        "a_company_size": labels(SIZE_BANDS, np.searchsorted(SIZE_LIMITS, firms.employees, side="right")),
        "a_attended_training": labels(("no", "yes"), attended.astype(np.int64)),
        "a_onboarding_specialist": labels([f"specialist-{i + 1}" for i in range(SPECIALISTS)], firms.specialist),
        "a_main_integration": labels(INTEGRATIONS, firms.integration),
    }


def _names(firms: Firms) -> pa.Array:
    first, second = _SYLLABLES
    code, kind = np.divmod(firms.name_codes, len(_KINDS))
    head, tail = np.divmod(code, len(second))
    word = compute.binary_join_element_wise(labels(first, head), labels(second, tail), "")
    # The number keeps names unique and shows at a glance that nobody real is meant.
    return compute.binary_join_element_wise(word, labels(_KINDS, kind), padded(firms.numbers, 4), " ")


def pick(shares: tuple[float, ...], n: int, rng: np.random.Generator) -> Ints:
    """Draw a code for each of n, by these shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(n), side="right")


def _signing_days(n: int, line: Timeline, truth: Truth, rng: np.random.Generator) -> Days:
    """A launch month, then a rising number of signings a month."""
    rising = np.linspace(1.0, 1.0 + truth.signing_growth, line.months - 1)
    weights = (1.0 - truth.first_month_share) * rising / rising.sum()
    month = np.searchsorted(np.cumsum(np.append(truth.first_month_share, weights))[:-1], rng.random(n), side="right")
    start = (np.datetime64(line.first, "M") + month).astype("datetime64[D]")
    length = ((np.datetime64(line.first, "M") + month + 1).astype("datetime64[D]") - start).astype(np.int64)
    signed_on = start + (rng.random(n) * length).astype("timedelta64[D]")
    return np.sort(signed_on)


def _employees(plan: Ints, rng: np.random.Generator) -> Ints:
    median = np.array(MEDIAN_EMPLOYEES, dtype=np.float64)[plan]
    return np.ceil(median * rng.lognormal(0.0, 0.8, len(plan))).astype(np.int64)


def _amounts(plan: Ints, signed_on: Days, line: Timeline, truth: Truth, rng: np.random.Generator) -> Ints:
    price = np.array(truth.plan_mrr_cents, dtype=np.float64)[plan]
    price *= rng.lognormal(0.0, 0.35, len(plan))
    return whole_units(price * np.where(signed_on >= days(line.price_on), 1.0 + truth.price_uplift, 1.0))


def whole_units(cents: NDArray[Any]) -> Ints:
    """Round an amount to whole currency units, at least one."""
    return np.maximum(1, np.rint(cents / 100)).astype(np.int64) * 100


def _channels(signed_on: Days, line: Timeline, truth: Truth, rng: np.random.Generator) -> Ints:
    """Paid search takes a growing share of the new customers; the others keep their proportions."""
    age = months_between(line.first, signed_on) / max(1, line.months - 1)
    paid = truth.paid_search_first + (truth.paid_search_last - truth.paid_search_first) * age
    other = 1 + pick(OTHER_CHANNEL_SHARES, len(signed_on), rng)
    return np.where(rng.random(len(signed_on)) < paid, PAID_SEARCH, other)


def _intervals(plan: Ints, truth: Truth, rng: np.random.Generator) -> Ints:
    year = np.array(truth.year_shares)[plan]
    quarter = np.array(truth.quarter_shares)[plan]
    draw: NDArray[np.float64] = rng.random(len(plan))
    return np.where(draw < year, 12, np.where(draw < year + quarter, 3, 1))
