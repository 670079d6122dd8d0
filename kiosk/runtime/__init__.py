"""The only room that knows time, threads and the outside: carries out effects, journals, supervises.

`kiosk.py` is the machine as a whole; `snapshot.py` and `ports.py` are the doors for a screen or
anything else that sits in its place. Imports every room below, never `ui`.
"""
