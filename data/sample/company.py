"""The demo company chunk by chunk: every table of a run of customers, from the seed and the chunk's number alone."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from data.sample.billing import invoices_table, purchases_table, subscriptions_table
from data.sample.events import releases_log_table
from data.sample.firms import Chunk, customers_table, sign_customers
from data.sample.lives import Walk
from data.sample.reasons import loss_reasons
from data.sample.timeline import Timeline, timeline
from data.sample.truth import ALL_EFFECTS, Truth, planted

#: Customers made together. Part of the company's identity: another size gives another company.
CHUNK = 20_000
#: Raised when the same parameters give other rows than before.
VERSION = 1
#: Each purpose has its own random numbers, so that a change to one table leaves the others as they were.
STREAMS = ("firms", "lives", "reasons", "invoices", "purchases", "usage", "tickets", "touches", "surveys", "offers")


@dataclass(frozen=True)
class Company:
    """What makes one demo company: the same values give the same rows."""

    customers: int
    months: int
    seed: int
    end: date
    effects: frozenset[str] = ALL_EFFECTS
    usage: bool = True

    @property
    def line(self) -> Timeline:
        """The company's calendar."""
        return timeline(self.months, self.end)

    @property
    def truth(self) -> Truth:
        """What is planted."""
        return planted(self.effects)

    @property
    def chunks(self) -> list[Chunk]:
        """The runs of customers, in order."""
        starts = range(0, self.customers, CHUNK)
        return [Chunk(first, min(CHUNK, self.customers - first), self.customers) for first in starts]


def chunk_tables(company: Company, chunk: Chunk) -> dict[str, pa.Table]:
    """Return every table of one chunk, by name; `releases_log` comes with the first chunk."""
    line, truth = company.line, company.truth
    rng = _streams(company.seed, chunk.first)
    firms = sign_customers(chunk, line, truth, rng["firms"])
    lives = Walk(firms, line, truth).run(rng["lives"])
    reasons = loss_reasons(lives, firms, truth, rng["reasons"])
    tables = {
        "customers": customers_table(firms),
        "subscriptions": subscriptions_table(lives, firms, line, reasons),
        "invoices": invoices_table(lives, firms, line, truth, rng["invoices"]),
        "purchases": purchases_table(lives, firms, line, rng["purchases"]),
    }
    if chunk.first == 0:
        tables["releases_log"] = releases_log_table(line)
    return tables


def _streams(seed: int, first: int) -> dict[str, np.random.Generator]:
    return {name: np.random.default_rng([seed, first, number]) for number, name in enumerate(STREAMS)}
