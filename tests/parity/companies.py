"""Companies with signal for every query: by hand what is rare, by seeded chance what is common."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.records import MetricOptions
from data.staged import StagedImport
from tests.builders import a_company, a_customer, a_subscription, day

AS_OF = date(2024, 12, 31)
OPTIONS = MetricOptions(reporting_currency="EUR", currency_rates=(("USD", 0.913), ("JPY", 0.0061)))
Row = dict[str, Any]


def contracts() -> StagedImport:
    """A company with contracts: every kind of movement, status, interval and currency, attributes with gaps."""
    subscriptions = [*_by_hand(), *_by_chance(random.Random(20241231), 160)]
    ids = dict.fromkeys(row["customer_id"] for row in subscriptions)
    before = _before_losses(subscriptions)
    return a_company(
        subscriptions,
        customers=[*_customers(list(ids), random.Random(5)), a_customer("never", name="Never signed")],
        attributes={"a_tier": "Tier", "a_seats": "Seats", "a_plan": "Plan"},
        assignments=list(_assignments(list(ids), random.Random(25))),
        outcomes={"o_score": "Score", "o_visits": "Visits", "o_before": "Before"},
        as_of=AS_OF,
        options=OPTIONS,
        invoices=list(_invoices()),
        releases_log=list(_events()),
        touches=[*_touches(list(ids), random.Random(21)), *_requests(list(ids), random.Random(26))],
        tickets=[*_tickets(list(ids), random.Random(22)), *before.pop("tickets")],
        feature_usage=list(_features(list(ids), random.Random(23))),
        **before,
    )


def purchases() -> StagedImport:
    """A shop: purchases on some days, returns, free ones, two currencies, customers that come back."""
    chance = random.Random(11)
    rows = [_a_purchase(f"p{n}", chance) for n in range(60) for _ in range(chance.randint(1, 6))]
    for number, row in enumerate(rows):
        row["purchase_id"] = f"b{number}"
    return a_company(as_of=AS_OF, options=OPTIONS, shape="purchases", purchases=rows)


def use_alone() -> StagedImport:
    """Customers known only by their days of use, some of them without any action."""
    chance = random.Random(12)
    days = {(f"u{n}", _some_day(chance)) for n in range(40) for _ in range(chance.randint(1, 5))}
    rows = [
        {"customer_id": c, "day": d, "logins": chance.choice([None, 0, 3]), "core_actions": chance.choice([None, 0, 7])}
        for c, d in sorted(days)
    ]
    return a_company(as_of=AS_OF, shape="purchases", usage_daily=rows)


def known_late(lost_in: int = 2024) -> StagedImport:
    """A company whose data begin years after many of its customers signed; of one nobody knows when."""
    ids = [f"k{n}" for n in range(24)]
    first = date(2023, 1, 1)
    rows = [
        a_subscription(c, "2023-01-01", None if n % 3 else f"{lost_in}-{n // 3 + 1:02}-15") for n, c in enumerate(ids)
    ]
    people = [a_customer(c, signed_on=first - timedelta(days=40 * n)) for n, c in enumerate(ids)]
    rows.append(a_subscription("unknown", "2023-01-01", f"{lost_in}-02-20"))
    return a_company(rows, customers=[*people, a_customer("unknown")], as_of=AS_OF)


def _by_hand() -> Iterator[Row]:
    yield a_subscription("gap-inside", ends="2024-03-01")
    yield a_subscription("gap-inside", starts="2024-03-04", mrr=1200)
    yield a_subscription("gap-beyond", ends="2024-03-01")
    yield a_subscription("gap-beyond", starts="2024-03-05", mrr=900)
    yield a_subscription("joined-and-left", starts="2024-05-03", ends="2024-05-20")
    yield a_subscription("left-in-a-week", starts="2024-05-07", ends="2024-05-10")
    yield a_subscription("away-over-new-year", starts="2022-02-01", ends="2023-08-01")
    yield a_subscription("away-over-new-year", starts="2024-06-01", mrr=1300)
    yield a_subscription("joined-left-returned", starts="2024-05-03", ends="2024-05-10")
    yield a_subscription("joined-left-returned", starts="2024-07-20")
    yield a_subscription("left-and-returned", starts="2023-02-01", ends="2024-06-03", mrr=2500)
    yield a_subscription("left-and-returned", starts="2024-06-25", mrr=2500)
    yield a_subscription("returned-and-left", starts="2022-03-01", ends="2023-03-01")
    yield a_subscription("returned-and-left", starts="2024-05-06", ends="2024-05-24", mrr=1700)
    yield a_subscription("paused-now", starts="2023-05-01", status="paused", paused_on=day("2024-11-10"))
    yield a_subscription("paused-too-long", starts="2023-05-01", status="paused", paused_on=day("2024-02-10"))
    yield a_subscription("paused-and-resumed", starts="2023-05-01", ends="2024-02-01")
    yield a_subscription("paused-and-resumed", starts="2024-02-01", ends="2024-03-15", status="paused")
    yield a_subscription("paused-and-resumed", starts="2024-03-15", mrr=1100)
    yield a_subscription("paused-by-end", starts="2024-01-15", ends="2024-08-01", status="paused")
    yield a_subscription("past-due-lost", starts="2023-03-01", status="past_due", mrr=4400)
    yield a_subscription("past-due-waiting", starts="2023-03-01", status="past_due")
    yield a_subscription("past-due-by-renewal", starts="2023-03-01", status="past_due", renews_on=day("2024-09-01"))
    yield a_subscription("failed-payment", starts="2023-07-01", ends="2024-04-17", cancel_kind="payment")
    yield a_subscription("dollars", starts="2023-07-01", currency="usd", mrr=3333)
    yield a_subscription("yen", starts="2023-07-01", currency="JPY", ends="2024-10-02", mrr=777_777)
    yield a_subscription("no-currency", starts="2023-07-01", currency=None)
    yield a_subscription("annual", starts="2022-03-15", interval="year", renews_on=day("2025-03-15"), mrr=8_000)
    yield a_subscription("annual-lapsed", starts="2022-06-10", ends="2024-06-10", interval="year", mrr=9_000)
    yield a_subscription("annual-renewed", starts="2022-06-10", ends="2024-06-10", interval="year", mrr=9_000)
    yield a_subscription("annual-renewed", starts="2024-06-12", interval="year", mrr=9_500)
    yield a_subscription("quarterly", starts="2023-08-31", interval="quarter", cancel_reason="moved", mrr=1_500)
    yield a_subscription("trial", starts="2024-04-01", trial_ends_on=day("2024-04-15"))
    yield a_subscription("trial-only", starts="2024-04-01", ends="2024-04-10", trial_ends_on=day("2024-04-15"))
    yield a_subscription("free", starts="2024-04-01", mrr=0)
    yield a_subscription("leaves-soon", starts="2024-01-20", ends="2025-02-01")
    yield a_subscription("starts-soon", starts="2025-01-15")
    yield a_subscription("no-end-in-sight", starts="2023-09-09", ends="9999-12-31")
    # Two rows from the same day: which one is "the latest" must not depend on the engine.
    yield a_subscription("twins", starts="2023-10-01", plan="Alpha", mrr=500, cancel_reason="price")
    yield a_subscription("twins", starts="2023-10-01", plan="Beta", mrr=700, interval="year", currency="USD")
    yield a_subscription("Łódź/株式会社", starts="2024-02-29", ends="2024-11-30", plan="Größe 9", mrr=1_999)


def _by_chance(chance: random.Random, customers: int) -> Iterator[Row]:
    for number in range(customers):
        on = date(2022, 1, 1) + timedelta(days=chance.randrange(0, 900))
        for _ in range(chance.randint(1, 4)):
            ends = on + timedelta(days=chance.choice([20, 31, 45, 90, 181, 365, 700]))
            running = ends > AS_OF or chance.random() < 0.15
            yield a_subscription(
                f"r{number:03}",
                starts=on.isoformat(),
                ends=None if running else ends.isoformat(),
                mrr=chance.choice([500, 990, 1_500, 2_500, 10_000, 123_457]),
                plan=chance.choice(["Basic", "Pro", "Größe 9", None]),
                interval=chance.choice(["month", "month", "quarter", "year", None]),
                currency=chance.choice(["EUR", "EUR", "USD"]),
                cancel_kind=None if running else chance.choice([None, "voluntary", "payment"]),
                cancel_reason=None if running else chance.choice([None, "price", "missing feature"]),
            )
            on = ends + timedelta(days=chance.choice([-10, 0, 0, 2, 3, 4, 40, 120]))
            if on >= AS_OF:
                break


def _touches(ids: list[str], chance: random.Random) -> Iterator[Row]:
    """Trainings and mails, soon after the beginning and later."""
    for number in range(600):
        customer = chance.choice(ids)
        kind = chance.choice(["training", "training", "mail_opened", "key_contact_left"])
        at = date(2022, 1, 1) + timedelta(days=chance.randrange(0, 1090))
        moment = datetime(at.year, at.month, at.day, 9, tzinfo=UTC)
        yield {"touch_id": f"t{number}", "customer_id": customer, "at": moment, "source": "crm", "kind": kind}


def _requests(ids: list[str], chance: random.Random) -> Iterator[Row]:
    """Customers that ask to cancel, some of them twice in a month."""
    for number in range(200):
        at = _moment(date(2023, 1, 1) + timedelta(days=chance.randrange(0, 720)))
        one = {"customer_id": chance.choice(ids), "at": at, "source": "crm", "kind": "cancel_request"}
        yield one | {"touch_id": f"q{number}"}


def _tickets(ids: list[str], chance: random.Random) -> Iterator[Row]:
    """Tickets of all ages; some customers never write."""
    for number in range(300):
        on = date(2022, 1, 1) + timedelta(days=chance.randrange(0, 1090))
        moment = datetime(on.year, on.month, on.day, chance.randrange(24), tzinfo=UTC)
        category = ("bug", None, "Einführung")[number % 3]
        yield {
            "ticket_id": f"k{number}",
            "customer_id": chance.choice(ids[:-9]),
            "opened_at": moment,
            "category": category,
        }


def _assignments(ids: list[str], chance: random.Random) -> Iterator[Row]:
    """Two experiments: one assigned over a year, and one of which only outcomes are known."""
    for customer in chance.sample(ids, 120):
        at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(0, 366 * 24 * 60))
        one = {"experiment_key": "offer", "customer_id": customer, "assigned_at": at}
        yield one | {"variant": chance.choice(["none", "call", "mail"]), "exposed_at": chance.choice([None, at])}
    for customer in chance.sample(ids, 90):
        scores = {"o_score": chance.choice([None, 0.0, 1.0, 7.25]), "o_visits": chance.choice([None, 1.0, 4.0])}
        one = {"experiment_key": "elsewhere", "customer_id": customer, "variant": chance.choice(["A", "B"])}
        yield one | scores | {"o_before": chance.choice([None, 2.0, 3.5])}


def _features(ids: list[str], chance: random.Random) -> Iterator[Row]:
    """Use of three features, some of it on the same day and just as often."""
    rows = {
        (chance.choice(ids[:-5]), date(2022, 1, 1) + timedelta(days=7 * chance.randrange(0, 155)), feature)
        for _ in range(400)
        for feature in chance.sample(["reports", "Größe & Form", "mobile"], chance.randint(1, 3))
    }
    for customer, on, feature in sorted(rows):
        yield {"customer_id": customer, "day": on, "feature": feature, "count": chance.choice([0, 1, 1, 5])}


def _before_losses(subscriptions: list[Row]) -> dict[str, list[Row]]:
    """Use, tickets and exit surveys around the days on which contracts end."""
    chance = random.Random(24)
    found: dict[str, list[Row]] = {"usage_daily": [], "tickets": [], "surveys": []}
    ended = {
        r["customer_id"]: r["ends_on"] for r in subscriptions if r["ends_on"] is not None and r["ends_on"] <= AS_OF
    }
    for number, (customer, ends) in enumerate(ended.items()):
        for ago in sorted(chance.sample(range(1, 200), 6)):
            logins, actions = chance.choice([(None, 4), (0, None), (5, 1), (None, None)])
            day_of_use = {"customer_id": customer, "day": ends - timedelta(days=ago)}
            found["usage_daily"].append(day_of_use | {"logins": logins, "core_actions": actions})
        for one in range(chance.choice([0, 1, 3])):
            opened = _moment(ends - timedelta(days=chance.choice([0, 1, 60, 61, 240, 241])))
            ticket = {"ticket_id": f"before-{number}-{one}", "customer_id": customer, "opened_at": opened}
            found["tickets"].append(ticket | {"csat": chance.choice([None, 1.0, 4.0])})
        for one in range(chance.choice([0, 1, 2])):
            at = _moment(ends + timedelta(days=chance.choice([-61, -60, 3, 180, 181])))
            said = {"reason": chance.choice([None, "too dear", "价格"]), "text": chance.choice([None, "“No”; no"])}
            answer = {"response_id": f"r{number}-{one}", "customer_id": customer, "at": at, "kind": "exit"}
            found["surveys"].append(answer | said)
    return found


def _moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)


def _customers(ids: list[str], chance: random.Random) -> Iterator[Row]:
    for number, customer in enumerate(ids):
        yield a_customer(
            customer,
            csm_id=f"csm-{number % 3}",
            name=chance.choice([None, f"{customer} GmbH", f"株式会社 {number}"]),
            industry=chance.choice(["retail", "health", "Bücher & Möbel", "食品", None]),
            employees=chance.choice([None, 0, 12, 49, 50, 3_000]),
            country=chance.choice(["DE", "FR", None]),
            grade=chance.choice(["A", "B", "C", None]),
            signed_on=chance.choice([None, date(2022, 1, 1)]),
            a_tier=chance.choice([None, "", "gold", "Gold, old", " NA "]),
            a_seats=chance.choice([None, "5", "12.5", "many", "-3", "1e3", " 40 "]),
            a_plan=("Gold", None)[number % 2],
        )


def _invoices() -> Iterator[Row]:
    def invoice(number: int, customer: str, due: str, paid: str | None = None, **values: Any) -> Row:
        return {
            "invoice_id": f"i{number}",
            "customer_id": customer,
            "due_on": day(due),
            "paid_on": day(paid) if paid else None,
            "amount_cents": 1_000,
            "status": "paid" if paid else "Open",
        } | values

    yield invoice(1, "past-due-lost", "2024-05-01", "2024-05-03")
    yield invoice(2, "past-due-lost", "2024-06-01", status="void")
    yield invoice(3, "past-due-lost", "2024-07-01")
    yield invoice(4, "past-due-lost", "2024-08-01", status=None)
    yield invoice(5, "past-due-waiting", "2024-12-20")
    yield invoice(6, "past-due-waiting", "2024-10-20", amount_cents=-500)
    yield invoice(7, "past-due-waiting", "2025-01-20")
    yield invoice(8, "annual", "2024-03-15")


def _events() -> Iterator[Row]:
    for number, (on, kind) in enumerate([("2023-12-31", "release"), ("2024-01-01", "price_change")]):
        yield {"event_id": f"e{number}", "on": day(on), "kind": kind, "title": f"Größe {number}"}
    yield {"event_id": "e8", "on": day("2024-01-01"), "kind": "campaign", "title": "A second one on the same day"}
    yield {"event_id": "e9", "on": day("2025-01-01"), "kind": "release", "title": "After the year"}


def _a_purchase(customer: str, chance: random.Random) -> Row:
    return {
        "customer_id": customer,
        "on": _some_day(chance),
        "amount_cents": chance.choice([0, 999, 5_000, 12_345, -2_000]),
        "currency": chance.choice(["EUR", "USD", None]),
        "quantity": chance.choice([1.0, 2.0, -1.0, None]),
    }


def _some_day(chance: random.Random) -> date:
    return date(2023, 1, 1) + timedelta(days=chance.randrange(0, 730))
