"""What the native libraries must be told, before and after they are loaded."""

from __future__ import annotations

import os
import sys

#: Read by the libraries when they are loaded, so set before numpy and cv2 are imported.
ENVIRONMENT = {
    # One thread each: the work is small, and a second thread only costs memory and wake-ups.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Seconds until a camera that gives no frame counts as lost; OpenCV's own default is ten.
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "4",
    # A picture of a few megabytes can unpack to gigabytes; 64 megapixels are beyond any webcam.
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(64 << 20),
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    # A video file may be a playlist of addresses; FFmpeg must read files and nothing else.
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "protocol_whitelist;file",
    # Otherwise Media Foundation sets up hardware transforms at each opening of a camera, which
    # takes many seconds with some.
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "GLOG_minloglevel": "3",
}


_PR_SET_DUMPABLE = 4  # linux/prctl.h
#: The most memory of its own that sensing may take, in bytes: fifteen times what it needs. A leak
#: then ends this process, which is replaced, and not whatever the system chooses.
MEMORY = 1 << 30


def prepare() -> None:
    """Set the environment and forbid core dumps; call before anything native is imported."""
    os.environ.update(ENVIRONMENT)
    if sys.platform != "win32":
        import resource

        # A dump would hold the last frame. At 0 bytes Linux writes no file but still feeds a
        # dump to a program such as systemd-coredump; at 1 byte it does neither (core(5)).
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        if hard == resource.RLIM_INFINITY or hard >= 1:
            resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
        elif sys.platform == "linux":
            # Only root may raise a limit of 0; then the process as such is made undumpable.
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit_memory() -> None:
    """Make allocations beyond :data:`MEMORY` fail, where the system can (setrlimit(2))."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


#: A camera or file that fails while so many bytes can be had does not fail for want of memory.
_ENOUGH = 64 << 20


def need_memory() -> None:
    """Find out whether memory is used up: OpenCV calls that a camera that gives no pictures.

    Nothing is touched, so it costs no memory where there is some.

    Raises:
        MemoryError: if it is.
    """
    import numpy as np

    np.empty(_ENOUGH, np.uint8)


def settle() -> None:
    """Keep OpenCV on one thread; call once it can be imported."""
    import cv2

    cv2.setNumThreads(1)
    cv2.ocl.setUseOpenCL(False)
