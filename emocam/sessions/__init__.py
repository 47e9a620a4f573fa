"""Session logs: what a user had read in the own face, kept on the own machine, and only when asked.

A log is an SQLite file (:mod:`.layout`), written by :mod:`.writer` and read by :mod:`.reader`;
:mod:`.store` is the folder of them. docs/sessions.md describes them. Pure Python and SQLite: run,
report and window import it, and it imports none of them.
"""
