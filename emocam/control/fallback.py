"""A first try on a machine that lacks a webcam or a virtual camera."""

from __future__ import annotations

from pathlib import Path

from emocam.control.keeper import Say
from emocam.control.queries import cameras, checks
from emocam.settings import Settings


def fall_back(settings: Settings, recording: Path, say: Say) -> Settings:
    """Put a recording in the place of a missing webcam, a file in that of a missing camera.

    Args:
        settings: what was asked for; what it names explicitly is left alone.
        recording: the video to read where there is no webcam.
        say: is told what was missing and what stands in for it.

    Returns:
        The settings to run with.
    """
    if settings.output.target == "virtual":
        missing = [
            check
            for check in checks("emocam.stage", settings)
            if check.status == "problem" and check.id.startswith("virtual-camera")
        ]
        if missing:
            say(f'There is no virtual camera "{settings.output.label}" to publish on.')
            for check in missing:
                say(f"  {check.summary}. To mend it:\n    {check.remedy}")
            say("What it would show goes into a preview file instead.")
            settings = settings.replace("output.target", "preview")
    # What another program feeds is never taken but by name.
    if settings.camera.source == "auto" and all(
        each["loopback"] or not each["allowed"] for each in cameras(settings)
    ):
        say(f"There is no webcam on this machine; the recording {recording} stands in for it.")
        settings = settings.replace("camera.source", str(recording))
        if settings.output.target == "virtual":
            # Somebody wants to look at it in a meeting program for longer than the recording lasts.
            settings = settings.replace("camera.loop", True)
    return settings
