"""One file per family of effects: each function carries an effect out and returns its outcome event.

A performer never raises for what the outside can do; patience (how long, how often) is in
`runtime/patience.py`.
"""
