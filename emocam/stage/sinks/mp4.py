"""An MP4 file through PyAV, playable whatever happens to the process that writes it.

While it grows the file is a fragmented MP4, a fragment a second; on a clean end it becomes an
ordinary one (libavformat's hybrid mode), which every player can seek in. After a kill at most the
last second is missing.

The file is opened by :meth:`Mp4Sink.prepare`, before the process gives up making files, and
libavformat writes into what is open.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from emocam.errors import OutputError
from emocam.stage.colour import Bytes, planes
from emocam.stage.sinks.base import Sink, VideoFormat

#: Slots that were left out are filled with the frame before, up to so many seconds; a longer gap
#: becomes one long frame.
_FILL = 2
#: After a disk was full, go on only when it has so many bytes free again: no trail of empty files.
_ROOM = 32 << 20
#: AVColorSpace, AVColorPrimaries, AVColorTransferCharacteristic and AVColorRange: BT.601 for
#: 525-line systems (SMPTE 170M), limited range.
_SMPTE170M = 6
#: What PyAV raises; the last where an error of ours has come up before.
_FAULTS = (OSError, ValueError, RuntimeError)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_LIMITED = 1


class _File:
    """A new file as PyAV wants it.

    Args:
        path: what is there is replaced.

    Raises:
        OSError: if it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.error: OSError | None = None
        """What went wrong first, which PyAV tells once; later on it says that something did."""
        self._descriptor = os.open(path, _NEW, 0o666)

    def write(self, data: bytes) -> int:
        """All of it, or an error; libavformat asks for nothing in between."""
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            self.error = self.error or error
            raise
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return self.seek(0, os.SEEK_CUR)

    def let_go(self) -> None:
        """Not named "close", which PyAV would call itself."""
        os.close(self._descriptor)


class Mp4Sink(Sink):
    """H.264 in MP4 at a constant frame rate.

    Args:
        path: the file; it is replaced if ``restart`` is 0 and never otherwise.
        video: size and rate.
        restart: with n > 0 the file is ``NAME-n.mp4``, or the next free number.
    """

    def __init__(self, path: Path, video: VideoFormat, restart: int = 0) -> None:
        self._base = path
        self._video = video
        self._restart = restart
        self._container: Any = None
        self._stream: Any = None
        self._frame: Any = None
        self._file: _File | None = None
        self._path: Path | None = None
        self._last = -1
        self.can_wait = False
        self._follows = restart > 0
        self._wary = False  # whether room is looked for first

    @property
    def device(self) -> str | None:
        """Where frames go now; None while closed."""
        return None if self._path is None else str(self._path)

    def makes_file(self) -> bool:
        """Whether none is open, and there is room for one; see :meth:`.Sink.makes_file`."""
        return self._file is None and self._has_room()

    def prepare(self) -> None:
        """Open the file; see :meth:`.Sink.prepare`."""
        if self._file is not None:
            return
        path = self._free_path()
        try:
            self._file = _File(path)
        except (OSError, ValueError) as error:
            raise self._explain(error, path) from None
        self._restart += 1  # another open of this run must not replace the file

    def open(self) -> None:
        """Get ready; see :meth:`.Sink.open`."""
        import av

        if not self._has_room():
            raise self._explain(OSError(errno.ENOSPC, "full"), self._base)
        self.prepare()
        assert self._file is not None
        path, video = self._file.path, self._video
        try:
            # hybrid_fragmented: an ordinary file after a clean end, a fragmented one until then.
            self._container = av.open(
                self._file,
                "w",
                format="mp4",
                options={"movflags": "hybrid_fragmented+frag_keyframe", "flush_packets": "1"},
            )
            stream = self._container.add_stream("libx264", rate=video.fps)
            stream.width, stream.height = video.width, video.height
            stream.pix_fmt = "yuv420p"
            # No look-ahead: a frame is in the file soon after it was shown, and memory stays small.
            stream.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "20"}
            context = stream.codec_context
            context.gop_size = video.fps
            context.thread_count = 1
            context.colorspace = context.color_primaries = context.color_trc = _SMPTE170M
            context.color_range = _LIMITED
            self._stream = stream
            self._container.start_encoding()
        except _FAULTS as error:
            fault = self._file.error or error
            self.close()
            raise self._explain(fault, path) from None
        self._frame = av.VideoFrame(video.width, video.height, "yuv420p")
        self._frame.colorspace = self._frame.color_primaries = self._frame.color_trc = _SMPTE170M
        self._frame.color_range = _LIMITED
        self._path = path
        self._last = -1
        self._wary = True

    def send(self, frame: Bytes, slot: int) -> None:
        """Hand over a frame; see :meth:`.Sink.send`."""
        gap = slot - self._last - 1
        if self._last >= 0 and 0 < gap <= _FILL * self._video.fps:
            for missing in range(self._last + 1, slot):
                self._encode(missing)
        self._load(frame)
        self._encode(slot)
        self._last = slot

    def close(self) -> None:
        """Release everything; see :meth:`.Sink.close`."""
        container, self._container = self._container, None
        file, self._file = self._file, None
        if container is not None:
            with contextlib.suppress(*_FAULTS):  # what was written stays playable
                if self._path is not None:  # else it never opened in full
                    for packet in self._stream.encode(None):
                        container.mux(packet)
                container.close()
        self._stream = self._frame = self._path = None
        if file is not None:
            file.let_go()

    def _load(self, frame: Bytes) -> None:
        video = self._video
        for plane, source in zip(
            self._frame.planes, planes(frame, video.width, video.height), strict=True
        ):
            target = np.frombuffer(plane, np.uint8).reshape(source.shape[0], plane.line_size)
            target[:, : source.shape[1]] = source

    def _encode(self, slot: int) -> None:
        self._frame.pts = slot
        self._frame.time_base = self._stream.codec_context.time_base
        try:
            for packet in self._stream.encode(self._frame):
                self._container.mux(packet)
        except _FAULTS as error:
            fault = (self._file and self._file.error) or error
            raise self._explain(fault, self._path or self._base) from None

    def _has_room(self) -> bool:
        return not self._wary or shutil.disk_usage(self._base.absolute().parent).free >= _ROOM

    def _free_path(self) -> Path:
        if self._restart == 0:
            return self._base
        number = self._restart
        while (path := self._base.with_stem(f"{self._base.stem}-{number}")).exists():
            number += 1
        return path

    def _explain(self, error: Exception, path: Path) -> OutputError:
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EDQUOT):
            # Where a run has written a file before, it waits for room for the next one.
            self._wary, self.can_wait = True, self._follows
            return OutputError(
                f"The disk with {self._base} is full", "Make room; EmoCam goes on in a new file"
            )
        if number in (errno.EACCES, errno.EPERM, errno.EROFS):
            return OutputError(f"You may not write to {path}", "Choose another file for --output")
        if number == errno.ENOENT:
            return OutputError(
                f"The folder of {path} does not exist", "Make the folder or choose another file"
            )
        if number == errno.EISDIR:
            return OutputError(f"{path} is a folder", "Choose another file for --output")
        reason = getattr(error, "strerror", None) or str(error)
        return OutputError(f"{path} cannot be written: {reason:.200}", "Choose another file")
