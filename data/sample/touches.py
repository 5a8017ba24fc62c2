"""Marketing and relationship events: mails, trainings, renewal talks, requests to cancel, contacts that leave."""

import numpy as np
import pyarrow as pa

from data.sample.billing import ordered
from data.sample.columns import arrow_table, labels, moments, row_ids
from data.sample.events import release_days
from data.sample.firms import GRADE_LIMITS_CENTS, Firms
from data.sample.lives import VOLUNTARY, Columns
from data.sample.reasons import KEY_CONTACT_LEFT
from data.sample.relations import Relations
from data.sample.timeline import Days, Ints, days, days_later

KINDS = {
    "mail_sent": "marketing",
    "mail_opened": "marketing",
    "release_note_read": "marketing",
    "event": "marketing",
    "training": "crm",
    "renewal_contact": "crm",
    "executive_meeting": "crm",
    "cancel_request": "crm",
    "key_contact_left": "crm",
}
VALUES = ("warm", "neutral", "cold", "newsletter", "webinar", "online", "on site")
WARM, NEUTRAL, COLD, NEWSLETTER, WEBINAR, ONLINE, ON_SITE = range(len(VALUES))
NO_VALUE = -1
MAIL_DAY, EVENT_DAY, MEETING_DAY, CHANGE_DAY, TRAINING_DAY = 10, 20, 5, 12, 24
OPEN_SHARE, READ_SHARE, EVENT_SHARE = 0.5, 0.45, 0.03
MEETING_SHARE, CONTACT_CHANGE, LATER_TRAINING = 0.12, 0.004, 0.03
RENEWAL_NOTICE_DAYS = 30
USUAL_COLD = 0.1


def touches_table(about: Relations, rng: np.random.Generator) -> pa.Table:
    """Return the rows of `touches`, in order of customer and day."""
    firms, last = about.firms, days(about.line.as_of)
    parts = [*_mails(about, rng), *_interest(about, rng), *_talks(about, rng), *_alarms(about, rng)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    keep = (joined["day"] <= last) & (joined["day"] >= firms.signed_on[joined["customer"]])
    rows = ordered({name: values[keep] for name, values in joined.items()}, "day", "kind")
    who, kind = rows["customer"], rows["kind"]
    return arrow_table(
        "touches",
        {
            "touch_id": row_ids("X", firms.ids, who),
            "customer_id": firms.ids.take(pa.array(who)),
            "at": moments(rows["day"], rng.integers(7 * 3600, 18 * 3600, len(who))),
            "source": labels(tuple(KINDS.values()), kind),
            "kind": labels(tuple(KINDS), kind),
            "value": labels(VALUES, rows["value"]),
        },
    )


def _touch(kind: str, customer: Ints, day: Days, value: int | Ints = NO_VALUE) -> Columns:
    code = np.full(len(customer), list(KINDS).index(kind), dtype=np.int8)
    return {"customer": customer, "day": day, "kind": code, "value": np.broadcast_to(value, len(customer))}


def _mails(about: Relations, rng: np.random.Generator) -> list[Columns]:
    customer, day = about.runs.customer_months(MAIL_DAY)
    opened = rng.random(len(customer)) < OPEN_SHARE * about.fading.level(customer, day)
    opened_on = day[opened] + rng.integers(0, 3, opened.sum())
    return [
        _touch("mail_sent", customer, day, NEWSLETTER),
        _touch("mail_opened", customer[opened], opened_on, NEWSLETTER),
    ]


def _interest(about: Relations, rng: np.random.Generator) -> list[Columns]:
    """Release notes read, webinars, and trainings: the first soon after signing, more only for those who had one."""
    customer, day = about.runs.customer_months(MAIL_DAY + 6)
    released = np.isin(day.astype("datetime64[M]"), days(release_days(about.line)).astype("datetime64[M]"))
    read = released & (rng.random(len(customer)) < READ_SHARE * about.fading.level(customer, day))
    trained = np.flatnonzero(about.firms.trained)
    place = np.where(rng.random(len(trained)) < 0.6, ONLINE, ON_SITE)
    return [
        _touch("release_note_read", customer[read], day[read] + rng.integers(0, 14, read.sum())),
        _some(about, "event", (EVENT_DAY, EVENT_SHARE, WEBINAR), rng),
        _touch("training", trained, about.firms.training_on[trained], place),
        _after_first_training(_some(about, "training", (TRAINING_DAY, LATER_TRAINING, ONLINE), rng), about.firms),
    ]


def _after_first_training(touches: Columns, firms: Firms) -> Columns:
    who = touches["customer"]
    had_one = firms.trained[who] & (touches["day"] > firms.training_on[who])
    return {name: values[had_one] for name, values in touches.items()}


def _some(about: Relations, kind: str, plan: tuple[int, float, int], rng: np.random.Generator) -> Columns:
    """Touches that some customers have in a month; `plan` is day of the month, share and value."""
    day_of_month, share, value = plan
    customer, day = about.runs.customer_months(day_of_month)
    has = rng.random(len(customer)) < share * about.fading.level(customer, day)
    return _touch(kind, customer[has], day[has], value)


def _talks(about: Relations, rng: np.random.Generator) -> list[Columns]:
    """Renewal talks a month before each renewal of a longer contract, cold where it will not be renewed."""
    bills, asked = about.lives.invoices, about.lives.requests
    due = np.append(bills["due_on"], asked["leaves_on"])
    customer = np.append(bills["customer"], asked["customer"])
    day = days_later(due, -RENEWAL_NOTICE_DAYS)
    long = (about.firms.interval[customer] > 1) & (day > about.firms.paid_from[customer])
    leaving = np.arange(len(due)) >= len(bills["due_on"])
    cold_share = np.where(leaving, np.maximum(USUAL_COLD, about.truth.cold_share), USUAL_COLD)[long]
    draw = rng.random(long.sum())
    value = np.where(draw < cold_share, COLD, np.where(draw < cold_share + 0.35, NEUTRAL, WARM))
    meetings = _some(about, "executive_meeting", (MEETING_DAY, MEETING_SHARE, NO_VALUE), rng)
    large = about.firms.mrr_cents[meetings["customer"]] > GRADE_LIMITS_CENTS[-1]
    return [
        _touch("renewal_contact", customer[long], day[long], value),
        {name: values[large] for name, values in meetings.items()},
    ]


def _alarms(about: Relations, rng: np.random.Generator) -> list[Columns]:
    """Requests to cancel, and key contacts that left: now and then anywhere, and before the losses they caused."""
    asked, losses = about.lives.requests, about.lives.losses
    caused = (losses["kind"] == VOLUNTARY) & (about.reasons.true == KEY_CONTACT_LEFT)
    caused &= rng.random(len(caused)) < about.truth.contact_share
    ahead = rng.integers(20, 61, caused.sum())
    customer, day = about.runs.customer_months(CHANGE_DAY)
    change = rng.random(len(customer)) < CONTACT_CHANGE
    return [
        _touch("cancel_request", asked["customer"], asked["asked_on"]),
        _touch("key_contact_left", losses["customer"][caused], losses["on"][caused] - ahead),
        _touch("key_contact_left", customer[change], day[change]),
    ]
