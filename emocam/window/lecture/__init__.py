"""A recorded lecture beside one's own avatar: ``python -m emocam.window.lecture``."""
