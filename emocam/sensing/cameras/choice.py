"""Which camera the settings mean. Pure: the cameras and what is wrong with each are passed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.cameras import Camera
from emocam.sensing.cameras.identity import model, without_place
from emocam.settings import NO_CAMERA

_REMEDY = "Plug in a webcam, or give a video or picture file as the camera"

#: Why a camera cannot be opened now, or None.
Trouble = Callable[[Camera], SensorState | None]


def offered(cameras: Sequence[Camera], own_label: str) -> list[Camera]:
    """The cameras that may be taken: all but EmoCam's own.

    Args:
        cameras: what the platform lists.
        own_label: the setting ``output.label``.
    """
    return [camera for camera in cameras if not is_own(camera, own_label)]


def permitted(cameras: Sequence[Camera], allowed: Sequence[str]) -> list[Camera]:
    """The cameras that the setting ``camera.allowed`` lets be opened: all where it is empty.

    Only whole names and ids count, these also without place or serial number: a number or a path
    is another camera's after the next boot. :data:`NO_CAMERA` is none's.
    """
    if not allowed:
        return list(cameras)
    words = {word.casefold() for word in allowed} - {NO_CAMERA}

    def is_allowed(camera: Camera) -> bool:
        named = {camera.name, camera.id, without_place(camera.id), model(camera.id)} - {""}
        return any(each.casefold() in words for each in named)

    return [camera for camera in cameras if is_allowed(camera)]


def is_own(camera: Camera, own_label: str) -> bool:
    """Whether it is the camera that EmoCam publishes: reading it would show EmoCam to itself."""
    # A label is cut to 31 bytes by v4l2loopback.
    return camera.name.strip().casefold() == own_label.strip().casefold()[:31]


class NotAllowedError(CameraError):
    """A webcam that is there, and that the setting ``camera.allowed`` keeps from being opened."""


class Choice:
    """The camera to take, chosen anew at each opening; it remembers the one before.

    Args:
        source: the setting ``camera.source``.
        prefer: the setting ``camera.prefer``, which counts where the source is "auto".
        own_label: the setting ``output.label``; that camera is never taken.
        allowed: the setting ``camera.allowed``; no other camera is ever taken, however it is named.
    """

    def __init__(
        self, source: str, prefer: Sequence[str], own_label: str, allowed: Sequence[str] = ()
    ) -> None:
        self._allowed = tuple(allowed)
        self._source = source
        self._prefer = tuple(prefer) if source == "auto" else ()
        self._own_label = own_label
        self._last: Camera | None = None
        self._failed: set[str] = set()

    def find(self, cameras: Sequence[Camera], trouble: Trouble) -> Camera:
        """The camera to open.

        Of the preferred ones that are there, the first that can be had is taken; where none can,
        the first, so that its trouble is told. A camera outside the list is taken only where none
        of the list is there.

        Raises:
            CameraError: if there is none; it lists what there is.
        """
        cameras, everything = permitted(cameras, self._allowed), cameras
        listed = self._listed(cameras)
        if listed:
            ranks = {each: (trouble(each) is not None, each.id in self._failed) for each in listed}
            found = min(listed, key=lambda each: ranks[each])
        else:
            found = self._resolved(cameras, everything)
        self._last = found
        return found

    def is_better(self, cameras: Sequence[Camera], trouble: Trouble, current: Camera) -> bool:
        """Whether a camera that is preferred to the current one can be had."""
        for camera in self._listed(permitted(cameras, self._allowed)):
            if camera.id == current.id and camera.path == current.path:
                return False
            if camera.id not in self._failed and trouble(camera) is None:
                return True
        return False

    def fails(self, camera: Camera) -> None:
        """It can be opened and is of no use; prefer another until :meth:`forgive`."""
        self._failed.add(camera.id)

    def forgive(self) -> None:
        """Cameras came or went: each may be as good as new."""
        self._failed.clear()

    def _resolved(self, cameras: Sequence[Camera], everything: Sequence[Camera]) -> Camera:
        """As :func:`resolve`; says so where the camera is there and not allowed.

        Raises:
            CameraError: if there is none.
            NotAllowedError: if there is one, which may not be opened.
        """
        try:
            return resolve(self._source, cameras, self._own_label, self._last)
        except CameraError as error:
            try:
                barred = resolve(self._source, everything, self._own_label, self._last)
            except CameraError:
                raise error from None
            if set(self._allowed) == {NO_CAMERA}:
                raise NotAllowedError(
                    f'The webcam "{barred.name}" may not be opened, nor any other (camera.allowed)',
                    '"emocam policy show" says why; a video or picture file can be read',
                ) from None
            usable = offered(cameras, self._own_label)
            raise NotAllowedError(
                f'The webcam "{barred.name}" may not be opened (camera.allowed)',
                f"Choose another: {_list(usable)}"
                if usable
                else f"Plug in one of these: {', '.join(self._allowed)}",
            ) from None

    def _listed(self, cameras: Sequence[Camera]) -> list[Camera]:
        """The preferred cameras that are there, best first."""
        usable = offered(cameras, self._own_label)
        found = [camera for word in self._prefer for camera in _fitting(word, usable)]
        return list(dict.fromkeys(found))


def resolve(
    source: str, cameras: Sequence[Camera], own_label: str, last: Camera | None = None
) -> Camera:
    """The one camera that ``camera.source`` means.

    Args:
        source: "auto", an identity with or without its place, an index, a device path, or a name
            (in any case; the whole name goes before a part of one).
        cameras: what the platform lists.
        own_label: the setting ``output.label``; that camera is never taken.
        last: what it meant before in this run. A number or a path goes on meaning that camera
            under its new number, and of several that fit it is the one.

    Raises:
        CameraError: if no camera or more than one fits; it lists what there is.
    """
    usable = offered(cameras, own_label)
    again = _again(last, usable)
    if source == "auto":
        return again or _automatic(usable)
    if last is not None and (source.isdecimal() or source.startswith("/dev/")):
        if again is not None:
            return again
        raise CameraError(f'The webcam "{last.name}" is gone', "Plug it in again")
    exact = _fitting(source, cameras, parts=False)
    found = offered(exact, own_label) if exact else _fitting(source, usable)
    if exact and not found:
        raise CameraError(
            f'"{source}" is EmoCam\'s own camera, which cannot also be its source',
            f"Choose another: {_list(usable)}" if usable else _REMEDY,
        )
    if again is not None and again in found:
        return again
    if len(found) == 1:
        return found[0]
    if found:
        raise CameraError(
            f'"{source}" fits more than one webcam: {_list(found)}', "Give its number, path or id"
        )
    raise CameraError(
        f'There is no webcam "{source}"',
        f"There is: {_list(usable)}" if usable else _REMEDY,
    )


def _automatic(usable: Sequence[Camera]) -> Camera:
    """The first camera with hardware behind it; what another program feeds must be named."""
    real = [camera for camera in usable if not camera.loopback]
    if real:
        return real[0]
    if usable:
        raise CameraError(
            f"There is no webcam but what other programs feed: {_list(usable)}",
            f'To use it, name it: --camera "{usable[0].name}"',
        )
    raise CameraError("There is no webcam", _REMEDY)


def _again(last: Camera | None, usable: Sequence[Camera]) -> Camera | None:
    """The same camera, in its old port or, where only one can be it, in another."""
    if last is None or not last.id:
        return next((camera for camera in usable if camera == last), None)
    same = [camera for camera in usable if camera.id == last.id]
    if len(same) != 1:
        # Two that state one identity are told apart by their path, as far as that goes.
        near = [camera for camera in same if camera.path == last.path]
        moved = [each for each in usable if without_place(each.id) == without_place(last.id)]
        same = near or same or (moved if len(moved) == 1 else [])
    return same[0] if same else None


def _fitting(word: str, cameras: Sequence[Camera], parts: bool = True) -> list[Camera]:
    """The cameras that a word means, by the first rule that finds any."""
    low = word.casefold()
    # /dev/v4l/by-id/... is a link to the node.
    real = os.path.realpath(word) if word.startswith("/") else word
    rules: list[Callable[[Camera], bool]] = [
        lambda camera: word.isdecimal() and camera.index == int(word),
        lambda camera: bool(camera.path) and camera.path in (word, real),
        lambda camera: bool(camera.id) and camera.id.casefold() == low,
        # Named without its port, or plugged into another one.
        lambda camera: ":" in low and without_place(camera.id).casefold() == without_place(low),
        lambda camera: camera.name.casefold() == low,
        lambda camera: parts and low in camera.name.casefold(),
    ]
    return next((hits for rule in rules if (hits := [each for each in cameras if rule(each)])), [])


def _list(cameras: Sequence[Camera]) -> str:
    return ", ".join(f'{camera.index} "{camera.name}" {camera.path}'.strip() for camera in cameras)
