"""From a checkpoint to an int8 TFLite file with its sidecar.

Post-training quantisation: weights int8 with a scale a filter, activations int8, ranges from
calibration on training faces. Input and output stay int8, as EmoCam's contract asks.

The ranges are the least and the greatest value seen on any calibration face. The quantiser's own
default, a moving average, follows the last twenty faces or so and cuts off what stood out in the
others (docs/model.md, "Ranges").
"""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from emocam.sidecar import Sidecar
from training.data import Faces
from training.judging import KEPT, choose
from training.models import CROP_MARGIN, TfliteModel, file_sha256, save_sidecar
from training.nets import ExpressionNet

LICENCE = (
    "GPL-2.0-or-later; trained on FER2013, whose pictures state no clear licence "
    "(see MODEL_CARD.md)"
)


#: How ranges follow from the calibration faces: least and greatest of all of them, or a moving
#: average (factor 0.95), in which the last faces weigh most.
RANGES = ("all", "average")


class Exported(nn.Module):
    """The net as it is exported: probabilities out and, if asked, a mirror inside."""

    def __init__(self, net: ExpressionNet, mirror: bool) -> None:
        """Wrap a trained net.

        Args:
            net: in eval mode.
            mirror: read the face and its mirror image and average the logits, so that the
                reading cannot depend on which side of the face moves; doubles the time. A net
                with a twin reads each with another of the two.
        """
        super().__init__()
        self.net = net
        self.mirror = mirror

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map ``(1, s, s, 1)`` float pixels in 0..255 to ``(1, 8)`` and ``(1, 7)``."""
        # One channel: NHWC and NCHW hold the same numbers in the same order.
        x = pixels.reshape(1, 1, pixels.shape[1], pixels.shape[2])
        if not self.mirror:
            first, second = self.net(x)
        elif self.net.twin is not None:
            both = self.net.shared(torch.cat([x, torch.flip(x, [3])]))
            (a, a7), (b, b7) = self.net.first(both[:1]), self.net.twin(both[1:])
            first, second = (a + b) / 2, (a7 + b7) / 2
        else:
            # One batch of two is a little faster than the net twice.
            first, second = self.net(torch.cat([x, torch.flip(x, [3])]))
            first, second = first.mean(0, keepdim=True), second.mean(0, keepdim=True)
        return first.softmax(1), second.softmax(1)


def calibration_pictures(faces: Faces, count: int, seed: int = 1) -> NDArray[np.float32]:
    """Choose training faces for calibration, ``(count, s, s, 1)`` float32.

    Two corner pixels are set to black and white: the quantiser learns the input's range from the
    pictures, and it must be the whole of 0..255 for bright faces not to be clipped.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(faces), min(count, len(faces)), replace=False)
    pictures = faces.images[chosen].astype(np.float32)
    pictures[:, 0, 0] = 0
    pictures[:, 0, -1] = 255
    return pictures[..., None]


def convert(net: ExpressionNet, size: int, mirror: bool) -> bytes:
    """Convert a net to a float TFLite file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import litert_torch

        model = Exported(net.eval(), mirror).eval()
        converted = litert_torch.convert(model, (torch.zeros(1, size, size, 1),))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "float.tflite"
            converted.export(str(path))
            return path.read_bytes()


def quantise(float_file: bytes, pictures: NDArray[np.float32], ranges: str = "all") -> bytes:
    """Quantise a float TFLite file to int8 with the ranges seen on the calibration pictures.

    Args:
        float_file: the file's content.
        pictures: ``(n, s, s, 1)`` float32 in 0..255.
        ranges: one of ``RANGES``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ai_edge_quantizer import calibrator, quantizer, recipe, recipe_manager
        from ai_edge_quantizer.utils.qsv_utils import min_max_update, moving_average_update

        update = min_max_update if ranges == "all" else moving_average_update
        static = recipe.static_wi8_ai8()
        plan = recipe_manager.RecipeManager()
        plan.load_quantization_recipe(static)
        seen = calibrator.Calibrator(float_file, num_threads=1, qsv_update_func=update)
        seen.calibrate({"serving_default": [{"args_0": p[None]} for p in pictures]}, plan)
        worker = quantizer.Quantizer(bytearray(float_file), static)
        return bytes(worker.quantize(seen.get_model_qsvs()).quantized_model)


@dataclass(frozen=True)
class Product:
    """A written model."""

    path: Path
    sidecar: Sidecar


def write_sidecar(
    model: Path, valid: Faces, name: str, version: str, licence: str = LICENCE, kept: float = KEPT
) -> Sidecar:
    """Choose temperature and meeting-safe threshold on ``valid`` and write the sidecar.

    Args:
        model: the int8 file.
        valid: faces with votes.
        name: for people.
        version: for people.
        licence: of the weights.
        kept: share of true negatives that must still show.
    """
    file = TfliteModel(model)
    temperature, threshold = choose(file(valid.images)[0], valid, kept)
    sidecar = Sidecar(
        name=name,
        version=version,
        input_size=file.size,
        sha256=file_sha256(model),
        temperature=temperature,
        negative_threshold=threshold,
        licence=licence,
        crop_margin=CROP_MARGIN,
    )
    save_sidecar(sidecar, model.with_suffix(".json"))
    return sidecar


def produce(
    net: ExpressionNet,
    faces: Faces,
    out: Path,
    mirror: bool,
    count: int,
    name: str,
    version: str,
    float_file: Path | None = None,
    ranges: str = "all",
) -> Product:
    """Convert, quantise, choose the sidecar's values on ``valid``, and write both files.

    Args:
        net: trained.
        faces: ``train`` to calibrate on, ``valid`` to choose on.
        out: the ``.tflite`` to write; the sidecar goes beside it.
        mirror: see :class:`Exported`.
        count: faces for calibration.
        name: for people.
        version: for people.
        float_file: where to keep the file before quantisation, if at all.
        ranges: one of ``RANGES``.
    """
    faces.part("valid")  # before the long work, not after it
    out.parent.mkdir(parents=True, exist_ok=True)
    if float_file is not None:
        float_file.parent.mkdir(parents=True, exist_ok=True)
    print("converting")
    converted = convert(net, faces.size, mirror)
    if float_file is not None:
        float_file.write_bytes(converted)
    print(f"calibrating on {count} training faces")
    int8 = quantise(converted, calibration_pictures(faces.part("train"), count), ranges)
    out.write_bytes(int8)
    print("choosing temperature and threshold on valid")
    return Product(out, write_sidecar(out, faces.part("valid"), name, version))
