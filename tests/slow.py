"""Writes tests/slow.txt, the tests that `make check` leaves out, from what `pytest --durations=0 -vv` printed."""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).with_suffix(".txt")
#: A test that takes longer, its fixtures included, is for `make test`.
LIMIT_S = 0.3
_LINE = re.compile(r"\s*([\d.]+)s (?:call|setup|teardown)\s+([^\s\[]+)")


def slow(lines: Iterable[str]) -> list[str]:
    """Tests over the limit; of one with parameters the slowest counts for all."""
    spent: Counter[str] = Counter()
    for line in lines:
        if found := _LINE.match(line):
            spent[found[2]] = max(spent[found[2]], float(found[1]))
    return sorted(test for test, seconds in spent.items() if seconds > LIMIT_S)


if __name__ == "__main__":
    LIST.write_text("\n".join(slow(sys.stdin)) + "\n", encoding="utf-8")
