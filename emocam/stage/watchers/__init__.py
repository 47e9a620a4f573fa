"""What the stage can know of those who read EmoCam: one small interface, :class:`.base.Watchers`.

On Linux the driver tells, from v4l2loopback 0.12.8 on. On Windows and macOS the cameras of
UnityCapture and OBS do not tell the program that writes who reads them, and pyvirtualcam has no
call for it. Which programs they are control finds out: the stage cannot look at other processes.
"""
