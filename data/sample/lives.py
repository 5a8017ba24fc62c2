"""What becomes of each customer, month by month: staying, growing, pausing, failing to pay, leaving, coming back.

The company is walked through once, one step per month of customer age, with all customers of a chunk at a time.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.sample.chances import Chances
from data.sample.columns import NOT_A_DAY
from data.sample.firms import Firms, whole_units
from data.sample.timeline import Days, Flags, Ints, Timeline, days, months_later
from data.sample.truth import EXPERIMENTS, PLANS, REAL_EFFECT, Truth

ACTIVE, PAUSED, GONE, PAST_DUE = range(4)
NO_LOSS, VOLUNTARY, PAYMENT = range(3)
WITHDRAWN, LEFT, SAVED = range(3)
PAID, FAILED, OPEN = range(3)
NEVER = 10_000
EXIT_RIGHT_MONTHS = 3
DRAWS = ("ask", "gap", "withdraw", "split", "save", "pay", "pause", "pause_end", "change", "size", "back", "length")

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Lives:
    """Everything that happened, as columns of arrays; `customer` is the place in the chunk.

    spells     customer, starts_on, ends_on (NaT = running), mrr_cents, plan, status, anchor (month of age at which
               intervals are counted from), loss (row of losses or -1)
    losses     customer, on, asked_on, kind (VOLUNTARY or PAYMENT), age_months, priced_out
    requests   customer, asked_on, leaves_on, outcome (WITHDRAWN, LEFT or SAVED)
    offers     customer, experiment, offered, asked_on, left
    invoices   customer, due_on, amount_cents, fate (PAID, FAILED or OPEN)
    """

    spells: Columns
    losses: Columns
    requests: Columns
    offers: Columns
    invoices: Columns


class Collector:
    """Columns that grow by parts."""

    def __init__(self, **empty: Any) -> None:
        self._parts: dict[str, list[NDArray[Any]]] = {k: [np.empty(0, dtype=v)] for k, v in empty.items()}
        self.rows = 0

    def add(self, customer: Ints, **columns: Any) -> None:
        """Add rows for these customers; a single value holds for all of them."""
        for name, values in {"customer": customer, **columns}.items():
            self._parts[name].append(np.broadcast_to(values, customer.shape))
        self.rows += len(customer)

    def columns(self) -> Columns:
        """Return everything added so far."""
        return {name: np.concatenate(parts).astype(parts[0].dtype) for name, parts in self._parts.items()}


@dataclass
class Walk:
    """The walk through the months of one chunk: state of each customer, and what has been collected."""

    firms: Firms
    line: Timeline
    truth: Truth
    chances: Chances = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.firms)
        self.as_of: np.datetime64 = np.datetime64(self.line.as_of, "D")
        self.chances = Chances(self.firms, self.line, self.truth)
        self.status = np.full(n, ACTIVE)
        self.anchor = np.zeros(n, dtype=np.int64)
        self.until = np.full(n, NEVER)
        self.plan = self.firms.plan.copy()
        self.mrr = self.firms.mrr_cents.copy()
        self.opened_on: Days = self.firms.signed_on.copy()
        self.uplifted: Flags = self.firms.signed_on >= days(self.line.price_on)
        self.offered_before = np.zeros((len(EXPERIMENTS), n), dtype=bool)
        day, whole = "datetime64[D]", np.int64
        numbers = dict.fromkeys(("mrr_cents", "plan", "status", "anchor", "loss"), whole)
        self.spells = Collector(customer=whole, starts_on=day, ends_on=day, **numbers)
        self.losses = Collector(customer=whole, on=day, asked_on=day, kind=whole, age_months=whole, priced_out=bool)
        self.requests = Collector(customer=whole, asked_on=day, leaves_on=day, outcome=whole)
        self.offers = Collector(customer=whole, experiment=whole, offered=bool, asked_on=day, left=bool)
        self.invoices = Collector(customer=whole, due_on=day, amount_cents=whole, fate=whole)

    def run(self, rng: np.random.Generator) -> Lives:
        """Walk through all months and return what happened."""
        for age in range(self.line.months + 3):
            self._step(age, dict(zip(DRAWS, rng.random((len(DRAWS), len(self.firms))), strict=True)))
        running = np.flatnonzero(self.status != GONE)
        self._close(running, NOT_A_DAY)
        collectors = (self.spells, self.losses, self.requests, self.offers, self.invoices)
        return Lives(*(c.columns() for c in collectors))

    def _step(self, age: int, draw: Columns) -> None:
        day = months_later(self.firms.paid_from, age)
        self._return_from_pause(age, day, draw)
        self._come_back(age, day)
        if age:
            self._ask_to_cancel(age, day, draw)
            self._fail_to_pay(age, day, draw)
            self._pause(age, day, draw)
            self._change_amount(age, day, draw)
        self._bill(day, self._due(age, day) & (self.status == ACTIVE), PAID)

    def _due(self, age: int, day: Days) -> Flags:
        return ((age - self.anchor) % self.firms.interval == 0) & (day <= self.as_of)

    def _close(self, who: Ints, on: Any, loss: Any = -1) -> None:
        """End the running period of these customers."""
        self.spells.add(
            who,
            starts_on=self.opened_on[who],
            ends_on=on,
            mrr_cents=self.mrr[who],
            plan=self.plan[who],
            status=self.status[who],
            anchor=self.anchor[who],
            loss=loss,
        )

    def _lose(self, who: Ints, on: Days, **about: Any) -> None:
        """End the running period of these customers for good, or until they come back."""
        self._close(who, on, loss=np.arange(self.losses.rows, self.losses.rows + len(who)))
        self.losses.add(who, on=on, **about)
        self.status[who] = GONE
        self.until[who] = NEVER

    def _may_return(self, who: Ints, age: int, draw: Columns) -> None:
        back = who[draw["back"][who] < self.truth.return_chance]
        self.until[back] = age + 2 + (draw["length"][back] * 8).astype(np.int64)

    def _ask_to_cancel(self, age: int, day: Days, draw: Columns) -> None:
        """Some ask to cancel; of these some take it back, some are kept by an offer, and the others leave."""
        early = age <= EXIT_RIGHT_MONTHS
        decides = (self.status == ACTIVE) & (early | ((age - self.anchor) % self.firms.interval == 0))
        decides &= age > self.anchor
        tail = draw["gap"]
        leaves_on: Days = self.firms.paid_from + 30 * age - (tail * 10).astype(np.int64) if early else day
        gap = 3 + (draw["size"] * 10).astype(np.int64) if early else 5 + (tail * 36).astype(np.int64)
        chance = self.chances.voluntary(leaves_on, self.plan, early=early) / (1.0 - self.truth.withdrawn_share)
        asks = decides & (draw["ask"] < chance) & (leaves_on - gap <= self.as_of)
        withdrawn = asks & (draw["withdraw"] < self.truth.withdrawn_share)
        saved = np.zeros_like(asks) if early else self._offer(asks, withdrawn, leaves_on - gap, draw)
        outcome = np.where(withdrawn, WITHDRAWN, np.where(saved, SAVED, LEFT))
        who = np.flatnonzero(asks)
        self.requests.add(who, asked_on=(leaves_on - gap)[who], leaves_on=leaves_on[who], outcome=outcome[who])
        gone = np.flatnonzero(asks & ~withdrawn & ~saved)
        priced_out = self.chances.priced(leaves_on)[gone] & (not early)
        about = {"asked_on": (leaves_on - gap)[gone], "kind": VOLUNTARY, "age_months": age, "priced_out": priced_out}
        self._lose(gone, leaves_on[gone], **about)
        self._may_return(gone[leaves_on[gone] <= self.as_of], age, draw)

    def _offer(self, asks: Flags, withdrawn: Flags, asked_on: Days, draw: Columns) -> Flags:
        """Show each experiment's offer to half of those who ask while it runs; say who is kept by it."""
        saved = np.zeros_like(asks)
        for number, experiment in enumerate(EXPERIMENTS):
            starts, ends = (days(self.line.month_start(share)) for share in (experiment.starts, experiment.ends))
            chosen = asks & (asked_on >= starts) & (asked_on < ends) & ~self.offered_before[number]
            offered = chosen & (draw["split"] < 0.5)
            if number == REAL_EFFECT:
                saved |= offered & ~withdrawn & (draw["save"] < self.truth.save_share)
            self.offered_before[number] |= chosen
            who = np.flatnonzero(chosen)
            left = (asks & ~withdrawn & ~saved)[who]
            self.offers.add(who, experiment=number, offered=offered[who], asked_on=asked_on[who], left=left)
        return saved

    def _fail_to_pay(self, age: int, day: Days, draw: Columns) -> None:
        """An invoice that stays unpaid ends the subscription when dunning ends; until then it is past due."""
        ends_on: Days = day + self.truth.dunning_days
        may = (self.status == ACTIVE) & self._due(age, day) & (age >= EXIT_RIGHT_MONTHS) & (age > self.anchor)
        fails = may & (draw["pay"] < self.chances.payment(ends_on))
        lost = np.flatnonzero(fails & (ends_on <= self.as_of))
        waiting = fails & (ends_on > self.as_of)
        self._bill(day, fails & ~waiting, FAILED)
        self._bill(day, waiting, OPEN)
        about = {"asked_on": NOT_A_DAY, "kind": PAYMENT, "age_months": age, "priced_out": False}
        self._lose(lost, ends_on[lost], **about)
        self._may_return(lost, age, draw)
        self.status[waiting] = PAST_DUE

    def _pause(self, age: int, day: Days, draw: Columns) -> None:
        may = (self.status == ACTIVE) & (self.firms.interval == 1) & (age > EXIT_RIGHT_MONTHS) & (day <= self.as_of)
        who = np.flatnonzero(may & (age > self.anchor) & (draw["pause"] < self.truth.pause_chance))
        self._close(who, day[who])
        self._open(who, day, PAUSED)
        self.until[who] = age + 1 + (draw["length"][who] * 5).astype(np.int64)

    def _open(self, who: Ints, day: Days, status: int) -> None:
        self.opened_on[who] = day[who]
        self.status[who] = status

    def _return_from_pause(self, age: int, day: Days, draw: Columns) -> None:
        ends = (self.status == PAUSED) & (self.until == age) & (day <= self.as_of)
        returns = draw["pause_end"] < self.truth.pause_return_share
        back, gone = np.flatnonzero(ends & returns), np.flatnonzero(ends & ~returns)
        self._close(back, day[back])
        self._open(back, day, ACTIVE)
        self.anchor[back] = age
        about = {"asked_on": NOT_A_DAY, "kind": VOLUNTARY, "age_months": age, "priced_out": False}
        self._lose(gone, day[gone], **about)

    def _come_back(self, age: int, day: Days) -> None:
        back = np.flatnonzero((self.status == GONE) & (self.until == age) & (day <= self.as_of))
        self._open(back, day, ACTIVE)
        self.anchor[back] = age

    def _change_amount(self, age: int, day: Days, draw: Columns) -> None:
        """Expansion, contraction and the price rise each start a new period the day the old one ends."""
        may = (self.status == ACTIVE) & (day <= self.as_of) & (age > self.anchor)
        rises = may & self._due(age, day) & ~self.uplifted & (day >= days(self.line.price_on))
        self.uplifted |= rises
        change, size = draw["change"], draw["size"]
        grows = may & (change < self.truth.expansion_chance)
        shrinks = may & (age > EXIT_RIGHT_MONTHS) & (change > 1.0 - self.chances.contraction(day))
        # Every fifth expansion is a move to the next plan.
        upgrades = grows & (size > 0.8) & (self.plan < len(PLANS) - 1)
        factor = np.where(upgrades, 1.8, np.where(grows, 1.1 + 0.35 * size, np.where(shrinks, 0.9 - 0.25 * size, 1.0)))
        amount = whole_units(self.mrr * factor * np.where(rises, 1.0 + self.truth.price_uplift, 1.0))
        who = np.flatnonzero((amount != self.mrr) & may)
        self._close(who, day[who])
        self._open(who, day, ACTIVE)
        self.mrr[who] = amount[who]
        self.plan[who] += upgrades[who]

    def _bill(self, day: Days, which: Flags, fate: int) -> None:
        who = np.flatnonzero(which)
        self.invoices.add(who, due_on=day[who], amount_cents=(self.mrr * self.firms.interval)[who], fate=fate)
