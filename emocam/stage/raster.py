"""Pixels: thorvg draws on a piece of the background.

thorvg is a renderer in C++ that is called through ctypes, so Python's lock is free while it draws.
It is given SVG text that :mod:`emocam.stage.vector` wrote, and pixels; no file and no font.
One thread at a time may draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import thorvg_python as thorvg

from emocam.errors import PackError
from emocam.stage.colour import Bytes

#: The length of SVG text is rounded up to so many bytes: the binding makes a type for each length
#: and never forgets one.
_GRAIN = 4096


@dataclass(frozen=True, slots=True)
class Layer:
    """Something to draw.

    Attributes:
        source: SVG text, or RGBA pixels: straight alpha, uint8, shape (H, W, 4), contiguous.
        scale: from the source's units to pixels.
        left, top: where the source's origin comes to lie, in pixels.
        opacity: 0..1.
    """

    source: str | Bytes
    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0
    opacity: float = 1.0


class Easel:
    """Draws pictures of one size; the memory is kept from one to the next.

    Args:
        width, height: in pixels, > 0.
    """

    _engine: Any = None

    def __init__(self, width: int, height: int) -> None:
        if Easel._engine is None:
            Easel._engine = thorvg.Engine(threads=0)
        self._canvas: Any = thorvg.SwCanvas(Easel._engine, thorvg.EngineOption.NONE)
        self._canvas.set_target(width, height, width, thorvg.Colorspace.ABGR8888)
        pixels = np.frombuffer(self._canvas.buffer_arr, np.uint8)
        self._pixels: Bytes = pixels.reshape(height, width, 4)

    def close(self) -> None:
        """Give the memory back; the easel cannot be used afterwards."""
        if self._canvas is not None:
            self._canvas.destroy()
            self._canvas = None

    def draw(self, ground: Bytes, layers: Sequence[Layer]) -> Bytes:
        """Draw layers on a ground.

        Args:
            ground: what lies below: RGBX with X = 255, or zeros for a transparent picture; uint8,
                shape (height, width, 4).
            layers: the lowest first.

        Returns:
            RGBA with premultiplied alpha, uint8, shape (height, width, 4): the easel's own memory,
            valid until the next call.

        Raises:
            PackError: if a layer cannot be drawn.
        """
        np.copyto(self._pixels, ground)
        try:
            for layer in layers:
                self._add(layer)
            results = (self._canvas.update(), self._canvas.draw(False), self._canvas.sync())
            if layers and any(result != thorvg.Result.SUCCESS for result in results):
                raise PackError(f"A picture cannot be drawn: {max(results).name}", "Mend it")
        finally:
            self._canvas.remove(None)
        return self._pixels

    def _add(self, layer: Layer) -> None:
        picture = thorvg.Picture(Easel._engine)
        if isinstance(layer.source, str):
            data = layer.source.encode()
            data = data.ljust(-(-len(data) // _GRAIN) * _GRAIN)
            result = picture.load_data(data, "svg", None, True)
        else:
            height, width = layer.source.shape[:2]
            data = layer.source.tobytes()
            result = picture.load_raw(data, width, height, thorvg.Colorspace.ABGR8888S, True)
        if result != thorvg.Result.SUCCESS:
            picture._rel()
            raise PackError(f"A picture cannot be drawn: {result.name}", "Mend it")
        matrix = (layer.scale, 0, layer.left, 0, layer.scale, layer.top, 0, 0, 1)
        picture.set_transform(thorvg.Matrix(*matrix))
        if layer.opacity < 1.0:
            picture.set_opacity(round(255 * max(layer.opacity, 0.0)))
        self._canvas.add(picture)
