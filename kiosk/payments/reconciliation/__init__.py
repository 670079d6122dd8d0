"""The networks' daily bills against the journal: what a bill is, and where the two sides differ.

Pure: `bills.py` has the values and bounds that the networks' parsers share (`wechat/bill.py`,
`alipay/bill.py`, `unionpay/bill.py`), `matching.py` compares. `kiosk reconcile` acts on what is found.
"""
