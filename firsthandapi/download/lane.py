"""Many small files at once on one thread, for what nearly always happens: the file comes whole and is right.

A thread for each file costs more than a small file does: threads wait for each other at Python's lock, at every piece.
The *lane* asks for many on connections that do not block, and reads whatever has come. It makes one attempt for each
file. An attempt that ends in any other way is handed on with its *outcome*, as the first one, to the threads that know
what to do: retry, renew the link, or say why not.
"""

from __future__ import annotations

import io
import selectors
import socket
import ssl
import time
from collections import deque
from contextlib import suppress
from re import IGNORECASE, compile
from threading import Event, Thread
from typing import NamedTuple, Optional, Protocol

from .engine import REDIRECTS, Broken, Dialer, EngineError, lost
from .http1 import Answer, Malformed
from .item import CHUNK, Item
from .link import Place, split
from .receive import SLOW_BYTES, SLOW_SECONDS, Outcome, Wrong, refusal

HEAD = 8 * 1024
"""Bytes that the head of an answer may take."""
GLANCE = 0.2
"""Seconds after which connections that bring nothing are looked at."""
LENGTH = compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", IGNORECASE)
UNUSUAL = compile(rb"\r\n(?:transfer-encoding|content-encoding|connection:[^\r]*close)", IGNORECASE)


class Crew(Protocol):
    """Whom the lane works for."""

    def take(self, under_way: int) -> Optional[list[Item]]:
        """The next files, as many as may be under way beside those that are; None when nothing will ever come."""
        ...

    def hand_on(self, item: Item, outcome: Outcome) -> None:
        """A file that is not for the lane, with what became of its attempt, if that counts as one."""
        ...

    def save(self, item: Item, body: memoryview) -> None:
        """A file that came whole, to check and to write down: before its connection is used for the next one.

        So what a storage counts as delivered is never fetched again, whenever the process is killed.
        """
        ...

    def keep(self) -> None:
        """Now is the time to give names to the files that were saved."""
        ...


