"""WeChat Pay, APIv3 (pay.weixin.qq.com/doc/v3/merchant): Native payment, close, refund, notifications.

`adapter.py` is the channel; `signing.py` and `platform_keys.py` are also what the simulated gateway signs by.
"""
