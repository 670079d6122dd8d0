"""The scanner's end of a network cable: virtual time needs a line whose bytes are there at once."""

import asyncio


class FarEnd:
    """Serves one driver at a time; `received` is what the driver sent."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._connected = asyncio.Event()
        self.received = bytearray()
        self.port = 0

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def send(self, content: bytes) -> None:
        await self._connected.wait()
        assert self._writer is not None
        self._writer.write(content)
        await self._writer.drain()

    def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.hang_up()
        for _ in range(2):
            await asyncio.sleep(0)  # noqa: TID251 - aborted connections are closed in the loop's next turns

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._connected.set()
        try:
            while content := await reader.read(4096):
                self.received += content
        except OSError:
            return  # the driver has gone
        finally:
            writer.transport.abort()
