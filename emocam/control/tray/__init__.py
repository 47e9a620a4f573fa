"""The tray icon: a small program of its own, which a run starts and which talks to its socket.

``attend`` is the run's side. Everything else is loaded by the tray's own process alone
(``python -m emocam.control.tray``): pystray, Pillow, and what the desktop brings. ``look``,
``menu``, ``notices`` and ``words`` are pure.
"""
