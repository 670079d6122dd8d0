"""One file per command of the `kiosk` program; `kiosk/cli.py` puts them together."""
