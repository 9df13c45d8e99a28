"""A world that is served: uvicorn in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading

import uvicorn

from firsthandapi.sandbox.app import create_app
from firsthandapi.sandbox.connections import CuttableProtocol
from firsthandapi.sandbox.contract import contract
from firsthandapi.sandbox.control import Controls
from firsthandapi.sandbox.world import World


class Running:
    """A world, and the thread that serves it.

    Args:
        world: what is served; its `base_url` is set.
        listening: the socket on which.

    Attributes:
        world: as given.
        controls: what can be asked of it, in the loop.
        loop: the event loop of the thread.
    """

    def __init__(self, world: World, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        world.base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.world: World = world
        self.controls: Controls = Controls(world)
        config = uvicorn.Config(
            create_app(world, contract()),
            http=CuttableProtocol,
            loop="asyncio",
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._listening = listening
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="firsthandapi-sandbox", daemon=True
        )
        self._thread.start()
        self._ready.wait()

    async def _serve(self) -> None:
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        serving = asyncio.ensure_future(self._server.serve(sockets=[self._listening]))
        # Until it has started, uvicorn does not hear that it should stop.
        while not (self._server.started or serving.done()):
            await asyncio.sleep(0.001)
        self._ready.set()
        await serving

    def stop(self) -> None:
        """Answer what waits, and end the thread."""
        # Long polls are woken first: uvicorn waits for requests that are under way.
        self.loop.call_soon_threadsafe(self.world.stop)
        self._server.should_exit = True
        self._thread.join()
        self.world.close()
