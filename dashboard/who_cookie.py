"""How a browser remembers who sits at it: a cookie of ours, which the app reads when a tab is opened or loaded anew.

Streamlit forgets a session with F5 and writes no cookies, but reads them (`st.context.cookies`) and serves routes of
ours. So the page holds an invisible picture whose address carries the name, and the answer sets the cookie: no script.
A name in the page's own address would be the shorter way, but whoever copies that address gives the name away with it,
and whoever opens the link would be taken for the one who sent it. The cookie goes when the browser is closed, and a
name that somebody takes up in one tab is what later tabs of the same browser begin with.
"""

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response

#: Where the picture is asked for, beside the pages.
PATH = "remember"
COOKIE = "churn_who"
LONGEST = 80


def address(name: str, department: str) -> str:
    """What the page asks for so that its browser remembers these; both empty for nobody."""
    return f"{PATH}?{urlencode({'name': name, 'department': department})}"


def read(cookies: Mapping[str, str]) -> tuple[str, str]:
    """The name and the department that the browser remembers; empty where it remembers none."""
    name, _, department = cookies.get(COOKIE, "").partition("&")
    return unquote(name)[:LONGEST], unquote(department)[:LONGEST]


async def remember(request: Request) -> Response:
    """Give the browser the cookie; take it away for nobody; nothing where another site asks."""
    answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return answer
    name, department = (request.query_params.get(part, "")[:LONGEST] for part in ("name", "department"))
    if name or department:
        value = f"{quote(name, safe='')}&{quote(department, safe='')}"
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, value, httponly=True, samesite="strict", secure=secure)
    else:
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer
