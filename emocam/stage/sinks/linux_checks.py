"""What ``emocam doctor`` asks about v4l2loopback, and the command that mends each answer."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from emocam.errors import OutputError
from emocam.stage.sinks import v4l2
from emocam.stage.sinks.linux_devices import MODULE, SYSFS, explain, find, load_command
from emocam.stage.watchers import usage

_MODULES = Path("/lib/modules")


def run(
    label: str, sysfs: Path = SYSFS, module: Path = MODULE, modules: Path = _MODULES
) -> list[dict[str, str]]:
    """The five checks, in the order in which problems are mended.

    A check that cannot be made before an earlier problem is mended is left out.
    """
    results = [_module(label, module, modules)]
    if results[0]["status"] == "problem":
        return results
    try:
        path = find(label, sysfs, module).path
    except OutputError as error:
        return [*results, _result("virtual-camera-device", "problem", error.cause, error.remedy)]
    results.append(_result("virtual-camera-device", "ok", f'{path} is called "{label}"'))
    try:
        capability = v4l2.query_path(path)
    except OSError as error:
        told = explain(error, path)
        return [
            *results,
            _result("virtual-camera-permission", "problem", told.cause, told.remedy),
        ]
    results.append(_result("virtual-camera-permission", "ok", f"You may write to {path}"))
    results.append(_options(label, path, capability))
    results.append(_watchers(path, module))
    return results


def _module(label: str, module: Path, modules: Path) -> dict[str, str]:
    if module.exists():
        version = f" {_version(module)}".rstrip()
        return _result("virtual-camera-module", "ok", f"v4l2loopback{version} is loaded")
    release = platform.release()
    if any((modules / release).rglob("v4l2loopback.ko*")):
        return _result(
            "virtual-camera-module",
            "problem",
            "v4l2loopback is installed but not loaded",
            load_command(label),
        )
    return _result(
        "virtual-camera-module",
        "problem",
        f"v4l2loopback is not installed for this kernel ({release})",
        f"sudo apt install v4l2loopback-dkms linux-headers-{release} && {load_command(label)}",
    )


def _version(module: Path) -> str:
    """The release; empty where the module does not say, as Debian 12's."""
    try:
        return (module / "version").read_text().strip()
    except OSError:
        return ""


def serves_one(version: str) -> bool:
    """Whether v4l2loopback of this release lets one program at a time stream: from 0.14 on."""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return numbers >= [0, 14]


def _options(label: str, path: str, capability: v4l2.Capability) -> dict[str, str]:
    # With exclusive_caps=1 a device is either a camera or an output, with 0 always both; 0.12.7 may
    # be both for a moment, between two writers, while somebody reads.
    if capability.output and capability.capture and not _exclusive_everywhere():
        return _result(
            "virtual-camera-options",
            "warning",
            f"{path} was made without exclusive_caps=1; Chrome, Edge and Teams do not list it",
            f"sudo modprobe -r v4l2loopback && {load_command(label)}",
        )
    return _result("virtual-camera-options", "ok", f"{path} has exclusive_caps=1")


def _watchers(path: str, module: Path) -> dict[str, str]:
    """What can be known of the programs that read the camera, on which ``camera.when`` depends."""
    name = "virtual-camera-watchers"
    try:
        with v4l2.opened(path) as descriptor:
            told = usage.is_told(descriptor)
    except OSError as error:
        return _result(name, "problem", explain(error, path).cause, explain(error, path).remedy)
    if told:
        one = "; it serves one program at a time" if serves_one(_version(module)) else ""
        return _result(name, "ok", f"v4l2loopback tells when a program reads the camera{one}")
    return _result(
        name,
        "ok",
        "This v4l2loopback does not tell when a program reads the camera. EmoCam sees which of "
        "your own programs do; those of other users and of root it cannot see",
        "If such a program reads the camera: emocam run --set camera.when=always, or v4l2loopback "
        "0.13 or later",
    )


def _exclusive_everywhere() -> bool:
    try:
        values = (MODULE / "parameters" / "exclusive_caps").read_text().strip().split(",")
    except OSError:
        return False
    count = sum(1 for _ in SYSFS.glob("video*"))
    return all(value == "Y" for value in values[:count])


def _result(name: str, status: str, summary: str, remedy: str = "") -> dict[str, str]:
    remedy = remedy.removeprefix("Run: ").replace("$USER", os.environ.get("USER") or "$USER")
    return {"id": name, "status": status, "summary": summary, "remedy": remedy}
