"""Assignments reach another system in signed batches, each taken once, whatever breaks on the way."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from analysis.experiments import plans
from analysis.experiments.send import Sent, send
from data.database import Database, open_database
from data.database.repositories import audit, deliveries, experiments
from data.engine import Engine
from data.errors import ReviewError, SettingsProblem
from data.records_experiments import Delivery, Experiment, Plan
from data.settings import Settings, settings
from data.webhook import Answered, post
from tests.builders import a_company, a_subscription, an_engine

SECRET = "a secret of sixteen or more"
AT = datetime(2024, 5, 1, 9, tzinfo=UTC)
N = 1_100


@dataclass
class Receiver:
    """The other side: what it was sent, and what it answers, the last answer for ever."""

    address: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(200, {})])
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    other_paths: list[str] = field(default_factory=list)
    go_on: Event = field(default_factory=Event)

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for headers, _body in self.posts]

    @property
    def customers(self) -> list[list[str]]:
        return [[row["customer_id"] for row in json.loads(body)["assignments"]] for _headers, body in self.posts]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    mine = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/slow":
                mine.go_on.wait(5)
            if self.path == "/hook":
                mine.posts.append((dict(self.headers), body))
            else:
                mine.other_paths.append(self.path)
            status, headers = mine.answers.pop(0) if len(mine.answers) > 1 else mine.answers[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the name http.server looks for

        def log_message(self, format: str, *_args: Any) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mine.address = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield mine
    mine.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    rows = [
        {
            "experiment_key": "save-call" if i % 12 else "other",
            "customer_id": f"c{i:04}",
            "variant": "offer" if i % 2 else "control",
            # A third is assigned later, in no order of the ids.
            "assigned_at": AT + timedelta(hours=i % 3),
        }
        for i in range(N * 12 // 11)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("home")))
        return an_engine(a_company([a_subscription("c0001")], assignments=rows))


@pytest.fixture
def db() -> Database:
    return open_database(settings())


@pytest.fixture
def planned(db: Database, receiver: Receiver) -> Experiment:
    plan = Plan("Save call", hypothesis="A call keeps some", size=800, webhook=receiver.address)
    return plans.start(db, plans.create(db, plan), AT.date())


def test_every_assignment_arrives_once_in_order_and_signed(
    db: Database, engine: Engine, planned: Experiment, receiver: Receiver
):
    assert send(db, engine, planned, SECRET, who="mia") == Sent(3, N, N)

    assert [len(batch) for batch in receiver.customers] == [500, 500, 100]
    first = json.loads(receiver.posts[0][1])
    assert first["experiment"] == "save-call"
    assert first["assignments"][0] == {"customer_id": "c0003", "variant": "offer", "assigned_at": AT.isoformat()}
    told = [customer for batch in receiver.customers for customer in batch]
    assert told == sorted(told, key=lambda c: (int(c[1:]) % 3, c))
    for headers, body in receiver.posts:
        signed = hmac.new(SECRET.encode(), headers["Idempotency-Key"].encode() + b"." + body, "sha256").hexdigest()
        assert headers["X-Churn-Signature"] == f"sha256={signed}"
        assert headers["Content-Type"] == "application/json"
    assert len(set(receiver.keys)) == 3

    assert send(db, engine, planned, SECRET) == Sent(0, 0, N)
    assert len(receiver.posts) == 3
    kept = deliveries.all(db, planned)
    assert [(each.state, each.customers, each.attempts, each.answer) for each in kept] == [
        ("sent", 500, 1, "200"),
        ("sent", 500, 1, "200"),
        ("sent", 100, 1, "200"),
    ]
    assert {entry.who for entry in audit.entries(db, subject="experiment_deliveries")} == {"mia"}


def test_a_batch_is_repeated_under_its_key_while_the_other_side_is_away(
    db: Database, engine: Engine, planned: Experiment, receiver: Receiver
):
    receiver.answers = [(503, {}), (429, {"Retry-After": "0"}), (200, {})]
    send(db, engine, planned, SECRET, waits=(0.01, 5.0))

    assert receiver.keys[0] == receiver.keys[1] == receiver.keys[2] != receiver.keys[3]
    assert deliveries.all(db, planned)[0].attempts == 3


def test_a_refused_batch_stops_and_the_next_run_goes_on_with_it(
    db: Database, engine: Engine, planned: Experiment, receiver: Receiver
):
    receiver.answers = [(200, {}), (422, {})]
    with pytest.raises(ReviewError, match=r"did not take the assignments: 422 \(attempts: 1\)"):
        send(db, engine, planned, SECRET)
    assert [each.state for each in deliveries.all(db, planned)] == ["sent", "begun"]

    receiver.answers = [(200, {})]
    assert send(db, engine, planned, SECRET) == Sent(2, 600, N)
    assert receiver.keys[1] == receiver.keys[2]
    assert sorted(c for batch in (0, 2, 3) for c in receiver.customers[batch]) == sorted(
        {c for batch in receiver.customers for c in batch}
    )


def test_a_run_that_was_killed_repeats_the_batch_it_had_begun(
    db: Database, engine: Engine, planned: Experiment, receiver: Receiver
):
    deliveries.begin(db, planned, Delivery("key of then", receiver.address, 3, AT, "c0009"))
    send(db, engine, planned, SECRET)

    assert receiver.customers[0] == ["c0003", "c0006", "c0009"]
    assert sum(map(len, receiver.customers)) == N


def test_another_address_is_told_everything(db: Database, engine: Engine, planned: Experiment, receiver: Receiver):
    send(db, engine, planned, SECRET)
    moved = plans.amend(db, planned, replace(planned.plan, webhook=receiver.address + "?team=2"), "moved", AT.date())
    assert send(db, engine, moved, SECRET) == Sent(3, N, N)
    assert receiver.other_paths == ["/hook?team=2"] * 3


def test_a_redirect_is_not_followed(receiver: Receiver):
    receiver.answers = [(302, {"Location": "/elsewhere"})]
    assert post(receiver.address, b"{}", key="k", secret=SECRET) == Answered(False, 1, "302")
    assert receiver.other_paths == []


def test_silence_and_nobody_there_are_failures_after_every_attempt(receiver: Receiver):
    slow = receiver.address.replace("/hook", "/slow")
    assert post(slow, b"{}", key="k", secret=SECRET, seconds=0.05, waits=(0.0,)) == Answered(False, 2, "timed out")
    nobody = post("http://127.0.0.1:1/", b"{}", key="k", secret=SECRET, waits=())
    assert (nobody.taken, nobody.attempts) == (False, 1)
    assert "refused" in nobody.answer


def test_only_http_addresses_are_posted_to():
    with pytest.raises(ValueError, match="file:///"):
        post("file:///etc/hosts", b"{}", key="k", secret=SECRET)


def test_what_cannot_be_sent_is_said(db: Database, engine: Engine, planned: Experiment):
    def refused(plan: Plan, secret: str, said: str, kind: type[ReviewError] = ReviewError):
        with pytest.raises(kind, match=said):
            send(db, engine, replace(planned, plan=plan), secret)

    refused(planned.plan, "", "CHURN_WEBHOOK_SECRET is not set", SettingsProblem)
    refused(replace(planned.plan, webhook=""), SECRET, "names no address")
    refused(replace(planned.plan, webhook="gopher://x"), SECRET, "begins with https://")
    refused(replace(planned.plan, assigned="elsewhere"), SECRET, "assigned elsewhere")
    assert experiments.get(db, planned.id) == planned


def test_a_secret_that_is_short_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHURN_WEBHOOK_SECRET", "guess me")
    with pytest.raises(SettingsProblem, match="at least 16 characters") as refused:
        settings()
    assert "guess me" not in str(refused.value)
    assert SECRET not in repr(Settings(webhook_secret=SECRET))
