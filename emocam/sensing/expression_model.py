"""The expression model: a grey face in, eight probabilities out.

The contract is in models/README.md. A model that breaks it is refused before the camera is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.errors import ModelError
from emocam.expression import FER2013_LABELS, Expression
from emocam.sensing.litert import interpreter
from emocam.sensing.sources import Picture
from emocam.sidecar import Sidecar, load_sidecar, read_model

#: Half a step of an int8 output of probabilities; nothing is known of what is below.
_LEAST = 1 / 512
#: How far the outputs may be from a distribution: eight roundings and a little.
_TOLERANCE = 0.05
_REMEDY = "Convert the model as models/README.md says, or leave model.path empty"


class ExpressionModel:
    """One loaded and checked model.

    Args:
        path: the ``.tflite`` file, its sidecar beside it.

    Raises:
        ModelError: if the file or the sidecar cannot be used, or one does not fit the other.
    """

    def __init__(self, path: Path) -> None:
        self.sidecar: Sidecar = load_sidecar(path)
        self._name = f"the model {path}"
        self._interpreter = interpreter(read_model(path, self.sidecar.sha256), self._name)
        self._input = self._only_input()
        self._eight, self._seven = self._two_outputs()
        self._levels = self._table()
        self._try_out()

    @property
    def size(self) -> int:
        """S, side of the crop in pixels."""
        return self.sidecar.input_size

    def read(self, face: Picture) -> tuple[float, ...]:
        """The eight probabilities of a face, after the sidecar's temperature.

        Args:
            face: uint8 [S, S], grey.

        Returns:
            Eight numbers > 0 in the order of :class:`Expression`, with sum 1.
        """
        raw, _ = self._run(face)
        sharpened = np.log(np.maximum(raw, _LEAST)) / self.sidecar.temperature
        powers = np.exp(sharpened - sharpened.max())
        return tuple(float(power) for power in powers / powers.sum())

    def _run(self, face: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Both outputs as they are, float64 [8] and [7]."""
        self._interpreter.set_tensor(self._input["index"], self._levels[face][None, :, :, None])
        self._interpreter.invoke()
        return self._output(self._eight), self._output(self._seven)

    def _output(self, detail: dict[str, Any]) -> NDArray[np.float64]:
        values = self._interpreter.get_tensor(detail["index"])[0].astype(np.float64)
        if detail["dtype"] is np.float32:
            return np.asarray(values)
        scale, zero = detail["quantization"]
        return np.asarray((values - zero) * scale)

    def _table(self) -> NDArray[Any]:
        """The quantised value of each of the 256 grey levels."""
        scale, zero = self._input["quantization"]
        limits = np.iinfo(self._input["dtype"])
        levels = np.round(np.arange(256) / scale + zero)
        return np.asarray(levels.clip(limits.min, limits.max), self._input["dtype"])

    def _only_input(self) -> dict[str, Any]:
        details = self._interpreter.get_input_details()
        if len(details) != 1:
            raise self._misfit(f"has {len(details)} inputs instead of one")
        shape, size = [int(n) for n in details[0]["shape"]], self.sidecar.input_size
        if shape != [1, size, size, 1]:
            raise self._misfit(f"wants {shape}, its sidecar says {[1, size, size, 1]}")
        if details[0]["dtype"] not in (np.int8, np.uint8):
            raise self._misfit(f"wants {np.dtype(details[0]['dtype']).name}, not int8 or uint8")
        if details[0]["quantization"][0] <= 0:
            raise self._misfit("has an input without a scale")
        return dict(details[0])

    def _two_outputs(self) -> tuple[dict[str, Any], dict[str, Any]]:
        details = self._interpreter.get_output_details()
        by_shape = {tuple(int(n) for n in detail["shape"]): detail for detail in details}
        eight, seven = len(Expression), len(FER2013_LABELS)
        if len(details) != 2 or set(by_shape) != {(1, eight), (1, seven)}:
            shapes = ", ".join(str([int(n) for n in detail["shape"]]) for detail in details)
            raise self._misfit(f"gives {shapes} instead of [1, {eight}] and [1, {seven}]")
        for detail in details:
            quantised = detail["dtype"] in (np.int8, np.uint8) and detail["quantization"][0] > 0
            if not quantised and detail["dtype"] is not np.float32:
                raise self._misfit(f"has an output of type {np.dtype(detail['dtype']).name}")
        return by_shape[1, eight], by_shape[1, seven]

    def _try_out(self) -> None:
        """Read three made-up faces; this also warms the interpreter up."""
        slope = np.linspace(0, 255, self.size, dtype=np.uint8)
        for face in (
            np.full((self.size, self.size), 128, np.uint8),
            np.tile(slope, (self.size, 1)),
            np.tile(slope[::-1, None], (1, self.size)),
        ):
            try:
                outputs = self._run(face)
            except (RuntimeError, ValueError) as error:
                raise self._misfit(f"fails when it is run: {error}") from None
            for values in outputs:
                if (
                    not np.isfinite(values).all()
                    or values.min() < -_TOLERANCE
                    or abs(values.sum() - 1) > _TOLERANCE
                ):
                    shown = ", ".join(f"{value:.2f}" for value in values)
                    raise self._misfit(f"gives {shown}, which are no probabilities")

    def _misfit(self, what: str) -> ModelError:
        return ModelError(f"{self._name[0].upper()}{self._name[1:]} {what}", _REMEDY)
