"""In continuous integration a browser, PostgreSQL or golden test that is skipped fails the run; slow ones are named."""

import pytest

from tests import slow

ROOT = slow.LIST.parents[1]

pytest_plugins = ["pytester"]

OUR_HOOKS = """
from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport
def pytest_configure(config):
    for name in ("browser", "golden", "postgres", "slow"):
        config.addinivalue_line("markers", name)
"""


def _skipping(*markers: str) -> str:
    # Text of a test run of its own: the skip is what the rule has to catch.
    claims = (f"@pytest.mark.{m}\ndef test_{m}():\n    pytest.skip('there is none here')\n" for m in markers)
    return "\n".join(["import pytest", *claims])


@pytest.mark.parametrize("variable", [("CI", "true"), ("REQUIRE_ALL", "1")])
def test_a_skip_that_hides_something_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, variable: tuple[str, str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv(*variable)
    pytester.makeconftest(OUR_HOOKS)
    pytester.makepyfile(_skipping("browser", "golden", "postgres"))
    done = pytester.runpytest_inprocess()
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["*here nothing may be: Skipped: there is none here*"])


def test_other_skips_stay_skips(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest(OUR_HOOKS)
    pytester.makepyfile(_skipping("slow"))
    pytester.runpytest_inprocess().assert_outcomes(skipped=1)


def test_a_developer_without_a_browser_may_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    pytester.makeconftest(OUR_HOOKS)
    pytester.makepyfile(_skipping("browser"))
    pytester.runpytest_inprocess().assert_outcomes(skipped=1)


def test_a_file_that_skips_itself_as_a_whole_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest(OUR_HOOKS)
    # As above: a file of the run within.
    pytester.makepyfile("import pytest\npytest.skip('no such package', allow_module_level=True)\n")
    done = pytester.runpytest_inprocess()
    done.assert_outcomes(errors=1)


def test_every_test_called_slow_is_there() -> None:
    gone = []
    for entry in slow.LIST.read_text(encoding="utf-8").split():
        file, _, name = entry.partition("::")
        path = ROOT / file
        if not path.is_file() or f"def {name.rpartition('::')[2]}(" not in path.read_text(encoding="utf-8"):
            gone.append(entry)
    assert gone == []
