"""A recorded lecture for its window: pictures or sound at the times that are asked for.

The window asks a child of the stage, because decoding videos lives here (PyAV), and because a child
can give up everything but the one file before it looks into that. It is asked for what is to be
seen or heard now and gives that, so nothing but the window has a clock, and a pause or a jump is
only another time that is asked for. Pictures and sound are given by a process each.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import av

from emocam.errors import OutputError, ProcessError
from emocam.frames import SOUND_RATE, Frame, fitting
from emocam.pipes import Inlet, Outlet
from emocam.wire import encode_message

#: A jump further forward than this, in seconds, is made by a key frame and not frame by frame.
_SKIP = 4.0
#: A larger picture is refused, in pixels: it would take more memory than a lecture is worth.
_LARGEST = 8192 * 4320
#: Things of a file that are decoded for one answer, at most; then it gives what it has.
_FRAMES = 3000
#: Bytes of a sample: two channels of 16 bits.
_SAMPLE = 4
#: Damaged places that are passed over, at most.
_DAMAGED = 1000

_REMEDY = "Give a video that players can open"


class Video:
    """An open video.

    Args:
        file: of it.
        path: of it, for messages.

    Raises:
        OutputError: if it is none that can be read.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._path = path
        try:
            # As an open file: a playlist has no folder or address to look for others in.
            self._container = av.open(file)
        except (av.FFmpegError, OSError) as error:
            raise self._unreadable(error) from None
        found = self._container.streams.video
        if not found or found[0].disposition & av.stream.Disposition.attached_pic:
            raise OutputError(f"{path} has no picture that moves", _REMEDY)
        self.pictures = found[0]
        self.sound = next(iter(self._container.streams.audio), None)
        width, height = self.pictures.width, self.pictures.height
        if not 0 < width * height <= _LARGEST:
            raise OutputError(f"{path} has pictures of {width}x{height}", _REMEDY)
        self.pictures.thread_type = "AUTO"
        self._start = (self._container.start_time or 0) / av.time_base

    def about(self) -> dict[str, Any]:
        """``seconds``, ``width``, ``height``, ``rate`` and ``sound``."""
        rate = self.pictures.average_rate or self.pictures.base_rate
        return {
            "type": "lecture",
            "seconds": self._length(),
            "width": self.pictures.width,
            "height": self.pictures.height,
            "rate": float(rate) if rate else 25.0,
            "sound": self.sound is not None,
        }

    def decode(self, stream: Any, at: float) -> Iterator[Any]:
        """What a stream has from the last place at or before a time on.

        Raises:
            OutputError: if the file cannot be read any more.
        """
        try:
            self._container.seek(int((at + self._start) * av.time_base), backward=True)
        except (av.FFmpegError, OSError):
            self._rewind()
        for _ in range(_DAMAGED):
            try:
                yield from self._container.decode(stream)
                return
            except av.InvalidDataError:
                continue  # a damaged place; behind it there may be more
            except (av.FFmpegError, OSError) as error:
                raise self._unreadable(error) from None

    def time(self, frame: Any) -> float | None:
        """A frame's time in seconds from the video's beginning; None if it has none."""
        return None if frame.time is None else frame.time - self._start

    def _length(self) -> float:
        """In seconds; where the file does not say, its packets are looked through."""
        if (length := self._container.duration) is not None:
            return float(length / av.time_base)
        last = 0.0
        with contextlib.suppress(av.FFmpegError, OSError):
            for packet in self._container.demux(self.pictures):
                if packet.pts is not None:
                    end = (packet.pts + (packet.duration or 0)) * packet.time_base
                    last = max(last, float(end) - self._start)
        self._rewind()
        return last

    def _rewind(self) -> None:
        try:
            self._container.seek(int(self._start * av.time_base))
        except (av.FFmpegError, OSError) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> OutputError:
        reason = getattr(error, "strerror", None) or str(error)
        return OutputError(f"{self._path} cannot be read: {reason}", _REMEDY)


