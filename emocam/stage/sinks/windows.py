"""The virtual camera on Windows: UnityCapture under our own name, else OBS's camera.

Both are DirectShow filters, registered with regsvr32 in the registry's list of classes, once for
64-bit and once for 32-bit programs. Written to the documentation and source of pyvirtualcam 0.15
and of UnityCapture; not run on Windows yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emocam.stage.sinks.base import VideoFormat
from emocam.stage.sinks.faults import Fault
from emocam.stage.sinks.named import WATCHERS, NamedCamera, check_by_opening, result

OBS = "OBS Virtual Camera"
_VIDEO = VideoFormat(1280, 720, 30)
#: The default value of a key below HKEY_CLASSES_ROOT\\CLSID, as programs of so many bits see it;
#: None if there is no such key.
Registry = Callable[[str, int], str | None]

_OBS_CLASS = "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}"
#: As many cameras as UnityCapture's filter can stand for.
_UNITY_CAMERAS = 74


def unity_class(number: int, bits: int) -> str:
    """The class of UnityCapture's camera of this number in the filter for 32 or 64 bits."""
    offset = {64: 0x10, 32: 0x20}[bits]
    # The filter keeps the second place for itself.
    return f"{{5C2CD55C-92AD-4999-8666-912BD3E700{offset + number + bool(number):02X}}}"


def unity_names(registry: Registry, bits: int) -> list[str]:
    """The names under which UnityCapture is registered for programs of so many bits."""
    names = (registry(unity_class(number, bits), bits) for number in range(_UNITY_CAMERAS))
    return [name.strip() for name in names if name]


def register_command(label: str, bits: int) -> str:
    """What an administrator runs in the folder of the filter."""
    # A 64-bit Windows keeps the tools of 32-bit programs in SysWOW64.
    tool = "regsvr32" if bits == 64 else r"%SystemRoot%\SysWOW64\regsvr32"
    return f'{tool} UnityCaptureFilter{bits}bit.dll "/i:UnityCaptureName={label}"'


def _attempts(label: str) -> tuple[tuple[str, str], ...]:
    return (("unitycapture", label), ("obs", OBS))


class VirtualCamera(NamedCamera):
    """UnityCapture's camera with our label, or else "OBS Virtual Camera"."""

    def __init__(self, label: str, video: VideoFormat) -> None:
        remedies = {
            Fault.MODULE_MISSING: f"As administrator run: {register_command(label, 64)}; or "
            "install OBS Studio",
            Fault.TAKEN: "Stop the virtual camera in OBS Studio, which has only one, and close "
            f"other programs that write to it; or as administrator run: "
            f"{register_command(label, 64)}",
        }
        super().__init__(video, _attempts(label), remedies)


def list_cameras() -> list[dict[str, str]]:
    """The cameras that can be opened now; each is opened for a moment."""
    found = []
    for backend, name in _attempts("EmoCam"):
        camera = NamedCamera(_VIDEO, ((backend, name),), {Fault.MODULE_MISSING: ""})
        if check_by_opening(camera)["status"] == "ok":
            found.append({"path": name, "label": name, "backend": backend})
    return found


def checks(label: str) -> list[dict[str, str]]:
    """The checks of ``emocam doctor`` about the virtual camera."""
    opened = check_by_opening(VirtualCamera(label, _VIDEO))
    return [*filters(label, _registry), opened, WATCHERS]


def filters(label: str, registry: Registry) -> list[dict[str, str]]:
    """Which programs will list a camera, from what is registered."""
    own = {bits: label in unity_names(registry, bits) for bits in (64, 32)}
    obs = {bits: registry(_OBS_CLASS, bits) is not None for bits in (64, 32)}
    name = "virtual-camera-filter"
    if not own[64] and not obs[64]:
        return [
            result(
                name,
                "problem",
                f'No virtual camera is installed: neither UnityCapture as "{label}" nor OBS Studio',
                f"As administrator run: {register_command(label, 64)}; or install OBS Studio",
            )
        ]
    shown = label if own[64] else OBS
    found = [
        result(
            name,
            "ok",
            f'Programs list "{shown}"; those that ask Media Foundation only, such '
            "as the Camera app of Windows, do not",
        )
    ]
    if not own[64]:
        found.append(
            result(
                "virtual-camera-obs",
                "warning",
                f'UnityCapture has no camera "{label}", so OBS\'s only one is used, and OBS itself '
                "cannot use it meanwhile",
                f"As administrator run: {register_command(label, 64)}",
            )
        )
    if not (own[32] if own[64] else obs[32]):
        remedy = register_command(label, 32) if own[64] else "install OBS Studio again"
        found.append(
            result(
                "virtual-camera-32-bit",
                "warning",
                f'Programs of 32 bits do not list "{shown}"',
                f"If you use such a program, as administrator {'run: ' if own[64] else ''}{remedy}",
            )
        )
    return found


def _registry(name: str, bits: int) -> str | None:
    try:
        import winreg as registry
    except ImportError:  # another system, in a test
        return None
    return _read(registry, name, bits)


def _read(winreg: Any, name: str, bits: int) -> str | None:
    view = winreg.KEY_WOW64_64KEY if bits == 64 else winreg.KEY_WOW64_32KEY
    path = f"CLSID\\{name}"
    try:
        with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, path, 0, winreg.KEY_READ | view) as key:
            return str(winreg.QueryValueEx(key, "")[0])
    except OSError:
        return None
