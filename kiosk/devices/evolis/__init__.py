"""Evolis card printers that rewrite cards, through their maker's SDK: the extra ``evolis``.

`sdk.py` is the only module that knows the SDK, `worker.py` keeps its blocking calls off the loop,
`driver.py` is the `CardPrinter` made of both. Nothing of the SDK is loaded before the first use.
"""
