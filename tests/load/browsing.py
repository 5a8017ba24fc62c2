"""Many visitors at once: each opens the app, looks, thinks, goes on to another page or another segment."""

import asyncio
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.load.session import Broken, Session

SEED = 7
#: What a visitor asks for, by weight: mostly the overview, then courses and lists; links as the filters write them.
PAGES = (("", 5), ("trends", 3), ("customers", 2), ("definitions", 1), ("metric_dictionary", 1))
INDUSTRIES = ("manufacturing", "retail")
LOOKS: tuple[dict[str, str], ...] = (
    {},
    {},
    {"period": "last-24"},
    {"grain": "quarter"},
    *({"segment": f"industry:in:{industry}"} for industry in INDUSTRIES),
)


@dataclass(frozen=True)
class Load:
    """What came of it: seconds of each answer after the first looks, and what went wrong."""

    seconds: tuple[float, ...]
    failures: tuple[str, ...]

    def percentile(self, share: float) -> float:
        """The smallest time that at least this share of the answers took no longer than."""
        return sorted(self.seconds)[max(math.ceil(share * len(self.seconds)) - 1, 0)]


async def browse(address: str, *, sessions: int, think_seconds: float, for_seconds: float) -> Load:
    """Let `sessions` visitors browse; they arrive over one think time, and only what they ask after that counts."""
    await look_at_everything(address)
    visitors = [_visitor(address, i, think_seconds, for_seconds) for i in range(sessions)]
    loads = await asyncio.gather(*visitors)
    return Load(tuple(s for load in loads for s in load.seconds), tuple(f for load in loads for f in load.failures))


async def look_at_everything(address: str) -> None:
    """Every page under every look once: the server answers from what it has counted, as it does after a morning."""
    async with Session(address) as tab:
        await tab.visit()
        for look in LOOKS:
            for page, _weight in PAGES:
                await tab.visit(page, urlencode({**_WHOLE, **look}))


#: A link that says nothing of the filters would leave them as they are.
_WHOLE = {"lang": "en"}


async def _visitor(address: str, number: int, think_seconds: float, for_seconds: float) -> Load:
    dice = random.Random(f"{SEED}-{number}")
    begins = asyncio.get_running_loop().time() + think_seconds
    await asyncio.sleep(dice.uniform(0, think_seconds))
    seconds: list[float] = []
    try:
        async with Session(address) as tab:
            await tab.visit()
            while (now := asyncio.get_running_loop().time()) < begins + for_seconds:
                # Half to one and a half of the mean, so that visitors never fall into step.
                await asyncio.sleep(think_seconds * dice.uniform(0.5, 1.5))
                visit = await tab.visit(*_choice(dice))
                if now >= begins:
                    seconds.append(visit.seconds)
    except (Broken, OSError) as error:
        return Load(tuple(seconds), (f"visitor {number}: {error!r}",))
    return Load(tuple(seconds), ())


def _choice(dice: random.Random) -> tuple[str, str]:
    pages, weights = zip(*PAGES, strict=True)
    page: str = dice.choices(pages, weights)[0]
    return page, urlencode({**_WHOLE, **dice.choice(LOOKS)})


def told(load: Load) -> Sequence[str]:
    """The result in lines."""
    shares = ", ".join(f"p{int(share * 100)} {load.percentile(share):.3f} s" for share in (0.5, 0.95, 0.99))
    return (f"{len(load.seconds)} answers: {shares}", *load.failures[:5])
