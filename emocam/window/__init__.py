"""The window: a program of its own that the user opens, a client of the control socket.

``python -m emocam.window``, which ``emocam window`` and the tray's menu start. It sees no picture
of a camera: what others see is drawn for it by a stage of its own, from the scenes of the status.
"""
