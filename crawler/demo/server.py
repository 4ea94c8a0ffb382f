"""The sample sites over HTTP/1.1 on 127.0.0.1, one port a site, from a background thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import NamedTuple, Self, cast

from crawler.demo.messages import DemoRequest, DemoResponse, Served

HOST = "127.0.0.1"
_MOST_HEAD = 64_000
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Asked(NamedTuple):
    """One request that was answered; ``time`` is seconds of ``time.monotonic`` on arrival."""

    slug: str
    method: str
    path: str
    status: int
    time: float
    user_agent: str


@dataclass
class _Door:
    """One site behind one port, with its counters."""

    site: Served
    server: DemoServer
    visits: int = 0
    tries: Counter[str] = field(default_factory=Counter)

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> DemoResponse:
        key = f"{method} {path}"
        request = DemoRequest(
            path, method, headers, body, self.server.day, self.visits, self.tries[key],
            self.server.dynamic,
        )  # fmt: skip
        self.visits += 1
        self.tries[key] += 1
        response = self.site.respond(request)
        agent = headers.get("user-agent", "")
        self.server.log.append(
            Asked(self.site.slug, method, path, response.status, time.monotonic(), agent)
        )
        return response


class DemoServer:
    """``with DemoServer(build()) as server: server.urls["demo-nukeviet"]``.

    ``ports`` are those of the sites in their order (0: a free one); ``dynamic=False`` stops
    clocks, counters and rotating boxes. ``set_day`` may be called from any thread.
    """

    def __init__(
        self,
        sites: Sequence[Served],
        day: int = 1,
        *,
        ports: Sequence[int] = (),
        dynamic: bool = True,
    ) -> None:
        self.sites = tuple(sites)
        self.day = day
        self.dynamic = dynamic
        self.log: list[Asked] = []
        self.urls: dict[str, str] = {}
        self._ports = tuple(ports) or (0,) * len(self.sites)
        if len(self._ports) != len(self.sites):
            raise ValueError(f"{len(self.sites)} sites need as many ports, not {len(self._ports)}")
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._servers: list[asyncio.Server] = []
        self._connections: set[_Connection] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, then answer from a thread of its own; ``OSError`` if a port is taken."""
        try:
            self._loop.run_until_complete(self._listen())
        except OSError:
            self._loop.run_until_complete(self._close())
            self._loop.close()
            raise
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close every port and connection. A second call does nothing."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._thread = None
        self._loop.close()

    def set_day(self, day: int) -> None:
        self.day = day

    async def _listen(self) -> None:
        for site, port in zip(self.sites, self._ports, strict=True):
            door = _Door(site, self)
            connect = partial(_Connection, door, self._connections)
            server = await self._loop.create_server(connect, HOST, port)
            self._servers.append(server)
            self.urls[site.slug] = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in tuple(self._connections):
            connection.abort()
        for server in self._servers:
            await server.wait_closed()
        await asyncio.sleep(0)


class _Connection(asyncio.Protocol):
    """One client: requests one after another, each answered before the next is read."""

    def __init__(self, door: _Door, connections: set[_Connection]) -> None:
        self._door = door
        self._connections = connections
        self._received = bytearray()
        self._busy: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # what servers of TCP are given
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._writable.set()
        if self._busy is not None:
            self._busy.cancel()

    def abort(self) -> None:
        self._transport.abort()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._serve()

    def _serve(self) -> None:
        while self._busy is None:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                if len(self._received) > _MOST_HEAD:
                    self._transport.abort()
                return
            line, headers = _head(bytes(self._received[:end]))
            length = int(headers.get("content-length", "0") or 0)
            if len(self._received) < end + 4 + length:
                return
            body = bytes(self._received[end + 4 : end + 4 + length])
            del self._received[: end + 4 + length]
            if len(line) != 3:
                self._transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                self._transport.close()
                return
            self._answer(line[0], line[1], headers, body)

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        response = self._door.answer(method, path, headers, body)
        close = headers.get("connection", "").lower() == "close"
        if response.delay or response.stream is not None:
            self._busy = self._door.server._loop.create_task(self._later(method, response, close))
            return
        self._transport.write(_wire(method, response, close))
        if close:
            self._transport.close()

    async def _later(self, method: str, response: DemoResponse, close: bool) -> None:
        await asyncio.sleep(response.delay)
        self._transport.write(_wire(method, response, close))
        if response.stream is not None and method != "HEAD":
            await self._pour(response.stream())
        self._busy = None
        if close:
            self._transport.close()
        else:
            self._serve()

    async def _pour(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            await self._writable.wait()
            if self._transport.is_closing():
                return
            self._transport.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await asyncio.sleep(0)
        self._transport.write(b"0\r\n\r\n")


def _head(data: bytes) -> tuple[list[str], dict[str, str]]:
    first, *rest = data.decode("latin-1").split("\r\n")
    headers = {}
    for line in rest:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return first.split(" "), headers


def _wire(method: str, response: DemoResponse, close: bool) -> bytes:
    """Status line, headers and body; 204 and 304 have none (RFC 9110, 6.4.1)."""
    lines = [
        f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Unknown')}",
        "Server: mau",
    ]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if close:
        lines.append("Connection: close")
    if response.stream is not None:
        lines.append("Transfer-Encoding: chunked")
    elif response.status != 304:
        lines.append(f"Content-Length: {len(response.body)}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    if method == "HEAD" or response.status == 304 or response.stream is not None:
        return head
    return head + response.body