class Lane:
    """Works on the thread that calls `run`; `wake` may be called by any."""

    def __init__(self, dialer: Dialer, crew: Crew, timeout: float, stop: Event) -> None:
        self._dialer, self._crew, self._timeout, self._stop = dialer, crew, timeout, stop
        self._selector = selectors.DefaultSelector()
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._connections: set[_Connection] = set()
        self._idle: dict[Place, list[_Connection]] = {}
        self._dialed: deque[_Dialed] = deque()
        self._under_way = 0
        self._unsuited: set[Place] = set()
        """Places that answer in ways of their own, by redirects for example."""
        self._looked = 0.0

    @staticmethod
    def suits(item: Item) -> bool:
        """Whether a file is small, new, and proved by its hash. One without bytes need not be asked for."""
        small = item.size is not None and 0 < item.size <= CHUNK
        return small and item.sha256 is not None and item.known is None and item.part is None

    def wake(self) -> None:
        """There is something to take, or to stop for."""
        with suppress(OSError):  # it has been woken often enough, or is gone
            self._mouth.send(b"!")

    def run(self) -> None:
        """Work until nothing will ever come."""
        try:
            while not self._stop.is_set() and (files := self._crew.take(self._under_way)) is not None:
                for item in files:
                    self._begin(item)
                self._crew.keep()  # only now, when the storage has something to do meanwhile
                self._await()
        finally:
            self.close()

    def _begin(self, item: Item) -> None:
        """Ask for a file, on a connection that is there or on one that is made first."""
        try:
            place, target = split(item.url)
            asked = self._dialer.question(place, target)
        except (EngineError, ValueError):
            self._crew.hand_on(item, None)
            return
        if place in self._unsuited:
            self._crew.hand_on(item, None)
            return
        self._under_way += 1
        idle = self._idle.get(place)
        if idle:
            self._ask(idle.pop(), item, asked)
        else:
            try:
                Thread(target=self._dial, args=(place, item, asked), name="firsthandapi-dial", daemon=True).start()
            except RuntimeError:  # the system allows no more
                self._end(item, None)

    def _dial(self, place: Place, item: Item, asked: bytes) -> None:
        # On a thread of its own: names, proxies and TLS take their time, and the others need not wait for it.
        made: Optional[socket.socket] = None
        try:
            made = self._dialer.dial(place)
            made.setblocking(False)
        except Exception:  # noqa: S110 # the thread that the file is handed on to will meet the same error
            pass
        self._dialed.append(_Dialed(place, item, asked, made))
        if self._stop.is_set():
            self._drop_dialed()
        self.wake()

    def _take_dialed(self) -> None:
        while self._dialed:
            place, item, asked, made = self._dialed.popleft()
            if made is None:
                self._end(item, None)
                continue
            connection = _Connection(place, made)
            self._connections.add(connection)
            self._selector.register(made, selectors.EVENT_READ, connection)
            self._ask(connection, item, asked)

    def _ask(self, connection: _Connection, item: Item, asked: bytes) -> None:
        connection.expect(item)
        try:
            if connection.socket.send(asked) != len(asked):
                raise OSError("it takes no more")
        except OSError:
            self._lose(connection, "it was closed")

    def _await(self) -> None:
        """Read what comes next."""
        for key, _ in self._selector.select(GLANCE):
            connection: Optional[_Connection] = key.data
            if connection is None:
                with suppress(OSError):
                    self._ear.recv(CHUNK)
                self._take_dialed()
            else:
                self._read(connection)
        now = time.monotonic()
        if now - self._looked >= GLANCE:
            self._looked = now
            self._look(now)

    def _read(self, connection: _Connection) -> None:
        """Read what has come on a connection."""
        while True:
            try:
                got = connection.socket.recv_into(connection.view[connection.got :])
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            except OSError as error:
                self._lose(connection, lost(error))
                return
            if not got or connection.item is None:
                self._lose(connection, f"{connection.left} bytes before the end" if connection.end else "it was closed")
                return
            connection.got += got
            if not connection.end and not self._read_head(connection, connection.item):
                return
            if connection.end and connection.got >= connection.end:
                self._finish(connection, connection.item)
                return
            if not connection.is_tls:  # of TLS there may be more that the selector does not know of
                return

    def _read_head(self, connection: _Connection, item: Item) -> bool:
        """Look for the head of the answer; False if the file is not for the lane any more."""
        end = connection.buffer.find(b"\r\n\r\n", 0, connection.got)
        if end < 0:
            if connection.got >= HEAD:
                self._give_up(connection, None, unsuited=True)
            return connection.got < HEAD
        head = bytes(connection.view[: end + 2])
        length = LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200 ") or length is None or UNUSUAL.search(head):
            outcome = _refusal(head + b"\r\n")
            self._give_up(connection, outcome, unsuited=outcome is None)
            return False
        if int(length[1]) != item.size:
            self._give_up(connection, Wrong(f"{int(length[1])} bytes are announced, {item.size} were promised"))
            return False
        connection.begin, connection.end = end + 4, end + 4 + int(length[1])
        return True

    def _finish(self, connection: _Connection, item: Item) -> None:
        connection.item, connection.was_used = None, True
        if connection.got > connection.end:  # whatever follows was not asked for
            self._drop(connection)
        else:
            self._idle.setdefault(connection.place, []).append(connection)
        self._under_way -= 1
        item.attempts += 1
        self._crew.save(item, connection.view[connection.begin : connection.end])

    def _look(self, now: float) -> None:
        """Give up connections that have been silent or very slow for long."""
        for connection in list(self._connections):
            if connection.item is not None:
                connection.notice(now)
                if now - (connection.last if connection.end else connection.since) > self._timeout:
                    self._give_up(connection, Broken("the connection broke: timed out"))
                elif now - connection.since > SLOW_SECONDS and connection.got < SLOW_BYTES:
                    self._lose(connection, f"only {connection.got} bytes came in {SLOW_SECONDS:.0f} s")

    def _lose(self, connection: _Connection, reason: str) -> None:
        """A connection that broke. One that was closed while it lay idle says nothing about the file."""
        stale = connection.was_used and not connection.got
        self._give_up(connection, None if stale else Broken(f"the connection broke: {reason}"))

    def _give_up(self, connection: _Connection, outcome: Outcome, *, unsuited: bool = False) -> None:
        item = connection.item
        self._drop(connection)
        if unsuited:
            self._unsuited.add(connection.place)
        if item is not None:
            self._end(item, outcome)

    def _end(self, item: Item, outcome: Outcome) -> None:
        self._under_way -= 1
        item.attempts += outcome is not None
        self._crew.hand_on(item, outcome)

    def _drop(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        idle = self._idle.get(connection.place, [])
        if connection in idle:
            idle.remove(connection)
        self._selector.unregister(connection.socket)
        connection.socket.close()

    def _drop_dialed(self) -> None:
        with suppress(IndexError):
            while True:
                made = self._dialed.popleft().socket
                if made is not None:
                    made.close()

    def close(self) -> None:
        """Close all connections; `run` does so at its end."""
        for connection in list(self._connections):
            self._drop(connection)
        self._drop_dialed()
        self._selector.close()
        self._ear.close()
        self._mouth.close()


class _Dialed(NamedTuple):
    """A connection that was made for a file, or could not be."""

    place: Place
    item: Item
    asked: bytes
    socket: Optional[socket.socket]


class _Connection:
    """One connection, and the file that comes on it."""

    def __init__(self, place: Place, made: socket.socket) -> None:
        self.place, self.socket = place, made
        self.is_tls = isinstance(made, ssl.SSLSocket)
        self.was_used = False
        self.item: Optional[Item] = None
        self.buffer = bytearray()
        self.view = memoryview(self.buffer)
        self.got = self.begin = self.end = 0
        self.since = self.last = 0.0
        self._noticed: int = 0

    @property
    def left(self) -> int:
        """Bytes that are still to come, once the head is there."""
        return self.end - self.got

    def expect(self, item: Item) -> None:
        """Be ready for a file."""
        room = HEAD + (item.size or 0)
        if len(self.buffer) < room:
            self.buffer = bytearray(room)
            self.view = memoryview(self.buffer)
        self.item, self.got, self.begin, self.end = item, 0, 0, 0
        self.since = self.last = time.monotonic()
        self._noticed = 0

    def notice(self, now: float) -> None:
        """Note whether something came since it was last noticed."""
        if self.got != self._noticed:
            self._noticed, self.last = self.got, now


def _refusal(head: bytes) -> Outcome:
    """What an answer that is not the usual one means for the attempt; None where others understand it better."""
    try:
        answer = Answer(io.BytesIO(head))
    except (Malformed, EOFError):
        return None
    return None if answer.status in REDIRECTS else refusal(answer.status, answer.headers)
