"""What a browser remembers of who sits at it: given by our own pages only, read back as it was given."""

import asyncio
from http.cookies import SimpleCookie

import pytest
from starlette.requests import Request

from dashboard import who_cookie


def given(name: str, department: str, *, site: str = "") -> str:
    """The header that sets the cookie; empty where none is set."""
    query = who_cookie.address(name, department).partition("?")[2].encode()
    headers = [(b"host", b"localhost"), *([(b"sec-fetch-site", site.encode())] if site else [])]
    asked = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": query, "headers": headers}
    return asyncio.run(who_cookie.remember(Request(asked))).headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("name", "department"), [("李; Path=/x", "sales"), ("A & B/C %20", ""), ("", 'Fi"nance'), ("x" * 80, "y" * 80)]
)
def test_a_name_comes_back_as_it_was_given(name: str, department: str):
    cookie = SimpleCookie(given(name, department))[who_cookie.COOKIE]
    assert who_cookie.read({who_cookie.COOKIE: cookie.value}) == (name, department)
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("/", "strict", True, "")


def test_nobody_is_forgotten_and_no_name_is_endless():
    assert "Max-Age=0" in given("", "")
    assert who_cookie.read({}) == ("", "")
    cookie = SimpleCookie(given("n" * 500, "d" * 500))[who_cookie.COOKIE]
    assert who_cookie.read({who_cookie.COOKIE: cookie.value}) == ("n" * 80, "d" * 80)
    assert who_cookie.read({who_cookie.COOKIE: "%FF&" + "x" * 99})[1] == "x" * 80


def test_another_site_names_nobody():
    assert given("Somebody else", "", site="cross-site") == ""
    assert given("Me", "", site="same-origin")
