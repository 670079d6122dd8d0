"""The applicant's screen: view values, thin Qt models, and the QML that draws them.

`main_window.run_screen` is the door. `views/` turns a snapshot into plain values and knows no Qt;
`models.py` and `screen.py` hand those values to QML and the applicant's taps to the runtime's port.
"""
