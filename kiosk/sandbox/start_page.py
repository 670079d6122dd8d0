"""The sandbox's start page: what is here, with a link to each of its pages."""

from html import escape

from kiosk.domain.text import Text

_TITLE = Text("签注自助机沙箱", "Endorsement kiosk sandbox")
_INTRODUCTION = Text(
    "这里模拟支付网络和签发机关，仅供测试：不收钱，不签发任何证件。",
    "This simulates the payment networks and the issuing authority. For tests only: no money, no documents.",
)
_OTHER_LANGUAGE = Text("English", "中文")
_LINKS = (
    (
        "/authority",
        Text("签发机关：持证人、网上申请、故障", "Issuing authority: holders, applications, outages"),
    ),
    ("/pay", Text("付款人的手机：支付二维码", "The payer's phone: pay a QR code")),
)
_STYLE = """
body { font: 18px/1.6 "Noto Sans SC", sans-serif; margin: 3rem auto; max-width: 44rem; padding: 0 1rem;
       color: #1b2430; background: #f5f7fa; }
a { color: #14509b; } li { margin: .6rem 0; }
"""


def start_page(language: str) -> str:
    """Return the page in ``zh`` or ``en``."""
    code = "zh" if language.startswith("zh") else "en"
    links = "".join(
        f'<li><a href="{address}?lang={code}">{escape(text.in_language(code))}</a>'
        for address, text in _LINKS
    )
    title = escape(_TITLE.in_language(code))
    return (
        f'<!doctype html><html lang="{code}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{escape(_INTRODUCTION.in_language(code))}</p><ul>{links}</ul>"
        f'<p><a href="?lang={"en" if code == "zh" else "zh"}">'
        f"{escape(_OTHER_LANGUAGE.in_language(code))}</a></p></html>"
    )
