"""Emoji packs from outside: read, judged and tried before anything of them is kept.

``limits`` says how much a pack may be. ``contents`` holds its files in memory, read from a folder
(``folder``) or a zip (``archive``) whose names pass ``names``. ``manifest`` reads ``pack.toml``,
``svg`` and ``raster`` judge the pictures, ``trial`` draws them in a process that may hang or burst,
``inspection`` puts all of it together, and ``store`` keeps what has passed. ``system`` is the pack
that is drawn from the machine's own emoji font; ``desk`` answers ``emocam packs``.
"""
