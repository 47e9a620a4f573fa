"""Models as functions from pictures to probabilities: int8 files and checkpoints alike."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from emocam.sidecar import SCHEMA, Sidecar, load_sidecar
from training.errors import ModelFileError
from training.labels import FER2013, FERPLUS

Probabilities = tuple[NDArray[np.float32], NDArray[np.float32]]
#: Maps ``(n, s, s)`` uint8 to probabilities ``(n, 8)`` in FER+ order and ``(n, 7)`` in FER2013's.
Predictor = Callable[[NDArray[np.uint8]], Probabilities]

#: Side of the square crop as a multiple of the larger side of the face box.
CROP_MARGIN = 1.15


def save_sidecar(sidecar: Sidecar, path: Path) -> None:
    """Write a sidecar as JSON, in the form that :mod:`emocam.sidecar` reads."""
    values = {"schema": SCHEMA, **asdict(sidecar)}
    if not sidecar.accuracy:
        del values["accuracy"], values["accuracy_data"]
    values |= {"labels": list(FERPLUS), "fer2013_labels": list(FER2013)}
    path.write_text(json.dumps(values, indent=2) + "\n")


def save_accuracy(model: Path, classes: Mapping[str, Any], data: str) -> None:
    """Write how often each FER+ class is read rightly into a model's sidecar.

    Args:
        model: the ``.tflite`` file.
        classes: ``classes.ferplus`` of ``evaluation.json``.
        data: what it was measured on.
    """
    path = model.with_suffix(".json")
    values = json.loads(path.read_text())
    read_so = [sum(row[i] for row in classes["confusion"]) for i in range(len(classes["labels"]))]
    values["accuracy_data"] = data
    values["accuracy"] = {
        label: {
            "rows": int(classes["rows"][i]),
            "recall": round(classes["recall"][i], 6),
            "precision": round(classes["precision"][i], 6) if read_so[i] else None,
        }
        for i, label in enumerate(classes["labels"])
        if classes["rows"][i]
    }
    path.write_text(json.dumps(values, indent=2) + "\n")


def sidecar_of(model: Path) -> Sidecar | None:
    """Return the sidecar beside a model, or None where there is none.

    Raises:
        emocam.errors.ModelError: when it is there but cannot be used.
    """
    return load_sidecar(model) if model.with_suffix(".json").exists() else None


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return sha256(path.read_bytes()).hexdigest()


def open_tflite(path: Path) -> Any:
    """Open a TFLite file for one thread and return its interpreter, tensors allocated.

    Raises:
        ModelFileError: when it is missing or no TFLite file.
    """
    from ai_edge_litert.interpreter import Interpreter

    if not path.exists():
        raise ModelFileError(f"{path} does not exist. Name a .tflite file.")
    try:
        interpreter = Interpreter(str(path), num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path} is no TFLite model: {error}.") from error
    return interpreter


class TfliteModel:
    """An int8 or float TFLite file, run on one thread by LiteRT."""

    def __init__(self, path: Path) -> None:
        """Load the file and check it against the contract.

        Raises:
            ModelFileError: when it is missing, unreadable or has other inputs and outputs.
        """
        self._interpreter = open_tflite(path)
        inputs = self._interpreter.get_input_details()
        shape = inputs[0]["shape"].tolist()
        if len(inputs) != 1 or len(shape) != 4 or shape[0] != 1 or shape[3] != 1:
            raise ModelFileError(f"{path} takes {shape}; [1, S, S, 1] is needed.")
        self._input = inputs[0]
        self.size = int(shape[1])
        outputs = {int(o["shape"][-1]): o for o in self._interpreter.get_output_details()}
        if set(outputs) != {8, 7}:
            raise ModelFileError(f"{path} has outputs of {sorted(outputs)}; 8 and 7 are needed.")
        self._outputs = outputs

    def __call__(self, images: NDArray[np.uint8]) -> Probabilities:
        """Return the probabilities of pictures ``(n, s, s)``, one invocation a picture."""
        first = np.empty((len(images), 8), np.float32)
        second = np.empty((len(images), 7), np.float32)
        for index, image in enumerate(tqdm(images, leave=False, disable=None)):
            self._interpreter.set_tensor(self._input["index"], self._quantised(image))
            self._interpreter.invoke()
            first[index] = self._real(8)
            second[index] = self._real(7)
        return first, second

    def milliseconds(self, images: NDArray[np.uint8], runs: int = 400) -> list[float]:
        """Time single invocations, input set and output read included, in milliseconds."""
        times = []
        for index in range(runs + 20):
            image = images[index % len(images)]
            began = time.perf_counter()
            self._interpreter.set_tensor(self._input["index"], self._quantised(image))
            self._interpreter.invoke()
            self._real(8)
            times.append(1e3 * (time.perf_counter() - began))
        return times[20:]

    def _quantised(self, image: NDArray[np.uint8]) -> NDArray[Any]:
        kind = self._input["dtype"]
        batch = image[None, :, :, None]
        if kind is np.float32:
            return batch.astype(np.float32)
        scale, zero = self._input["quantization"]
        limits = np.iinfo(kind)
        quantised = np.round(batch / scale) + zero
        return cast(NDArray[Any], quantised.clip(limits.min, limits.max).astype(kind))

    def _real(self, classes: int) -> NDArray[np.float32]:
        detail = self._outputs[classes]
        values = self._interpreter.get_tensor(detail["index"])[0].astype(np.float32)
        scale, zero = detail["quantization"]
        return values if scale == 0 else (values - zero) * np.float32(scale)


def load_predictor(path: Path) -> Predictor:
    """Return the predictor of a ``.tflite`` file or of a ``.pt`` checkpoint.

    Raises:
        ModelFileError: when the file does not exist or does not fit.
    """
    if path.suffix == ".tflite":
        return TfliteModel(path)
    from training.checkpoints import load_net
    from training.predicting import pick_device, predict

    device = pick_device()
    net = load_net(path).to(device)
    return lambda images: predict(net, images, device)
