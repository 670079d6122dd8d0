"""Reading a request's body with a bound."""

from starlette.requests import ClientDisconnect, Request


async def read_bounded(request: Request, most: int) -> bytes | None:
    """Return the whole body, None if it has more than `most` bytes or breaks off."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
