"""Which customers were shown which retention offer, as the experiment tool logged it."""

import numpy as np
import pyarrow as pa

from data.sample.billing import ordered
from data.sample.columns import arrow_table, labels, moments
from data.sample.firms import Firms
from data.sample.lives import Columns, Lives
from data.sample.presence import known
from data.sample.timeline import Timeline
from data.sample.truth import BROKEN_SPLIT, EXPERIMENTS, Truth

EXPOSED_SHARE = 0.95
DAY = 86_400


def assignments_table(lives: Lives, firms: Firms, line: Timeline, truth: Truth, rng: np.random.Generator) -> pa.Table:
    """Return the rows of `assignments`; in the broken experiment most offered customers that left are missing."""
    offers = _logged(lives.offers, truth, rng)
    who, number = offers["customer"], offers["experiment"]
    assigned = moments(offers["asked_on"], rng.integers(8 * 3600, 17 * 3600, len(who)))
    exposed = known(assigned + rng.integers(60, 2 * DAY, len(who)).astype("timedelta64[s]"), line)
    variants = [name for experiment in EXPERIMENTS for name in (experiment.control, experiment.offer)]
    return arrow_table(
        "assignments",
        {
            "experiment_key": labels([experiment.key for experiment in EXPERIMENTS], number),
            "customer_id": firms.ids.take(pa.array(who)),
            "variant": labels(variants, 2 * number + offers["offered"]),
            "assigned_at": assigned,
            "exposed_at": np.where(rng.random(len(who)) < EXPOSED_SHARE, exposed, np.datetime64("NaT", "s")),
        },
    )


def _logged(offers: Columns, truth: Truth, rng: np.random.Generator) -> Columns:
    broken = (offers["experiment"] == BROKEN_SPLIT) & offers["offered"] & offers["left"]
    lost = broken & (rng.random(len(broken)) < truth.unlogged_share)
    return ordered({name: values[~lost] for name, values in offers.items()}, "experiment")
