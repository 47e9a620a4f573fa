"""Start from weights that are already there: a checkpoint, or an int8 TFLite file of this net.

A TFLite file holds convolutions with their normalisation folded in, as int8 with one scale per
filter. They are turned back into a trainable net: each filter is brought to the size that a fresh
one would have, and the normalisation after it is set, by one pass over real pictures, so that the
net computes what the file computes and can go on learning.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.errors import ModelFileError
from training.nets import PIXEL_SCALE, Block, ExpressionNet, NetConfig

#: Filters start at this share of a fresh filter's norm: weight decay has long shrunk theirs.
_NORM_SHARE = 0.6

#: What PyTorch raises for a file that is no checkpoint, or for one of other contents.
UNREADABLE = (
    AttributeError,
    EOFError,
    KeyError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
)

Pair = tuple[NDArray[np.float32], NDArray[np.float32]]


def load_weights(net: ExpressionNet, path: Path, pictures: Tensor) -> str:
    """Set the net's weights from a checkpoint (``.pt``) or an int8 file (``.tflite``).

    Args:
        net: the net to fill.
        path: where the weights are.
        pictures: ``(n, 1, s, s)`` float32 training pictures in 0..255, a few hundred.

    Returns:
        A sentence for the log: what was taken.

    Raises:
        ModelFileError: when the file is missing or does not fit the net.
    """
    if not path.exists():
        raise ModelFileError(f"{path} does not exist. Name a .pt checkpoint or a .tflite file.")
    if path.suffix == ".tflite":
        return _from_tflite(net, path, pictures)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        weights = dict(state.get("ema", state.get("net", state)))
    except UNREADABLE as error:
        raise ModelFileError(f"{path} is no checkpoint of `training fit`: {error}.") from error
    twin = [] if any(name.startswith("twin.") for name in weights) else _fresh_twin(net)
    try:
        net.load_state_dict(weights | dict(twin))
    except (RuntimeError, TypeError) as error:
        raise ModelFileError(f"{path} does not fit this net: {error}") from error
    return f"all weights from {path.name}" + (", with a twin that is new" if twin else "")


def _fresh_twin(net: ExpressionNet) -> list[tuple[str, Tensor]]:
    return [(name, v) for name, v in net.state_dict().items() if name.startswith("twin.")]


def folded_layers(path: Path) -> tuple[list[Pair], list[Pair]]:
    """Read the folded convolutions and the linear layers of an int8 file, in their order.

    Returns:
        Pairs of float32 weights (``(out, in, kh, kw)`` or ``(out, in)``) and biases ``(out,)``.

    Raises:
        ModelFileError: when it is no TFLite file, or its layers are of another kind.
    """
    try:
        convolutions, linear = _layers(path)
    except (ValueError, RuntimeError, IndexError, KeyError, TypeError) as error:
        raise ModelFileError(
            f"{path} cannot be a start: {error}. Name an int8 .tflite of `training quantise`."
        ) from error
    if len(convolutions) < 2:
        raise ModelFileError(
            f"{path} holds no net of this kind. Name an int8 .tflite of `training quantise`."
        )
    return convolutions, linear


def _layers(path: Path) -> tuple[list[Pair], list[Pair]]:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        str(path),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    details = {t["index"]: t for t in interpreter.get_tensor_details()}

    def real(index: int) -> NDArray[np.float32]:
        values = interpreter.get_tensor(index).astype(np.float32)
        quantised = details[index]["quantization_parameters"]
        scales, axis = quantised["scales"], quantised["quantized_dimension"]
        if len(scales) == 0:
            return values
        shape = [1] * values.ndim
        shape[axis if len(scales) > 1 else 0] = len(scales)
        zero = np.asarray(quantised["zero_points"], np.float32).reshape(shape)
        return (values - zero) * scales.reshape(shape).astype(np.float32)

    convolutions: list[Pair] = []
    linear: list[Pair] = []
    for op in interpreter._get_ops_details():
        inputs = [int(i) for i in op["inputs"]]
        if op["op_name"] == "CONV_2D":
            weights = real(inputs[1]).transpose(0, 3, 1, 2)
            convolutions.append((weights, real(inputs[2])))
        elif op["op_name"] == "DEPTHWISE_CONV_2D":
            # With one input channel, an ordinary convolution is written as a depthwise one.
            weights = real(inputs[1]).transpose(3, 0, 1, 2)
            convolutions.append((weights, real(inputs[2])))
        elif op["op_name"] == "FULLY_CONNECTED":
            linear.append((real(inputs[1]), real(inputs[2])))
    return convolutions, linear


def shape_of(convolutions: list[Pair]) -> NetConfig:
    """Find the net's shape from the folded convolutions of a file without a twin."""
    sizes = [(len(weights), weights.shape[-1]) for weights, _ in convolutions]
    widths, depths = [sizes[1][0]], [0]
    place = 2
    while place < len(sizes):
        # Two filters of 3x3 make a block; a shortcut of 1x1 after them begins a stage.
        shortcut = place + 2 < len(sizes) and sizes[place + 2][1] == 1
        if shortcut:
            widths.append(sizes[place][0])
            depths.append(0)
        depths[-1] += 1
        place += 3 if shortcut else 2
    return NetConfig(stem=sizes[0][0], widths=tuple(widths), depths=tuple(depths))


