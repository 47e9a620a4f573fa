"""Whether the picture shows anything at all."""

from __future__ import annotations

import cv2
import numpy as np

from emocam.sensing.sources import Picture

#: Grey level (0..255) that 99 % of a dark picture stay below. A room lit by a screen alone has
#: lighter places; the noise of a covered sensor has not.
_DARK = 24
#: Standard deviation below which a picture of any brightness is flat, noise averaged away.
_FLAT = 2.5
#: A picture is also flat where this share of it lies within ... grey levels of its median: cameras
#: with a built-in shutter show a small sign on a plain ground.
_PLAIN_SHARE = 0.93
_PLAIN_WIDTH = 2


def is_covered(picture: Picture) -> bool:
    """Whether the camera looks at a shutter, a finger or darkness.

    Ask only where no face was found: a face is proof enough of light.

    Args:
        picture: uint8, blue-green-red [height, width, 3] or grey [height, width].
    """
    # Averaged down to 40 x 30 places, so that single noisy pixels do not count.
    small = cv2.resize(picture, (40, 30), interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    if np.percentile(grey, 99) < _DARK:
        return True
    if float(grey.std()) < _FLAT:
        return True
    near = np.abs(grey.astype(np.int16) - int(np.median(grey))) <= _PLAIN_WIDTH
    return bool(near.mean() > _PLAIN_SHARE)
