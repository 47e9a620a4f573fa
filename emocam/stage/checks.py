"""The answers of ``--list`` and ``--check``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from emocam.confinement import try_forbidden
from emocam.errors import EmoCamError, PackError
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.confined import give_up
from emocam.stage.sinks.base import check_virtual_camera, list_virtual_cameras, make_sink


def list_cameras() -> dict[str, Any]:
    """The virtual cameras of this machine; none where EmoCam knows none."""
    try:
        return {"virtual_cameras": list_virtual_cameras()}
    except EmoCamError:
        return {"virtual_cameras": []}


def check(settings: Settings) -> dict[str, Any]:
    """The checks of the virtual camera, the pack, and what surrounds the avatar."""
    try:
        results = check_virtual_camera(settings)
    except EmoCamError as error:
        results = [_result("virtual-camera-device", "problem", error.cause, error.remedy)]
    drawn = [check_pack(settings), check_composition(settings)]
    return {"checks": [*results, *drawn, check_confinement(settings)]}  # nothing works after that


def check_confinement(settings: Settings) -> dict[str, str]:
    """Confine this process as the running one is, then try what must not be possible."""
    try:
        sink = make_sink(settings)
    except EmoCamError as error:
        return _result("stage-confined", "warning", error.cause, error.remedy)
    own = {device.name for device in sink.devices()}
    others = [node for node in sorted(Path("/dev").glob("video*")) if node.name not in own]
    held = give_up(settings, sink).protections
    possible = [each.words for each in try_forbidden(others) if not each.in_force]
    missing = [each.words for each in held if not each.in_force]
    if not possible and not missing:
        words = ", ".join(each.words for each in held)
        summary = f"The stage is confined: {words}; tried on {len(others)} other cameras too"
        return _result("stage-confined", "ok", summary)
    return _result(
        "stage-confined",
        "warning",
        "The stage is not wholly confined: " + "; ".join([*missing, *possible]),
        "A kernel with Landlock (5.13 or newer) and libseccomp2 bring what is missing"
        if sys.platform == "linux"
        else "Nothing need be done: the stage opens no camera and no network here either",
    )


def check_composition(settings: Settings) -> dict[str, str]:
    """Whether background and name plate can be drawn as they are set."""
    from emocam.stage.composition import ground

    faults: list[EmoCamError] = []
    ground(settings, faults.append)
    if faults:
        return _result("composition", "warning", faults[0].cause, faults[0].remedy)
    return _result("composition", "ok", "The background and the name plate can be drawn")


def check_pack(settings: Settings) -> dict[str, str]:
    """Whether each picture of the pack can be drawn."""
    from emocam.stage.pack import find_pack
    from emocam.stage.render import draw_artwork

    try:
        pack = find_pack(settings.avatar.pack)
    except PackError as error:
        return _result("pack", "problem", error.cause, error.remedy)
    faults = []
    for picture in Picture:
        try:
            draw_artwork(pack.artwork(picture), 64)
        except PackError as error:
            faults.append((picture, error))
    if faults:
        names = ", ".join(picture for picture, _ in faults)
        return _result(
            "pack",
            "warning",
            f'The pack "{pack.name}" cannot show {names}: {faults[0][1].cause}',
            faults[0][1].remedy,
        )
    return _result("pack", "ok", f'The pack "{pack.name}" has all {len(Picture)} pictures')


def _result(name: str, status: str, summary: str, remedy: str = "") -> dict[str, str]:
    return {"id": name, "status": status, "summary": summary, "remedy": remedy}
