"""Comparing the person in front of the machine with the chip's portrait.

From outside use `driver.WorkerFaceCamera`. Pictures, models and OpenCV live in a process of their own
(`worker.py`): it is ended at a deadline, it dies alone, and no picture ever enters the kiosk's own memory
but the small one for the screen. docs/camera-and-face.md.
"""
