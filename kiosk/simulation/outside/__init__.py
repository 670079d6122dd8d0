"""What is outside the machine: networks, card terminal, purse reader and authority, with books of their own.

They outlive the program; `line.py` and `courier.py` carry messages there and back, late, doubled or never.
"""
