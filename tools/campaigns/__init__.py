"""The running kiosk broken for real, again and again: killed, and on a disk that fails. Then all books agree.

    python -m tools.campaigns kill --rounds 300     SIGKILL at a random moment of a whole visit
    python -m tools.campaigns money --rounds 100    SIGKILL while money is moving, also while it goes back
    python -m tools.campaigns screen --rounds 20    the same with the screen drawn by Qt in the same process
    python -m tools.campaigns disk --rounds 60      EIO and ENOSPC on the journal's files, by strace
    python -m tools.campaigns full --rounds 15      a file system of 24 MiB, filled up; by mount, as root
    python -m tools.campaigns leak --visits 5000    one process, visit after visit: memory, handles, threads,
                                                    objects; --of screen: the screen alone, --of kiosk: both
                                                    --hoard 1024 --hoard-objects 1: leaks it has to find

Exit code 1: some books do not agree; those machines are kept. One round again: --first N --rounds 1, with the
seed; where it is killed depends on the moment, too. --control: a disk that lies, which must be found.
What they found: docs/reliability.md.
"""
