"""The logic of technician mode: open cases, and what to do after a restart. No Qt, no terminal.

A command or a screen stands above it. Imports the runtime and what lies below.
"""
