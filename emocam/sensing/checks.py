"""What ``emocam devices`` and ``emocam doctor`` ask of sensing. No frame is taken here."""

from __future__ import annotations

import sys
from typing import Any

from emocam.confinement import confine_calls, try_forbidden
from emocam.errors import CameraError, EmoCamError
from emocam.expression import SensorState
from emocam.sensing import cameras
from emocam.sensing.cameras.choice import offered, permitted
from emocam.sensing.cameras.users import EMOCAM
from emocam.sensing.confined import give_up_files
from emocam.sensing.sources.choose import choice_of, choose, names_a_file
from emocam.settings import Settings

_TROUBLE = {
    SensorState.BUSY: "Another program uses the webcam {name}{users}",
    SensorState.UNPLUGGED: "The webcam {name} gives no picture",
    SensorState.DENIED: "You may not open the webcam {name} ({path})",
}
_FREE = "The webcam {name} ({path}{id}) is there and free"
_OURS = "The webcam {name} ({path}{id}) is there, and EmoCam uses it now"


def list_cameras(settings: Settings) -> dict[str, Any]:
    """The answer to ``--list``: every webcam but EmoCam's own."""
    found = offered(cameras.platform().cameras(), settings.output.label)
    allowed = permitted(found, settings.camera.allowed)
    return {"cameras": [{**camera.to_dict(), "allowed": camera in allowed} for camera in found]}


def check(settings: Settings) -> dict[str, Any]:
    """The answer to ``--check``: camera and models, each with what mends it."""
    checks = [_check_camera(settings), _check_model(settings), _check_finder(settings)]
    if settings.attention.enabled or settings.attention.calibration:
        checks.append(_check_attention(settings))
    checks.append(_check_preview(settings))
    return {"checks": [*checks, _check_confinement(settings)]}  # that last: nothing works after it


def _check_camera(settings: Settings) -> dict[str, str]:
    source = settings.camera.source
    try:
        if names_a_file(settings):
            choose(settings)
            return _fine("camera", f"The recording {source} can be read")
        platform = cameras.platform()
        camera = choice_of(settings).find(platform.cameras(), platform.trouble)
    except CameraError as error:
        return _problem("camera", error)
    trouble = platform.trouble(camera)
    users = platform.users(camera) if trouble is SensorState.BUSY else []
    words = {
        "name": camera.name,
        "path": camera.path,
        "id": f", {camera.id}" if camera.id else "",
        "users": f": {', '.join(users)}" if users else "",
    }
    if trouble is None:
        return _fine("camera", _FREE.format(**words))
    if users == [EMOCAM]:
        return _fine("camera", _OURS.format(**words))
    texts = (_TROUBLE[trouble], platform.remedies[trouble])
    cause, remedy = (text.format(**words) for text in texts)
    return _problem("camera", CameraError(cause, remedy))


def _check_model(settings: Settings) -> dict[str, str]:
    from emocam.sensing.expression_model import ExpressionModel
    from emocam.sidecar import model_file

    try:
        model = ExpressionModel(model_file(settings.model.path))
    except EmoCamError as error:
        return _problem("model", error)
    about = model.sidecar
    return _fine("model", f"The expression model is {about.name}, version {about.version}")


def _check_finder(settings: Settings) -> dict[str, str]:
    from emocam.sensing.faces import open_finder

    try:
        open_finder(settings.face.finder, settings.face.confidence).close()
    except EmoCamError as error:
        return _problem("face-model", error)
    return _fine("face-model", f"The face detector runs in {settings.face.finder}")


def _check_attention(settings: Settings) -> dict[str, str]:
    from emocam.attention import Screen
    from emocam.sensing.attention.reader import AttentionReader

    try:
        AttentionReader(Screen.parse(settings.attention.calibration))
    except EmoCamError as error:
        return _problem("attention", error)
    return _fine("attention", "The models that read where you look can be used")


def _check_preview(settings: Settings) -> dict[str, str]:
    from emocam.sensing.preview.display import lack, nowhere

    if not settings.preview.allowed:
        return _fine("preview", "The preview is not allowed, by preview.allowed")
    if nowhere():
        return _fine("preview", "There is no display here, so there can be no preview")
    if (problem := lack()) is not None:
        return {**_problem("preview", problem), "status": "warning"}
    return _fine("preview", "The preview can be opened")


def _check_confinement(settings: Settings) -> dict[str, str]:
    """Confine this process as the running one is, then try what must not be possible."""
    confined = (give_up_files(settings), confine_calls())
    possible = [attempt.words for attempt in try_forbidden() if not attempt.in_force]
    missing = [protection.words for protection in confined if not protection.in_force]
    if not possible and not missing:
        words = ", ".join(protection.words for protection in confined)
        return _fine("sensing-confined", f"Sensing is confined: {words}; tried, and refused")
    return {
        "id": "sensing-confined",
        "status": "warning",
        "summary": "Sensing is not wholly confined: " + "; ".join([*missing, *possible]),
        "remedy": "A kernel with Landlock (5.13 or newer) and libseccomp2 bring what is missing"
        if sys.platform == "linux"
        else "Nothing need be done: EmoCam needs no network and writes no files here either",
    }


def _fine(name: str, summary: str) -> dict[str, str]:
    return {"id": name, "status": "ok", "summary": summary, "remedy": ""}


def _problem(name: str, error: EmoCamError) -> dict[str, str]:
    remedy = error.remedy or "Install EmoCam again"
    return {"id": name, "status": "problem", "summary": error.cause, "remedy": remedy}
