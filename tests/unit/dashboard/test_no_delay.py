"""On the kind of socket Streamlit listens on, messages wait for nothing."""

import asyncio
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from websockets.asyncio.client import connect

from dashboard.no_delay import NoDelay


async def tell(_scope: Any, receive: Any, send: Any) -> None:
    """Say whether the server's own end of the connection sends at once."""
    await receive()
    connection = send.__self__.transport.get_extra_info("socket")
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))})
    await send({"type": "websocket.close"})


async def sends_at_once(app: ASGIApp) -> bool:
    """What `tell` says behind a socket that was made beforehand, as Streamlit makes it."""
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="websockets-sansio", lifespan="off"))
        running = asyncio.create_task(server.serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        async with connect(f"ws://127.0.0.1:{listening.getsockname()[1]}/") as client:
            answer = await client.recv()
        server.should_exit = True
        await running
    return answer != "0"


def test_every_websocket_sends_at_once() -> None:
    assert asyncio.run(sends_at_once(NoDelay(tell)))


def test_a_server_that_is_not_known_is_left_alone() -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        """Neither receives nor sends."""

    for kind in ("websocket", "http"):
        asyncio.run(NoDelay(app)({"type": kind}, nothing, nothing))
    assert seen == ["websocket", "http"]
