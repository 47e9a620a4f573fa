"""The local preview: what EmoCam sees, in a window of the sensing process itself.

So the pixels need not leave that process but for the user's own screen. On request and off by
default; nothing here is imported, and no Qt, where nobody asked (docs/preview.md).
"""
