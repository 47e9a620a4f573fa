"""LiteRT, the one place where its interpreter is made."""

from __future__ import annotations

from typing import Any

from emocam.errors import ModelError


def interpreter(model: bytes, what: str) -> Any:
    """An interpreter on one thread with its tensors allocated.

    Args:
        model: the bytes of a ``.tflite`` file whose checksum was verified.
        what: the model's name in messages.

    Raises:
        ModelError: if neither library is installed, or the bytes are no model it can run.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        try:
            from tflite_runtime.interpreter import Interpreter  # its predecessor
        except ImportError as error:
            raise ModelError(
                f"LiteRT cannot be loaded: {error}", "Install it: pip install ai-edge-litert"
            ) from None
    try:
        made = Interpreter(model_content=model, num_threads=1)
        made.allocate_tensors()
    except (ValueError, RuntimeError, TypeError) as error:
        reason = str(error).strip().splitlines()
        raise ModelError(
            f"LiteRT refuses {what}: {reason[0] if reason else 'no reason given'}",
            "Convert the model again, or leave model.path empty",
        ) from None
    return made
