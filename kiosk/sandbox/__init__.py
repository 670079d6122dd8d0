"""The whole sandbox as one server: simulated payment gateway and issuing authority, with their pages.

Serves `kiosk sandbox`, `kiosk run --simulate` and `kiosk visit` alike. `server.py` is the door.
"""
