"""One visitor: a websocket, what the browser would remember, and how long each answer takes."""

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

#: The message that a script has finished is shorter than this; most others are longer.
_SHORT = 100


@dataclass(frozen=True)
class Visit:
    """One answered request for a page.

    seconds  From sending the request to the message that the script has finished.
    size     Bytes received.
    messages What came, for whoever wants to draw it.
    """

    page: str
    seconds: float
    size: int
    messages: tuple[ForwardMsg, ...] = field(repr=False)


class Broken(Exception):
    """The page showed an error, or the script did not finish."""


class Session:
    """A tab of a browser: `async with Session(...) as tab: await tab.visit("trends", "segment=...")`."""

    def __init__(self, address: str, locale: str = "en-US") -> None:
        """address  `127.0.0.1:8501`; locale as the browser would tell it."""
        self._address, self._locale = address, locale
        self._socket: ClientConnection | None = None
        self._pages: dict[str, str] = {}
        self._cached: set[str] = set()
        self.query = ""

    async def __aenter__(self) -> Self:
        self._socket = await connect(
            f"ws://{self._address}/_stcore/stream",
            subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType] - a NewType of str
            compression=None,
            max_size=None,
            open_timeout=60,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    @property
    def socket(self) -> ClientConnection:
        """The connection, while the tab is open."""
        if self._socket is None:
            raise ValueError("the session is not open")
        return self._socket

    async def visit(self, page: str = "", query: str | None = None) -> Visit:
        """Ask for a page (empty: the front page) under a link; without `query` the address stays as it is."""
        socket = self.socket
        self.query = self.query if query is None else query
        begun = time.perf_counter()
        await socket.send(self._request(page).SerializeToString())
        messages = await self._answer(socket)
        took = time.perf_counter() - begun
        return Visit(page, took, sum(len(m) for m in messages), tuple(self._read(m) for m in messages))

    def _request(self, page: str) -> BackMsg:
        asked = BackMsg()
        run = asked.rerun_script
        run.query_string = self.query
        # Until the first answer has told the pages a browser knows the address alone.
        run.page_script_hash, run.page_name = self._pages.get(page, ""), "" if page in self._pages else page
        run.cached_message_hashes.extend(self._cached)
        run.context_info.timezone, run.context_info.locale = "Europe/Berlin", self._locale
        run.context_info.url = f"http://{self._address}/{page}"
        return asked

    async def _answer(self, socket: ClientConnection) -> list[bytes]:
        """Everything up to the end of the script; looked at afterwards, so that the clock measures the server."""
        received: list[bytes] = []
        async for data in socket:
            received.append(data if isinstance(data, bytes) else data.encode())
            if len(data) < _SHORT and ForwardMsg.FromString(received[-1]).WhichOneof("type") == "script_finished":
                return received
        raise Broken("the server closed the connection")

    def _read(self, data: bytes) -> ForwardMsg:
        message = ForwardMsg.FromString(data)
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise Broken("the script does not compile")
        _refuse_error(message.delta)
        self._remember(message)
        return message

    def _remember(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable and message.hash:
            self._cached.add(message.hash)
        if message.HasField("navigation"):
            pages = message.navigation.app_pages
            self._pages = {"" if p.is_default else p.url_pathname: p.page_script_hash for p in pages}
        elif message.HasField("page_info_changed"):
            self.query = message.page_info_changed.query_string


def _refuse_error(delta: Delta) -> None:
    element = delta.new_element
    if element.HasField("exception"):
        raise Broken(element.exception.message)
    if element.HasField("alert") and element.alert.format == Alert.ERROR:
        raise Broken(element.alert.body)
