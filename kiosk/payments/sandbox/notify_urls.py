"""Which addresses a notification may be sent to: https anywhere, plain http on this machine only."""

from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST = 255


def is_notify_url(url: str) -> bool:
    """Return whether a network would take the address (the sandbox takes plain http to this machine too)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or not url.isascii() or len(url) > _LONGEST:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def is_own_machine(url: str) -> bool:
    """Return whether the sandbox delivers there: it never calls out of this machine."""
    return is_notify_url(url) and urlsplit(url).hostname in _LOOPBACK
