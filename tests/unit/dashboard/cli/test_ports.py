"""`serve` on a port that is taken says so before it says that it runs."""

import socket
from collections.abc import Iterator

import pytest

from dashboard.cli.commands import run
from dashboard.cli.ports import refuse_if_taken
from data.errors import SettingsProblem


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_refused_before_anything_runs(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["dashboard", "serve", "--port", str(taken)])
    with pytest.raises(SystemExit) as ended:
        run()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert f"Port {taken} is taken" in said
    assert f"--port {taken + 1}" in said
    assert "runs at" not in said


def test_a_port_just_left_is_free(taken: int):
    with pytest.raises(SettingsProblem):
        refuse_if_taken("127.0.0.1", taken)
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        free = own.getsockname()[1]
    refuse_if_taken("127.0.0.1", free)


def test_an_address_this_machine_does_not_have_is_refused():
    with pytest.raises(SettingsProblem, match=r"127\.0\.0\.1"):
        refuse_if_taken("192.0.2.1", 8501)
    with pytest.raises(SettingsProblem, match="is no address"):
        refuse_if_taken("no such host", 8501)
