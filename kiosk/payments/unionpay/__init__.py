"""UnionPay full-channel platform (全渠道, ACP) 5.1.0, QR product (open.unionpay.com): 主扫 01/07.

`adapter.py` is the channel; `signing.py` is also what the simulated gateway signs by.
"""
