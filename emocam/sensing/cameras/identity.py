"""What a camera is called for good: an identity that stands over reboots and renumbering.

::

    usb:046d:082d:8B2F6A1F#2@1-4
    │   │    │    │        │ └─ place: the port it is plugged into
    │   │    │    │        └─── function of the device, where it is not the first
    │   │    │    └──────────── serial number, where it states one
    │   └────┴───────────────── vendor and product
    └────────────────────────── bus; "platform", "pci" and "virtual" have other parts

What stands before the place is the camera itself. Whoever names it without the place means the
camera in any port; with it, of two of the same make, the one in that port.
"""

from __future__ import annotations

import re

_WINDOWS = re.compile(
    r"#vid_(?P<vendor>[0-9a-f]{4})&pid_(?P<product>[0-9a-f]{4})"
    r"(&mi_(?P<function>[0-9a-f]{2}))?#(?P<instance>[^#]+)#"
)


def usb_id(vendor: str, product: str, serial: str = "", function: str = "", place: str = "") -> str:
    """The identity of a camera on USB.

    Args:
        vendor, product: four hexadecimal digits each.
        serial: as the device states it; many state none, or one for a whole series.
        function: which of the device's cameras; empty for the first.
        place: the port.
    """
    text = f"usb:{vendor.lower()}:{product.lower()}"
    if serial := _clean(serial):
        text += f":{serial}"
    if function:
        text += f"#{function}"
    place = _clean(place, ".")
    return f"{text}@{place}" if place else text


def other_id(bus: str, name: str, function: str = "") -> str:
    """The identity of a camera that is on no USB."""
    text = f"{_clean(bus)}:{_clean(name)}"
    return f"{text}#{function}" if function else text


def windows_id(path: str) -> str:
    r"""The identity in a device path of Media Foundation.

    Windows puts a device's serial number where there is one, and else a number that it made of the
    port, which has ampersands: ``\\?\usb#vid_046d&pid_0825&mi_00#7&2b…&0&0000#{…}\global``.
    """
    match = _WINDOWS.search(path.lower())
    if match is None:
        body = path.removeprefix("\\\\?\\").partition("#{")[0]
        bus, _, rest = body.partition("#")
        return other_id(bus.lower(), rest) if rest else ""
    instance = match["instance"]
    serial, place = ("", instance) if "&" in instance else (instance, "")
    function = (match["function"] or "00").lstrip("0")
    return usb_id(match["vendor"], match["product"], serial, function, place)


def macos_id(unique: str, vendor: int | None, product: int | None) -> str:
    """The identity made of AVFoundation's uniqueID, which holds place and make of a USB camera."""
    if vendor and product:
        return usb_id(f"{vendor:04x}", f"{product:04x}", place=unique)
    return other_id("avfoundation", unique) if unique else ""


def without_place(identity: str) -> str:
    """The camera itself, wherever it is plugged in."""
    return identity.partition("@")[0]


def model(identity: str) -> str:
    """Make and model of a USB camera, which all of its kind have; empty for others."""
    found = re.match(r"usb:[^:#@]+:[^:#@]+", identity)
    return found[0] if found else ""


def _clean(text: str, more: str = "") -> str:
    """What may stand in an identity: no blanks, and none of its own signs or of a file's name."""
    return re.sub(rf"[^A-Za-z0-9_&{{}}{more}-]+", "_", text.strip()).strip("_")
