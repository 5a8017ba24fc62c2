"""Many people in one review at once: `python -m tests.load.meeting --people 20` makes a company, holds a review, says how it went.

Everybody follows on a screen of his own, as a browser does: the page asks once a second, people write notes between.
What is measured is how long it takes until a note stands on the screen of each other person.
"""

import argparse
import asyncio
import math
import random
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.load.server import served
from tests.load.session import Broken, Session

SEED = 7
#: Seconds after which a note that is not seen counts as lost.
PATIENCE_SECONDS = 20
_NOTE = re.compile(r"Note \d+ of Person \d+")


@dataclass(frozen=True)
class Meeting:
    """What came of it: seconds until each note was on each other screen, notes that never came, and what was said."""

    seconds: tuple[float, ...]
    unseen: tuple[str, ...]
    said: tuple[str, ...]

    def percentile(self, share: float) -> float:
        """The smallest time that at least this share of the notes took no longer than."""
        return sorted(self.seconds)[max(math.ceil(share * len(self.seconds)) - 1, 0)]


@dataclass
class _Screen:
    """What one tab shows: its widgets by key, the part that asks by itself, and when each text was first seen."""

    widgets: dict[str, str] = field(default_factory=dict[str, str])
    seen: dict[str, float] = field(default_factory=dict[str, float])
    asks: dict[str, float] = field(default_factory=dict[str, float])

    def take(self, message: ForwardMsg) -> None:
        """Note one message of the server."""
        if message.HasField("auto_rerun"):
            self.asks[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind in {"text_input", "chat_input", "button"}:
            found = getattr(element, kind).id
            self.widgets[found.rpartition("-")[2]] = found
        if kind in {"button", "html"}:
            shown = element.button.label if kind == "button" else element.html.body
            for text in _NOTE.findall(shown.replace("\\", "")):
                self.seen.setdefault(text, time.perf_counter())


class Seat(Session):
    """One person at the meeting."""

    def __init__(self, address: str, name: str, review: int) -> None:
        """review  Its number."""
        super().__init__(address)
        self.name, self.screen = name, _Screen()
        self.query = f"review={review}&screen=follow&lang=en"

    async def sit_down(self) -> None:
        """Open the page, and say who one is."""
        for message in (await self.visit("review")).messages:
            self.screen.take(message)
        await self._send(self._filled({"who.name": self.name}))
        for data in await self._answer(self.socket):
            self.screen.take(self._read(data))

    async def follow(self) -> None:
        """Ask as often as the page says, and look at what comes, until cancelled."""
        asking = [asyncio.create_task(self._ask(part, every)) for part, every in self.screen.asks.items()]
        try:
            async for data in self.socket:
                self.screen.take(self._read(data if isinstance(data, bytes) else data.encode()))
        finally:
            for task in asking:
                task.cancel()

    async def _ask(self, part: str, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            asked = self._filled({"who.name": self.name})
            asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = part, True
            await self._send(asked)

    async def say(self, text: str) -> None:
        """Write a note, as the line at the foot of the screen does."""
        asked = self._filled({"who.name": self.name})
        asked.rerun_script.fragment_id = next(iter(self.screen.asks))
        sent = WidgetState(id=self.screen.widgets["live.text"])
        sent.chat_input_value.data = text
        asked.rerun_script.widget_states.widgets.append(sent)
        await self._send(asked)

    def _filled(self, values: dict[str, str]) -> BackMsg:
        asked = self._request("review")
        states = [WidgetState(id=self.screen.widgets[key], string_value=value) for key, value in values.items()]
        asked.rerun_script.widget_states.widgets.extend(states)
        return asked

    async def _send(self, asked: BackMsg) -> None:
        await self.socket.send(asked.SerializeToString())


async def hold(address: str, review: int, *, people: int, notes: int, for_seconds: float) -> Meeting:
    """Let `people` follow a running review and write `notes` each, spread over the time."""
    seats = [Seat(address, f"Person {number}", review) for number in range(people)]
    for seat in seats:
        await seat.__aenter__()
        await seat.sit_down()
    following = [asyncio.create_task(seat.follow()) for seat in seats]
    try:
        talks = [_talk(seat, number, notes, for_seconds) for number, seat in enumerate(seats)]
        said = [each for talk in await asyncio.gather(*talks) for each in talk]
        await _until_seen(seats, [text for text, _at in said])
    finally:
        for task in following:
            task.cancel()
        ended = await asyncio.gather(*following, return_exceptions=True)
        for seat in seats:
            await seat.__aexit__(None, None, None)
    broken = [one for one in ended if isinstance(one, Broken | OSError)]
    if broken:
        raise broken[0]
    return _judged(seats, said)


async def _talk(seat: Seat, number: int, notes: int, for_seconds: float) -> list[tuple[str, float]]:
    dice, said = random.Random(f"{SEED}-{number}"), list[tuple[str, float]]()
    for turn in range(notes):
        await asyncio.sleep(for_seconds / notes * dice.uniform(0.2, 1))
        text = f"Note {turn} of {seat.name}"
        said.append((text, time.perf_counter()))
        await seat.say(text)
        await asyncio.sleep(for_seconds / notes * 0.2)
    return said


async def _until_seen(seats: list[Seat], texts: list[str]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and not all(text in seat.screen.seen for seat in seats for text in texts):
        await asyncio.sleep(0.1)


def _judged(seats: list[Seat], said: list[tuple[str, float]]) -> Meeting:
    others = [(seat, text, at) for seat in seats for text, at in said if not text.endswith(f" {seat.name}")]
    seconds = [seat.screen.seen[text] - at for seat, text, at in others if text in seat.screen.seen]
    unseen = [f"{seat.name}: {text}" for seat, text, _at in others if text not in seat.screen.seen]
    return Meeting(tuple(seconds), tuple(unseen), tuple(text for text, _at in said))


def begun() -> int:
    """A running review of the last quarter of the home in force, by its number."""
    from dashboard.gateway import engines, releases
    from data.database.repositories import reviews

    database, number = releases.database(), releases.chosen().number
    from analysis.review import prepare, quarters

    quarter = quarters.last_whole(releases.chosen().as_of)
    engine = engines.engine(*engines.at(number))
    made = prepare.prepare(engine, database, quarter.start, quarter.end)
    return reviews.start(database, made).id


def stored(review: int) -> list[str]:
    """The notes of a review that the database holds."""
    from dashboard.gateway import releases
    from data.database.repositories import reviews

    return [note.text for note in reviews.live(releases.database(), review).notes]


def main() -> None:
    """Lines on stdout; exit code 1 when a note was lost or came too late."""
    import os

    from tests.bench import company
    from tests.bench.processes import environment

    parser = argparse.ArgumentParser("python -m tests.load.meeting", description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--notes", type=int, default=5, help="notes that each writes")
    parser.add_argument("--for-seconds", type=float, default=30)
    parser.add_argument("--customers", type=int, default=2_000)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="meeting-"))
    os.environ["CHURN_HOME"] = str(home)
    try:
        company.make(asked.customers)
        review = begun()
        with served("streamlit_app.py", environment(home)) as address:
            held = asyncio.run(
                hold(address, review, people=asked.people, notes=asked.notes, for_seconds=asked.for_seconds)
            )
        lost = {*held.said} - {*stored(review)}
    finally:
        shutil.rmtree(home, ignore_errors=True)
    shares = ", ".join(f"p{int(share * 100)} {held.percentile(share):.2f} s" for share in (0.5, 0.95, 0.99))
    told = f"{asked.people} people, {len(held.said)} notes, {len(lost)} lost, {len(held.unseen)} unseen: {shares}"
    sys.stdout.write(told + "\n")
    sys.exit(bool(lost or held.unseen or held.percentile(0.95) > 2))


if __name__ == "__main__":
    main()
