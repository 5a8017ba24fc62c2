"""Survey answers: how customers rate us as they go, and what they say when they have gone."""

import numpy as np
import pyarrow as pa

from data.sample.billing import ordered
from data.sample.columns import arrow_table, labels, moments, row_ids
from data.sample.lives import VOLUNTARY, Columns
from data.sample.reasons import REASONS
from data.sample.relations import Relations
from data.sample.timeline import Days, Floats, Ints, days, days_later

KINDS = ("nps", "csat", "exit")
NPS, CSAT, EXIT = range(3)
NPS_DAY, CSAT_DAY = 18, 26
NPS_SHARE, CSAT_SHARE = 0.045, 0.02
#: How often the answer given after leaving names what drove the loss; else it repeats what was ticked.
CANDID_SHARE = 0.9
TEXTS: dict[str, str] = {
    "poor_experience": "Too many clicks for simple things; the team gave up on it.",
    "weak_engagement": "We never really got going and nobody asked how we were doing.",
    "price": "The price no longer fits what we get out of it.",
    "product": "The feature we needed most is still missing.",
    "support": "We waited days for answers to urgent questions.",
    "personalisation": "It never matched the way we work.",
    "competitor": "Another provider offered the same and the change was easy.",
    "instability": "Things changed from one week to the next.",
    "onboarding": "We were not up and running after weeks.",
    "closed_down": "The company is being wound up.",
    "business_change": "We left the business this was bought for.",
    "key_contact_left": "The colleague who ran it has left and nobody took over.",
}


def surveys_table(about: Relations, rng: np.random.Generator) -> pa.Table:
    """Return the rows of `surveys`."""
    parts = [_nps(about, rng), _csat(about, rng), _exits(about, rng)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    past = joined["day"] <= days(about.line.as_of)
    rows = ordered({name: values[past] for name, values in joined.items()}, "day")
    who, reason = rows["customer"], rows["reason"]
    return arrow_table(
        "surveys",
        {
            "response_id": row_ids("R", about.firms.ids, who),
            "customer_id": about.firms.ids.take(pa.array(who)),
            "at": moments(rows["day"], rng.integers(8 * 3600, 20 * 3600, len(who))),
            "kind": labels(KINDS, rows["kind"]),
            "score": rows["score"],
            "reason": labels(REASONS, reason),
            "text": labels([TEXTS.get(name, "") for name in REASONS], reason),
        },
    )


def _nps(about: Relations, rng: np.random.Generator) -> Columns:
    customer, day = _asked(about, NPS_DAY, NPS_SHARE, rng)
    level = about.fading.level(customer, day)
    score = np.clip(np.rint(rng.normal(8.1, 1.7, len(customer)) - 4.5 * (1.0 - level)), 0, 10)
    return _answers(NPS, customer, day, score)


def _csat(about: Relations, rng: np.random.Generator) -> Columns:
    customer, day = _asked(about, CSAT_DAY, CSAT_SHARE, rng)
    level = about.fading.level(customer, day)
    score = np.clip(np.rint(rng.normal(4.2, 0.8, len(customer)) - 1.8 * (1.0 - level)), 1, 5)
    return _answers(CSAT, customer, day, score)


def _asked(about: Relations, day_of_month: int, share: float, rng: np.random.Generator) -> tuple[Ints, Days]:
    customer, day = about.runs.customer_months(day_of_month)
    answers = np.flatnonzero(rng.random(len(customer)) < share)
    return customer[answers], day[answers]


def _exits(about: Relations, rng: np.random.Generator) -> Columns:
    losses, reasons = about.lives.losses, about.reasons
    answers = (losses["kind"] == VOLUNTARY) & (rng.random(len(losses["kind"])) < about.truth.exit_survey_share)
    candid = rng.random(len(answers)) < CANDID_SHARE
    reason = np.where(candid, reasons.true, reasons.stated)[answers]
    n = len(reason)
    score = np.clip(np.rint(rng.normal(4.5, 2.0, n)), 0, 10)
    day = days_later(losses["on"][answers], rng.integers(2, 22, n))
    return _answers(EXIT, losses["customer"][answers], day, score) | {"reason": reason}


def _answers(kind: int, customer: Ints, day: Days, score: Floats) -> Columns:
    n = len(customer)
    return {"customer": customer, "day": day, "kind": np.full(n, kind), "score": score, "reason": np.full(n, -1)}
