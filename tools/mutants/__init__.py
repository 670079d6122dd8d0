"""One line of the program at a time as a careless engineer could get it wrong: does anything catch it?

    python -m tools.mutants                         every mutant: first the worlds, then its tests
    python -m tools.mutants --only refund           those with the word in their name, file or sentence
    python -m tools.mutants --seeds 0-299 --jobs 2  more worlds, two mutants at a time
    python -m tools.mutants --write                 and write the table into docs/mutants.md

A mutant is applied to a copy of the tree, never to the tree itself. The copy as it is goes first: it has to
come through, or everything would seem to be caught. Exit code 0: all are caught; 1: some survive; 2: the
options make no sense, or the tree is broken without any mutant; 130: ended by Ctrl-C.

The mutants stand in `*.toml` beside this file: a sentence, the file, its text and the careless one, and the
tests that have to catch it where no world does.
"""
