"""Short questions to the rooms that have the answer: which cameras there are, what is wrong.

Control itself may import neither OpenCV nor pyvirtualcam, so it asks a child and reads its JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from emocam.control.child import command
from emocam.errors import EmoCamError, ProcessError
from emocam.settings import Settings
from emocam.wire import encode_message

#: Seconds that a question may take; an emulated machine needs most of them.
TIMEOUT = 120.0
#: Seconds after which, and so often, whoever waits for an answer is told that it takes long.
_PATIENCE = 10.0

Status = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that ``emocam doctor`` looked at.

    Attributes:
        id: short name that stays the same from version to version.
        status: ``ok``, ``warning`` (works, but not as well as it could) or ``problem``.
        summary: what was found, as a sentence without a full stop.
        remedy: what mends it, a command where there is one; empty if nothing is wrong.
    """

    id: str
    status: Status
    summary: str
    remedy: str = ""

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


def ask(module: str, question: str, settings: Settings) -> dict[str, Any]:
    """The answer of a room to ``--list`` or ``--check``.

    Raises:
        ProcessError: if the child gives none.
    """
    return put(module, question, {"type": "configure", "settings": settings.to_dict()})


def put(
    module: str,
    question: str,
    message: Mapping[str, Any],
    timeout: float = TIMEOUT,
    waits: Callable[[float], None] = lambda seconds: None,
) -> dict[str, Any]:
    """The answer of a room to a question with a message.

    Args:
        module: of the room.
        question: the argument that asks it.
        message: goes with it.
        timeout: seconds that the answer may take.
        waits: called now and then with the seconds that it has taken so far.

    Raises:
        ProcessError: if the child gives none, or not in time.
    """
    began = time.monotonic()
    try:
        with subprocess.Popen(
            command(module, question),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            try:
                return _answer(_said(child, encode_message(message), began, timeout, waits))
            finally:
                child.kill()
    except subprocess.TimeoutExpired:
        raise _late(module, question, timeout) from None
    except (OSError, ValueError):
        raise _silent(module, question) from None


def _said(
    child: subprocess.Popen[bytes],
    message: bytes | None,
    began: float,
    timeout: float,
    waits: Callable[[float], None],
) -> bytes:
    """What a child says to a message; see :func:`put`."""
    while True:
        left = began + timeout - time.monotonic()
        try:
            return child.communicate(message, min(left, _PATIENCE))[0]
        except subprocess.TimeoutExpired:
            if left <= _PATIENCE:
                raise
            message = None  # it has it by now, or gets the rest of it
            waits(time.monotonic() - began)


async def trial(module: str, settings: Settings) -> list[Check]:
    """As :func:`checks`, in the event loop; whoever is cancelled meanwhile leaves no process."""
    question = "--check"
    message = {"type": "configure", "settings": settings.to_dict()}
    process = None
    try:
        process = await asyncio.create_subprocess_exec(
            *command(module, question),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        said = process.communicate(encode_message(message))
        return _checks(module, _answer((await asyncio.wait_for(said, TIMEOUT))[0]))
    except TimeoutError:
        return _checks(module, _late(module, question, TIMEOUT))
    except (OSError, ValueError):
        return _checks(module, _silent(module, question))
    finally:
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


def _answer(said: bytes) -> dict[str, Any]:
    """The answer that was said.

    Raises:
        ValueError: if that is none.
    """
    answer = json.loads(said)
    if not isinstance(answer, dict):
        raise ValueError
    return answer


def _late(module: str, question: str, timeout: float) -> ProcessError:
    return ProcessError(
        f"{module} {question} gave no answer within {timeout:g} seconds",
        "Try again when the machine is less busy",
    )


def _silent(module: str, question: str) -> ProcessError:
    return ProcessError(f"{module} {question} gave no answer", "Install EmoCam again")


def cameras(settings: Settings) -> list[dict[str, Any]]:
    """The webcams, EmoCam's own left out; each with ``index``, ``name`` and ``path``."""
    return list(ask("emocam.sensing", "--list", settings).get("cameras", ()))


def virtual_cameras(settings: Settings) -> list[dict[str, Any]]:
    """The virtual cameras that the stage could publish to."""
    return list(ask("emocam.stage", "--list", settings).get("virtual_cameras", ()))


def checks(module: str, settings: Settings) -> list[Check]:
    """The checks of a room; one that cannot answer is itself a problem."""
    try:
        return _checks(module, ask(module, "--check", settings))
    except EmoCamError as error:
        return _checks(module, error)


def _checks(module: str, answer: Mapping[str, Any] | EmoCamError) -> list[Check]:
    """The checks in an answer, or the one that there is none."""
    try:
        if not isinstance(answer, EmoCamError):
            return [Check(**each) for each in answer["checks"]]
        cause, remedy = answer.cause, answer.remedy
    except (KeyError, TypeError):
        cause, remedy = f"{module} answers nonsense", "Install EmoCam again"
    return [Check(module.rpartition(".")[2], "problem", cause, remedy)]
