"""Why customers leave: what drove them, and what they say."""

from dataclasses import dataclass

import numpy as np

from data.sample.firms import Firms, pick
from data.sample.lives import EXIT_RIGHT_MONTHS, PAYMENT, Lives
from data.sample.timeline import Flags, Ints
from data.sample.truth import Truth

REASONS = (
    "poor_experience",
    "weak_engagement",
    "price",
    "product",
    "support",
    "personalisation",
    "competitor",
    "instability",
    "onboarding",
    "closed_down",
    "business_change",
    "key_contact_left",
    "payment_failure",
)
#: Of every loss without circumstances of its own; failed payments have no draw.
SHARES = (0.09, 0.12, 0.13, 0.17, 0.11, 0.04, 0.13, 0.04, 0.03, 0.05, 0.04, 0.05)
PRICE, ONBOARDING, WEAK_ENGAGEMENT = (REASONS.index(r) for r in ("price", "onboarding", "weak_engagement"))
KEY_CONTACT_LEFT, SUPPORT = REASONS.index("key_contact_left"), REASONS.index("support")
PAYMENT_FAILURE = REASONS.index("payment_failure")


@dataclass(frozen=True)
class Reasons:
    """One entry per loss, as codes of REASONS: what drove it, and what was ticked when cancelling."""

    true: Ints
    stated: Ints


def loss_reasons(lives: Lives, firms: Firms, truth: Truth, rng: np.random.Generator) -> Reasons:
    """Give each loss its reason, by its circumstances where it has any, and let some customers say another."""
    n = len(lives.losses["customer"])
    ordinary = pick(SHARES, n, rng)
    circumstance = _circumstances(lives, firms)
    follows = (circumstance >= 0) & (rng.random(n) < truth.circumstance_share)
    true = np.where(follows, circumstance, ordinary)
    excuse = np.where(rng.random(n) < 0.5, PRICE, pick(SHARES, n, rng))
    stated = np.where(rng.random(n) < truth.honest_share, true, excuse)
    failed = _failed(lives)
    return Reasons(np.where(failed, PAYMENT_FAILURE, true), np.where(failed, PAYMENT_FAILURE, stated))


def _failed(lives: Lives) -> Flags:
    return lives.losses["kind"] == PAYMENT


def _circumstances(lives: Lives, firms: Firms) -> Ints:
    losses = lives.losses
    early = losses["age_months"] <= EXIT_RIGHT_MONTHS
    persona = firms.persona[losses["customer"]]
    return np.select([losses["priced_out"], early, persona], [PRICE, ONBOARDING, WEAK_ENGAGEMENT], -1)
