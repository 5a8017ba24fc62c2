"""Scratch folders in the home folder: held by one process, swept by the next one when that process was killed."""

import fcntl
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

HELD = ".held"


class Scratch:
    """A folder below `<home>/scratch` that goes when nobody refers to it any more, or with `close`.

    A lock on a file in it says that it is in use. The system frees the lock when the process ends, however it ends;
    a process number would not do, because in a container the same one comes again at each start.
    """

    def __init__(self, home: Path) -> None:
        parent = home / "scratch"
        parent.mkdir(parents=True, exist_ok=True)
        with _gate(home):
            for found in parent.iterdir():
                _sweep(found)
            self.folder = Path(mkdtemp(dir=parent))
            held = (self.folder / HELD).open("w")
            fcntl.flock(held, fcntl.LOCK_EX)
        self._finalizer = weakref.finalize(self, _remove, self.folder, held)

    def close(self) -> None:
        """Remove the folder; safe to repeat."""
        self._finalizer()


@contextmanager
def _gate(home: Path) -> Iterator[None]:
    """One process at a time looks for leftovers or makes a folder; one just made is not yet held."""
    with (home / "scratch.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep(folder: Path) -> None:
    try:
        with (folder / HELD).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except (BlockingIOError, FileNotFoundError):
        # Somebody works there, or has just taken it away.
        return


def _remove(folder: Path, held: IO[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    held.close()
