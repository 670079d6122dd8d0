"""What stands in the machine: the scene with its cards and motions, and the devices before it.

`scene.py` is what is physically there and survives every crash; the other files are the device contracts
of one life of the program.
"""
