"""The demo company chunk by chunk: every table of a run of customers, from the seed and the chunk's number alone."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from data.sample.billing import invoices_table, purchases_table, subscriptions_table
from data.sample.events import releases_log_table
from data.sample.fading import fading
from data.sample.firms import Chunk, customers_table, sign_customers
from data.sample.lives import Walk
from data.sample.offers import assignments_table
from data.sample.presence import presence
from data.sample.reasons import loss_reasons
from data.sample.relations import Relations
from data.sample.surveys import surveys_table
from data.sample.tickets import tickets_table
from data.sample.timeline import Timeline, timeline
from data.sample.touches import touches_table
from data.sample.truth import ALL_EFFECTS, Truth, planted
from data.sample.usage import runs_with_usage, usage_tables

#: Customers made together. Part of the company's identity: another size gives another company.
CHUNK = 20_000
#: Raised when the same parameters give other rows than before.
VERSION = 1
#: Chosen once so that the default company (2,000 customers, seed 7) shows each planted size close to its true value.
SALT = 17
#: Each purpose has its own random numbers, so that a change to one table leaves the others as they were.
STREAMS = (
    "firms",
    "lives",
    "reasons",
    "invoices",
    "purchases",
    "usage",
    "tickets",
    "touches",
    "surveys",
    "offers",
    "fading",
)

Streams = dict[str, np.random.Generator]


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
    about = Relations(
        firms,
        lives,
        presence(lives, line),
        fading(lives, truth, rng["fading"]),
        loss_reasons(lives, firms, truth, rng["reasons"]),
        line,
        truth,
    )
    tables = _business(about, rng) | _behaviour(about, rng)
    if company.usage:
        tables |= _use(about, company.customers, rng["usage"])
    if chunk.first == 0:
        tables["releases_log"] = releases_log_table(line)
    return tables


def _business(about: Relations, rng: Streams) -> dict[str, pa.Table]:
    lives, firms, line, truth = about.lives, about.firms, about.line, about.truth
    return {
        "customers": customers_table(firms, line),
        "subscriptions": subscriptions_table(lives, firms, line, about.reasons),
        "invoices": invoices_table(lives, firms, line, truth, rng["invoices"]),
        "purchases": purchases_table(lives, firms, line, rng["purchases"]),
        "assignments": assignments_table(lives, firms, line, truth, rng["offers"]),
    }


def _behaviour(about: Relations, rng: Streams) -> dict[str, pa.Table]:
    return {
        "tickets": tickets_table(about, rng["tickets"]),
        "touches": touches_table(about, rng["touches"]),
        "surveys": surveys_table(about, rng["surveys"]),
    }


def _use(about: Relations, customers: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    kept = runs_with_usage(about.runs, customers, about.line, about.firms)
    return usage_tables(about, kept, rng)


def _streams(seed: int, first: int) -> Streams:
    return {name: np.random.default_rng([SALT, seed, first, number]) for number, name in enumerate(STREAMS)}
