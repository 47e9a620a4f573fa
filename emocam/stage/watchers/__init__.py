"""Who reads EmoCam: one small interface, :class:`.base.Watchers`, and a file for each platform.

Only Linux has one. On Windows and macOS the cameras of UnityCapture and OBS do not tell the program
that writes who reads them, and pyvirtualcam has no call for it.
"""
