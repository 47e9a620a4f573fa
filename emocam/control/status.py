"""What is going on in a run: as JSON for programs, as one screen for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emocam.attention import Attention
from emocam.control.watching import Watchers, printable
from emocam.expression import SensorState

Status = Mapping[str, Any]

#: What changes all the time, and is no news to somebody who watches.
_NO_NEWS = ("uptime", "rates", "protections")

_LOOKS = frozenset({SensorState.FACE, SensorState.NO_FACE, SensorState.COVERED})

#: Why a sensing process that is there has no camera open, or why it has one that is of no use.
_STATES = {
    SensorState.BUSY: "another program holds it",
    SensorState.UNPLUGGED: "it is not there",
    SensorState.DENIED: "you may not open it",
    SensorState.STALLED: "it gives no pictures",
    SensorState.UNUSABLE: "its pictures cannot be used",
    SensorState.ENDED: "the recording is over",
}
_ATTENTION: Mapping[object, str] = {
    Attention.SCREEN: ", looks at the screen",
    Attention.ELSEWHERE: ", looks elsewhere",
    Attention.CLOSED: ", eyes shut",
}
_HOW = {"event": "the driver tells", "holders": "as far as can be seen"}


def camera(
    process: int | None,
    state: SensorState | None,
    devices: Sequence[Mapping[str, str]] | None,
    *,
    paused: bool,
    wanted: bool,
    trouble: str = "",
) -> dict[str, Any]:
    """Whether the camera is open, and why.

    Args:
        process: number of the sensing process; None if there is none.
        state: of its last reading; None if there was none yet.
        devices: the cameras that it holds open, with ``path`` and ``name``; None if that cannot be
            seen here.
        paused: whether the user paused.
        wanted: whether there is to be a sensing process.
        trouble: why the last one went, if no other has worked since.

    Returns:
        ``open`` (whether it is), ``why``, ``devices`` and ``process``.
    """
    looks = state in _LOOKS
    # A recording is no device, and where devices cannot be seen the readings tell.
    is_open = process is not None and (bool(devices) or looks)
    if process is None and not wanted:
        why = "paused" if paused else "nobody watches"
    elif process is None or state is None or state is SensorState.STARTING:
        why = printable(trouble) or "it is being opened"
    else:
        why = "it is read" if looks else _STATES[state]
    seen = [dict(device) for device in devices or ()]
    return {"open": is_open, "why": why, "devices": seen, "process": process}


def essence(status: Status) -> dict[str, Any]:
    """What somebody who watches wants to hear of when it changes."""
    kept = {key: value for key, value in status.items() if key not in _NO_NEWS}
    if kept.get("session"):
        kept["session"] = kept["session"]["id"], kept["session"]["lecture"]
    if kept.get("read"):
        kept["read"] = {key: value for key, value in kept["read"].items() if key != "age"}
    return kept


def report(status: Status) -> str:
    """One screen for people."""
    rows = [
        ("mode", _mode(status)),
        ("watchers", watchers_in_words(status["watchers"])),
        ("camera", _camera(status["camera"])),
        ("preview", "open: the camera is shown on your screen" if status["preview"] else "closed"),
        ("read", _read(status["read"])),
        ("shown", ", ".join(status["shown"])),
        ("pack", status["pack"]),
        ("output", _output(status["output"])),
        ("rates", _rates(status["rates"])),
    ]
    head = f"EmoCam {status['version']}, process {status['pid']}, up {_span(status['uptime'])}"
    if status.get("session"):
        rows.insert(1, ("recording", _session(status["session"])))
    if status.get("lecture"):
        rows.insert(1, ("lecture", _lecture(status["lecture"])))
    lines = [head, *(f"  {name:12}{words}" for name, words in rows), "  protections"]
    for each in status["protections"]:
        mark = "ok" if each["in_force"] else "NO"
        lines.append(f"    {mark:4}{each['name']}: {each['words']}")
    return "\n".join(lines)


def sentence(status: Status) -> str:
    """One line for people: what holds after an action, or after a change."""
    is_open = "open" if status["camera"]["open"] else "closed"
    parts = [
        _mode(status).capitalize(),
        f"camera {is_open} ({status['camera']['why']})",
        *(["preview open"] if status["preview"] else []),
        f"showing {', '.join(status['shown'])}",
        f"watchers: {watchers_in_words(status['watchers'])}",
    ]
    if status.get("session"):
        parts.insert(0, "Recording your expressions")
    return "; ".join(parts)


def watchers_in_words(watchers: Mapping[str, Any]) -> str:
    """Such as ``2 programs: chromium, zoom (the driver tells)``."""
    known = Watchers(watchers["how"], watchers["count"], tuple(watchers["names"]))
    if known.count is None:
        return "cannot be known here"
    if known.count == 0:
        return "none"
    programs = "1 program" if known.count == 1 else f"{known.count} programs"
    names = f": {', '.join(known.names)}" if known.names else ""
    return f"{programs}{names} ({_HOW[known.how]})"


def _mode(status: Status) -> str:
    mode = str(status["mode"])
    return f"{mode}, and paused" if status["paused"] and mode != "paused" else mode


def _session(about: Mapping[str, Any]) -> str:
    rows = "1 row" if about["rows"] == 1 else f"{about['rows']} rows"
    return f"your expressions, in the session {about['id']}: {rows}"


def _lecture(about: Mapping[str, Any]) -> str:
    return f"{about['name']}, which {'plays' if about['playing'] else 'stands still'}"


def _camera(about: Mapping[str, Any]) -> str:
    devices = about["devices"]
    names = ", ".join(f"{each['name'] or 'a camera'} ({each['path']})" for each in devices)
    name = names or f'"{about["source"]}"'
    when = "" if about["when"] == "watched" else "; to be open always"
    return f"{name}: {'open' if about['open'] else 'closed'}, {about['why']}{when}"


def _read(read: Mapping[str, Any] | None) -> str:
    if read is None:
        return "nothing"
    people = [each or "not seen" for each in read["people"]]
    what = ", ".join(people) or read["state"].replace("_", " ")
    looks = _ATTENTION.get(read.get("attention"), "")
    return f"{what}{looks}, {read['age']:.1f} s ago"


def _output(output: Mapping[str, Any]) -> str:
    if output["state"] != "publishing":
        cause = f": {output['cause']}" if output["cause"] else ""
        return f"{output['state']}{cause}"
    size = f"{output['width']}x{output['height']} at {output['fps']} frames a second"
    label = f'"{output["label"]}" on ' if output["label"] else ""
    return f"{label}{output['device']}, {size}"


def _rates(rates: Mapping[str, Any]) -> str:
    looks, frames = (_number(rates[key]) for key in ("looks_per_second", "frames_per_second"))
    return (
        f"{looks} looks and {frames} frames a second; {rates['sensing_bytes']} bytes from sensing; "
        f"deaths: sensing {rates['sensing_deaths']}, stage {rates['stage_deaths']}"
    )


def _number(value: float | None) -> str:
    return "no" if value is None else f"{value:.1f}"


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