class Pictures:
    """Gives the picture of a time.

    Args:
        video: open.
    """

    def __init__(self, video: Video) -> None:
        self._video = video
        self._frames: Iterator[Any] = iter(())
        self._shown: Any = None
        self._next: Any = None
        self._at = float("inf")

    def at(self, time: float, width: int, height: int) -> Frame:
        """The picture that is to be seen, made to fit; the last one behind the end.

        Args:
            time: in seconds.
            width, height: of the place where it is shown, in pixels.

        Raises:
            OutputError: if there is none.
        """
        if not self._at <= time < self._at + _SKIP:
            self._frames = self._video.decode(self._video.pictures, time)
            self._next = next(self._frames, None)
            self._shown = self._next or self._shown
        self._at = time
        for _ in range(_FRAMES):
            if self._next is None or (self._video.time(self._next) or 0.0) > time:
                break
            self._shown, self._next = self._next, next(self._frames, None)
        if self._shown is None:
            raise OutputError("The video has no picture that can be read", _REMEDY)
        wide, high = fitting(self._shown.width, self._shown.height, width, height)
        picture = self._shown.reformat(wide, high, "rgb24")
        plane = picture.planes[0]
        rows, line = memoryview(plane), 3 * wide
        step = plane.line_size
        pixels = b"".join(rows[y * step : y * step + line] for y in range(high))
        return Frame(wide, high, pixels)


class Sound:
    """Gives the sound from a time on: 16 bits, two channels, :data:`SOUND_RATE` a second.

    Args:
        video: open; it has sound.
    """

    def __init__(self, video: Video) -> None:
        self._video = video
        self._pieces: Iterator[bytes] = iter(())
        self._held = b""
        self._at = -1

    def at(self, first: int, count: int) -> bytes:
        """Samples; silence where there are none.

        Args:
            first: number of the first one from the beginning.
            count: how many.

        Returns:
            ``4 * count`` bytes: left and right, signed, little-endian.
        """
        if first != self._at:
            self._held, self._pieces = b"", self._decoded(first)
        self._at = first + count
        need = count * _SAMPLE
        for piece in self._pieces:
            self._held += piece
            if len(self._held) >= need:
                break
        given, self._held = self._held[:need], self._held[need:]
        return given.ljust(need, b"\0")

    def _decoded(self, first: int) -> Iterator[bytes]:
        resampler = av.AudioResampler("s16", "stereo", SOUND_RATE)
        place: int | None = None
        for frame in self._video.decode(self._video.sound, first / SOUND_RATE):
            time = self._video.time(frame)
            if place is None:
                place = round((time or 0.0) * SOUND_RATE)
                if place > first:  # it begins later than the picture
                    yield bytes(min(place - first, SOUND_RATE * 600) * _SAMPLE)
            for made in resampler.resample(frame):
                data = bytes(made.planes[0])[: made.samples * _SAMPLE]
                late = first - place
                place += made.samples
                yield data[max(late, 0) * _SAMPLE :]


def serve(
    file: BinaryIO, path: Path, message: dict[str, Any], inlet: Inlet, outlet: Outlet
) -> None:
    """Answer until the end of the questions: first a line about the video, then what is asked.

    Args:
        file: the video's.
        path: of it, for messages.
        message: the first; ``what`` is ``pictures`` or ``sound``.
        inlet: gives questions: ``at``, ``width``, ``height``, or ``first``, ``count``.
        outlet: takes the answers.

    Raises:
        OutputError: if the video cannot be read, or no longer.
        ProcessError: if what comes is no question.
    """
    video = Video(file, path)
    sound = message.get("what") == "sound"
    if sound and video.sound is None:
        raise OutputError(f"{path} has no sound", _REMEDY)
    outlet.send(encode_message(video.about()))
    pictures, sounds = Pictures(video), Sound(video)
    while (question := inlet.receive(None)) is not None:
        try:
            if sound:
                count = min(max(int(question["count"]), 1), SOUND_RATE)
                answer = sounds.at(max(int(question["first"]), 0), count)
            else:
                size = max(int(question["width"]), 2), max(int(question["height"]), 2)
                answer = pictures.at(max(float(question["at"]), 0.0), *size).encode()
        except (KeyError, TypeError, ValueError, OverflowError):
            raise ProcessError("What came is no question about a lecture") from None
        if not outlet.send(answer):
            return


def opened(message: dict[str, Any]) -> tuple[io.BufferedReader, Path]:
    """The file that a first message names.

    Raises:
        OutputError: if it cannot be opened.
    """
    path = Path(str(message.get("video", "")))
    try:
        if path.exists() and not path.is_file():
            raise OutputError(f"{path} is no file", _REMEDY)
        return path.open("rb"), path
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{path} cannot be read: {reason}", _REMEDY) from None
