"""Sends the messages of a page at once instead of waiting for the browser to acknowledge the first of them.

Streamlit listens on a socket it made itself, whose connections asyncio does not recognise as TCP and leaves with
Nagle's algorithm on (the same as https://github.com/Kludex/uvicorn/issues/3149): nearly every rerun waited 40 ms.
"""

import socket

from starlette.types import ASGIApp, Receive, Scope, Send


class NoDelay:
    """Turns Nagle's algorithm off for every websocket."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] == "websocket":
            _send_at_once(send)
        await self.app(scope, receive, send)


def _send_at_once(send: Send) -> None:
    """ASGI knows no sockets: the server's own `send` leads to its transport; another server is left as it is."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    connection = transport.get_extra_info("socket") if transport else None
    if connection is not None and connection.family in {socket.AF_INET, socket.AF_INET6}:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
