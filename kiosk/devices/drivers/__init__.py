"""The shipped drivers' entries: one folder per device, one file per driver, named as in the settings."""