def _slots(net: ExpressionNet, twin: bool) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """List convolutions with their normalisations in the order in which an export writes them."""
    stem = list(net.stem)
    pairs: list[tuple[nn.Module, nn.Module]] = [(stem[0], stem[1]), (stem[3], stem[4])]
    blocks = list(cast(Iterable[Block], net.blocks))
    if twin and net.twin is not None:
        blocks += cast(Iterable[Block], net.twin.blocks)
    for block in blocks:
        pairs += [(block.conv1, block.norm1), (block.conv2, block.norm2)]
        if block.shortcut is not None:
            pairs.append((block.shortcut[0], block.shortcut[1]))
    return cast(list[tuple[nn.Conv2d, nn.BatchNorm2d]], pairs)


@torch.no_grad()
def _from_tflite(net: ExpressionNet, path: Path, pictures: Tensor) -> str:
    convolutions, linear = folded_layers(path)
    # The first filter sees pixels less the mean; this net divides by the scale as well.
    first, bias = convolutions[0]
    convolutions[0] = (first * PIXEL_SCALE, bias)
    hooks = []
    position = 0
    left_out = 0
    # A file without a twin has one pair of heads; a net's twin then stays as it is, fresh.
    twin = len(linear) > 2
    for conv, norm in _slots(net, twin):
        shape = tuple(conv.weight.shape)
        # A shallower net leaves out whole blocks: pairs that keep the number of channels.
        while position < len(convolutions) and convolutions[position][0].shape != shape:
            position += 1
            left_out += 1
        if position == len(convolutions):
            raise ModelFileError(
                f"{path} has no layer of the shape {shape} where the net needs one."
            )
        weights, bias = convolutions[position]
        position += 1
        hooks.append(_fill(conv, norm, torch.from_numpy(weights), torch.from_numpy(bias)))
    heads = [net.ferplus, net.fer2013]
    if twin and net.twin is not None:
        heads += [net.twin.ferplus, net.twin.fer2013]
    for head in heads:
        place = next((i for i, (w, _) in enumerate(linear) if w.shape == head.weight.shape), None)
        if place is None:
            raise ModelFileError(f"{path} has no head of {head.out_features} classes that fits.")
        w, b = linear.pop(place)
        head.weight.copy_(torch.from_numpy(w))
        head.bias.copy_(torch.from_numpy(b))
    net.eval()
    net(pictures)
    for hook in hooks:
        hook.remove()
    return f"{position - left_out} folded layers from {path.name}, {left_out} left out"


def _fill(
    conv: nn.Conv2d, norm: nn.BatchNorm2d, weights: Tensor, bias: Tensor
) -> torch.utils.hooks.RemovableHandle:
    fan_out = conv.out_channels * conv.kernel_size[0] * conv.kernel_size[1]
    fresh = math.sqrt(2 / fan_out * weights[0].numel())
    size = weights.flatten(1).norm(dim=1).clamp_min(1e-6)
    factor = _NORM_SHARE * fresh / size
    conv.weight.copy_(weights * factor.view(-1, 1, 1, 1))
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None

    def set_norm(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0]
        mean.copy_(x.mean((0, 2, 3)))
        variance.copy_(x.var((0, 2, 3)))
        norm.weight.copy_((variance + norm.eps).sqrt() / factor)
        norm.bias.copy_(bias + mean / factor)

    return norm.register_forward_pre_hook(set_norm)
