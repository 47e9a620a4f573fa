"""The lines on the control socket, as docs/control-socket.md describes them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emocam import __version__, errors
from emocam.control.limits import MAX_ANSWER, MAX_REQUEST
from emocam.errors import ControlError, EmoCamError

#: Grows when a client written for the number before would not be understood any more.
VERSION = 1

_MAX_ID = 64
_MAX_ARGUMENTS = 8


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks.

    Attributes:
        action: name of an action.
        arguments: by the names of its parameters.
        id: comes back with the answer; None if the client gave none.
    """

    action: str
    arguments: Mapping[str, str]
    id: int | str | None = None


def encode(message: Mapping[str, Any]) -> bytes:
    """A message as one line."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def hello(pid: int) -> dict[str, Any]:
    """The first line that a client gets."""
    return {"hello": "emocam", "protocol": VERSION, "version": __version__, "pid": pid}


def decode_request(line: bytes) -> Request:
    """The request in a line.

    Raises:
        ControlError: if it is none.
    """
    message = _object(line, MAX_REQUEST, "request")
    action, arguments, number = (message.get(key) for key in ("action", "arguments", "id"))
    if not isinstance(action, str):
        raise ControlError("A request names no action", "See docs/control-socket.md")
    if arguments is None:
        arguments = {}
    if (
        not isinstance(arguments, dict)
        or len(arguments) > _MAX_ARGUMENTS
        or not all(isinstance(value, str) for value in arguments.values())
    ):
        raise ControlError("The arguments of a request are no texts by name", "Give an object")
    fits = (
        number is None
        or (isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**53)
        or (isinstance(number, str) and len(number) <= _MAX_ID)
    )
    if not fits:
        raise ControlError("The id of a request is no short text and no number", "Give another")
    return Request(action, arguments, number)


def answer(number: int | str | None, result: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request that could be done."""
    return {"id": number, "ok": True, "result": result}


def refusal(number: int | str | None, error: EmoCamError) -> dict[str, Any]:
    """The answer to a request that could not be done."""
    about = {"kind": type(error).__name__, "cause": error.cause, "remedy": error.remedy}
    return {"id": number, "ok": False, "error": about}


def decode_answer(line: bytes) -> dict[str, Any]:
    """A line of the server.

    Raises:
        ControlError: if it is no JSON object.
    """
    return _object(line, MAX_ANSWER, "answer")


def stated(about: object) -> EmoCamError:
    """The error in a refusal."""
    if not isinstance(about, dict):
        return ControlError("EmoCam refused, and did not say why", "See what it printed")
    kind = getattr(errors, str(about.get("kind")), None)
    if not (isinstance(kind, type) and issubclass(kind, EmoCamError)):
        kind = ControlError
    return kind(str(about.get("cause", "EmoCam refused")), str(about.get("remedy", "")))


def _object(line: bytes, limit: int, what: str) -> dict[str, Any]:
    if len(line) > limit:
        raise ControlError(f"The {what} is over the limit of {limit} bytes", "Send less")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise ControlError(f"The {what} is not JSON", "Send one JSON object a line") from None
    if not isinstance(message, dict):
        raise ControlError(f"The {what} is not a JSON object", "Send one JSON object a line")
    return message
