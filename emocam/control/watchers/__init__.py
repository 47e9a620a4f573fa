"""Which programs read EmoCam, as far as ``/proc`` shows it to this user; on Linux only.

The stage hears from the driver, where that tells, how many there are. It cannot look at other
processes itself: what it gave up (:mod:`emocam.confinement`) hides them from it.
"""
