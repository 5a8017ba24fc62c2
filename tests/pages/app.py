"""Opens the app in Streamlit's own test bench."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.language import speaking

ROOT = Path(__file__).parents[2]


def open_app(page: str = "", *, locale: str = "en-US", **params: str) -> AppTest:
    """The app after its first run, on a page (the overview by default)."""
    at = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    at.context = {"locale": locale}
    for key, value in params.items():
        at.query_params[key] = value
    at.run()
    if page:
        # The bench names options again outside the script, where nobody has chosen a language.
        with speaking("zh_Hans" if locale.startswith("zh") else "en"):
            at.switch_page(f"../pages/{page}.py").run()
    assert not at.exception, at.exception
    return at
