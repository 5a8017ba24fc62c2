"""Posts JSON to an address somebody chose: signed, repeated while the other side is away, and nowhere else."""

import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

SIGNATURE, KEY = "X-Churn-Signature", "Idempotency-Key"
SECONDS = 10.0
"""How long an answer is waited for."""

WAITS = (1.0, 4.0, 16.0)
"""Seconds before each further attempt, unless the other side names its own."""

LONGEST_WAIT = 60.0
AWAY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be others in a moment; any other failure would be the same again."""


@dataclass(frozen=True)
class Answered:
    """What came of a post: whether it was taken, after how many attempts, and the last answer."""

    taken: bool
    attempts: int
    answer: str


@dataclass(frozen=True)
class _Attempt:
    taken: bool
    answer: str
    again: bool = False
    wait: float | None = None


def signature(body: bytes, key: str, secret: str) -> str:
    """HMAC-SHA256 of key, a full stop and body, as `sha256=` and hexadecimal digits."""
    signed = hmac.new(secret.encode(), key.encode() + b"." + body, "sha256")
    return f"sha256={signed.hexdigest()}"


def post(
    address: str, body: bytes, *, key: str, secret: str, seconds: float = SECONDS, waits: Sequence[float] = WAITS
) -> Answered:
    """Post a JSON document; the same key with every attempt, so that the other side takes it once.

    Redirects are not followed: the address is what somebody agreed to, and a POST would become a GET.
    """
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError(address)
    headers = {"Content-Type": "application/json", KEY: key, SIGNATURE: signature(body, key, secret)}
    request = Request(address, body, headers, method="POST")
    for count, wait in enumerate(waits, start=1):
        attempt = _try(request, seconds)
        if not attempt.again:
            return Answered(attempt.taken, count, attempt.answer)
        time.sleep(wait if attempt.wait is None else min(attempt.wait, LONGEST_WAIT))
    attempt = _try(request, seconds)
    return Answered(attempt.taken, len(waits) + 1, attempt.answer)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Every redirect is an error."""


def _try(request: Request, seconds: float) -> _Attempt:
    try:
        with build_opener(_NoRedirects).open(request, timeout=seconds) as answer:
            return _Attempt(True, str(answer.status))
    except HTTPError as refused:
        with refused:
            return _Attempt(False, str(refused.code), refused.code in AWAY, _asked_for(refused))
    except URLError as away:
        return _Attempt(False, str(away.reason), again=True)
    except (OSError, HTTPException) as broken:
        # The connection broke after it stood: a timeout, or no proper HTTP.
        return _Attempt(False, str(broken) or type(broken).__name__, again=True)


def _asked_for(refused: HTTPError) -> float | None:
    """Seconds the other side asks to wait; it may also name a moment, which is not heeded."""
    said = refused.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else None
