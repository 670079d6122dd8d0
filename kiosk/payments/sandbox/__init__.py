"""The simulated payment gateway: as strict as the networks, ours to pay at and to break.

Each network (`wechat.py`, `alipay.py`, `unionpay.py`) is a function of request and time over the ledger;
`shell.py` puts them behind HTTP, `server.py` serves them, `keys.py` makes both sides' keys.
"""
