"""Driver for card terminals that speak nexo Retailer 3.x in JSON over HTTP(S) (docs/card-and-purse.md).

`messages.py` builds and reads the messages, `blob.py` protects them, `line.py` is the connection and
`driver.py` the `CardTerminal` made of all three.
"""
