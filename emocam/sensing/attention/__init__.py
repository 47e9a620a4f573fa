"""Where the people before the camera look; loaded only where the user has turned it on.

``landmarks`` runs the networks, ``pose`` finds head and line of sight, ``judge`` decides.
docs/attention.md has the method and what it was measured to do.
"""
