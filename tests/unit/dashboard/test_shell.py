"""A bug is shown as a reference number, and the log holds the bug under the same number."""

import io
import json
import re
from collections.abc import Iterator

import pytest
import structlog
from streamlit.testing.v1 import AppTest

from dashboard import logs


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the server writes to stderr."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure()
    yield written
    structlog.reset_defaults()


def page_with_a_bug() -> None:
    from dashboard import shell

    secret = {"name": "Ada"}
    try:
        print(secret["surname"])
    except KeyError as bug:
        shell.on_script_error(bug)


def test_the_reader_is_given_the_reference_under_which_the_log_has_the_bug(log: io.StringIO):
    at = AppTest.from_function(page_with_a_bug).run()
    (error,) = at.error
    reference = re.search(r"Please report reference ([0-9A-F]{8})", error.value)
    assert reference
    assert "surname" not in error.value
    logged = log.getvalue()
    (entry,) = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert (entry["event"], entry["level"], entry["reference"]) == ("script_error", "error", reference[1])
    assert entry["exception"][0]["exc_type"] == "KeyError"
    assert "Ada" not in logged, "values of customers are not written to the log"
