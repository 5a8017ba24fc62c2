"""`python -m tests.load`: browse a running app with many sessions and say how long it took to answer."""

import argparse
import asyncio
import sys

from tests.load.browsing import browse, told


def main() -> None:
    """Lines on stdout; exit code 1 when an answer failed."""
    parser = argparse.ArgumentParser("python -m tests.load", description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:8501", help="host:port of the running app")
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--think-seconds", type=float, default=10)
    parser.add_argument("--for-seconds", type=float, default=60)
    asked = parser.parse_args()
    load = asyncio.run(
        browse(asked.address, sessions=asked.sessions, think_seconds=asked.think_seconds, for_seconds=asked.for_seconds)
    )
    sys.stdout.write("\n".join(told(load)) + "\n")
    sys.exit(bool(load.failures))


if __name__ == "__main__":
    main()
