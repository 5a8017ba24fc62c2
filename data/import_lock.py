"""One import at a time, and whether the one before was cut short."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import Busy

_mine = threading.local()


@contextmanager
def importing(home: Path, *, nested: bool = False) -> Iterator[None]:
    """Only one import at a time: an advisory lock on a file that the system frees when the process ends, however.

    nested  Inside an import of the same thread this is a part of it (publishing what was staged), not a second one.
    """
    held: set[Path] = _mine.__dict__.setdefault("homes", set())
    if nested and home in held:
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Busy("Another import is running. Wait until it is done, then start this one again.") from taken
        held.add(home)
        try:
            yield
        finally:
            held.discard(home)


class Unfinished:
    """A mark that lies in the home folder from the first write to the lake until all is tidy again.

    Whoever finds it knows that an import was killed or failed after it wrote, and that the lake holds files of no
    release.
    """

    def __init__(self, home: Path) -> None:
        self._mark = home / "import.unfinished"
        self.found = self._mark.exists()

    def begin(self) -> None:
        """Something is about to be written."""
        self._mark.touch()

    def end(self) -> None:
        """Everything in the lake belongs to a release again."""
        self._mark.unlink(missing_ok=True)
