"""What lies in EmoCam.app: the property list, the launcher, and the LaunchAgent. Pure."""

from __future__ import annotations

import plistlib

#: Also the name of the LaunchAgent that `emocam login on` writes, and the domain of the policies.
IDENTIFIER = "org.emocam.emocam"

#: macOS shows this sentence when it asks for the camera (NSCameraUsageDescription).
CAMERA = "EmoCam reads your expression once a second and shows an emoji; no picture leaves it."

#: The hardened runtime, which notarisation asks for, refuses the camera and unsigned memory without
#: these (Apple, "Hardened Runtime"): the libffi of Python makes code at run time.
ENTITLEMENTS = {
    "com.apple.security.device.camera": True,
    "com.apple.security.cs.allow-unsigned-executable-memory": True,
}

LAUNCHER = """\
#!/bin/sh
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- run
exec "$here/Frameworks/Python.framework/Versions/3.11/bin/python3.11" -I -m emocam "$@"
"""


def property_list(version: str) -> bytes:
    """``Contents/Info.plist``.

    Args:
        version: of EmoCam.
    """
    return plistlib.dumps(
        {
            "CFBundleExecutable": "EmoCam",
            "CFBundleIconFile": "EmoCam",
            "CFBundleIdentifier": IDENTIFIER,
            "CFBundleName": "EmoCam",
            "CFBundlePackageType": "APPL",
            "CFBundleShortVersionString": version,
            "CFBundleVersion": version,
            "LSMinimumSystemVersion": "13.0",  # OBS's virtual camera needs it
            "LSUIElement": True,  # an icon in the menu bar, none in the Dock
            "NSCameraUsageDescription": CAMERA,
            "NSHumanReadableCopyright": "The EmoCam authors, GPL-2.0-or-later",
        }
    )


def launch_agent(application: str) -> bytes:
    """A LaunchAgent for all users of a machine, for /Library/LaunchAgents.

    It obeys the policy ``login.autostart``: without it the program ends at once.

    Args:
        application: path of EmoCam.app.
    """
    return plistlib.dumps(
        {
            "Label": f"{IDENTIFIER}.login",
            "ProgramArguments": [f"{application}/Contents/MacOS/EmoCam", "run", "--at-login"],
            "RunAtLoad": True,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Interactive",
        }
    )
