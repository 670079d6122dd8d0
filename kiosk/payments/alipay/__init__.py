"""Alipay Open Platform, gateway version 1.0 ("v2", RSA2, opendocs.alipay.com): face-to-face precreate.

`adapter.py` is the channel; `signing.py` is also what the simulated gateway signs by.
"""
