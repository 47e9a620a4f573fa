"""Teachers that are asked once: what they say of the unchanged pictures is kept in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.errors import ModelFileError
from training.models import Predictor, Probabilities

#: Pictures that a teacher is asked about again, to see that kept answers are its own.
_ASKED_AGAIN = 16


def committee(members: Sequence[Predictor]) -> Predictor:
    """Return the geometric mean of the members' answers, each to the face and its mirror image."""

    def ask(images: NDArray[np.uint8]) -> Probabilities:
        views = (images, np.ascontiguousarray(images[:, :, ::-1]))
        answers = [member(view) for member in members for view in views]
        return _geometric([a for a, _ in answers]), _geometric([b for _, b in answers])

    return ask


def _geometric(probabilities: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    mean = np.exp(np.mean([np.log(np.maximum(p, 1 / 512)) for p in probabilities], axis=0))
    return (mean / mean.sum(1, keepdims=True)).astype(np.float32)


def kept_answers(
    teacher: Predictor, images: NDArray[np.uint8], path: Path
) -> tuple[Tensor, Tensor]:
    """Ask a teacher once for all pictures, or read what it said from ``path``.

    Args:
        teacher: asked where there is no file yet.
        images: ``(n, s, s)`` uint8.
        path: the ``.npz`` of the answers.

    Returns:
        Probabilities ``(n, 8)`` and ``(n, 7)``, float32.

    Raises:
        ModelFileError: when the kept answers are for other pictures or of another teacher.
    """
    if not path.exists():
        first, second = teacher(images)
        np.savez(path, ferplus=first, fer2013=second)
        return torch.from_numpy(first), torch.from_numpy(second)
    with np.load(path) as kept:
        answers = torch.from_numpy(kept["ferplus"]), torch.from_numpy(kept["fer2013"])
    if len(answers[0]) != len(images):
        raise ModelFileError(
            f"{path} has answers for {len(answers[0])} pictures, not {len(images)}: it was made "
            "from other data. Use another --out folder."
        )
    again = torch.from_numpy(teacher(images[:_ASKED_AGAIN])[0])
    if not torch.allclose(again, answers[0][:_ASKED_AGAIN], atol=1e-3):
        raise ModelFileError(
            f"{path} has other answers than these teachers give to the first pictures: it was "
            "made from other teachers or other data. Use another --out folder."
        )
    return answers
