"""The service on trial: boots a Debian 12 with its own systemd, installs the package, and breaks the kiosk.

    make installer
    sudo .venv/bin/python -m tools.service_trial [--package FILE] [--tree FOLDER] [--picture FILE]

Needs root on a Debian system, the packages debootstrap and systemd-container, and the archive the first
time (a tree of 1 GB in FOLDER; later trials take it as it is and leave nothing in it). The trial machine is
a container without a network: the host's screen, its services and its process 1 are not touched. The screen
is an X server in memory, in which cage draws; the seat is seatd's, which the kiosk reaches as on a machine.

Prints what was asked, what was seen and whether it is good. Exit code 0: all of it is; 1: not; 2: no trial.
"""
