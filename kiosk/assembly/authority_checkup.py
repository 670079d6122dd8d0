"""Looks at the issuing authority for the technician: settings, keys, and whether its service answers."""

import asyncio
from pathlib import Path

from kiosk.assembly.surroundings import Finding, Outcome
from kiosk.authority.settings import AuthoritySettingsInvalid, load_authority
from kiosk.clock import Clock
from kiosk.domain.text import Text

ASK_S = 8.0
"""How long the service may take to answer, seconds."""

_TITLE = Text("签发机关服务", "Issuing authority")
_GUIDE = Text("参见 docs/authority.md", "See docs/authority.md")
_ANSWER = Text(
    "检查网络和地址；请签发机关核对本机公钥",
    "Check network and address; have the authority check this machine's public key",
)


async def authority_finding(folder: Path, clock: Clock, *, simulate: bool) -> Finding:
    """Load the authority's settings and ask its service; what the sandbox makes is not asked.

    Args:
        folder: where the settings and keys lie.
    """
    if simulate:
        return Finding("authority", _TITLE, Outcome.OK, Text("沙箱", "the sandbox"))
    try:
        authority = await asyncio.to_thread(load_authority, folder, clock)
    except AuthoritySettingsInvalid as error:
        return Finding("authority", _TITLE, Outcome.MISSING, f"{folder}: {error}", _GUIDE)
    try:
        async with asyncio.timeout(ASK_S):
            answers = await authority.available()
    except TimeoutError:
        answers = False
    finally:
        await authority.aclose()
    if answers:
        return Finding("authority", _TITLE, Outcome.OK, Text("有应答", "answers"))
    return Finding("authority", _TITLE, Outcome.MISSING, Text("无应答", "does not answer"), _ANSWER)
