"""The report: from session logs, or from a class's share files, to one page that needs no network.

A process of its own (``python -m emocam.report``), so that DuckDB, Ibis and Arrow are loaded here
and nowhere else. :mod:`.inputs` looks at the files, :mod:`.duck` and :mod:`.spark` read them,
:mod:`.analysis` is the one analysis of logs for both, :mod:`.timeline` what comes of it, and
:mod:`.page` draws. docs/report.md describes what is shown and how it is counted.
"""
