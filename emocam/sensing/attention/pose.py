"""From landmarks in a picture to the pose of the head and the line of sight.

The pose is found as MediaPipe's face geometry pipeline does it: a perspective camera is assumed,
the landmarks are brought into the canonical face's centimetres in two steps, and the similarity
transform from the canonical face to them is the solution of the weighted orthogonal Procrustes
problem (D. Akca, "Generalized Procrustes analysis and its applications in photogrammetry", 2003,
section 2.4). Pure: arrays in, numbers out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.sensing.attention.canonical import BASIS

Floats = NDArray[np.float64]

#: The camera that MediaPipe assumes: its upright field of view in degrees, its near plane in cm.
FIELD_OF_VIEW, _NEAR = 63.0, 1.0
#: Radius of an eyeball in cm: half of the axial length of an adult's, 23.6 mm in the mean
#: (Bekerman, Gottlieb, Vaiman, "Variations in eyeball diameters of the healthy adults", 2014).
_EYEBALL = 1.18
#: Degrees to the side from which on the farther eye does not count.
_HIDDEN = 20.0

_TABLE = np.array(BASIS)
_POINTS = _TABLE[:, 0].astype(int)
_WEIGHTS = _TABLE[:, 1]
_CANONICAL = _TABLE[:, 2:]

#: Landmarks of the eyes, the picture's left one first: outer and inner corner, middle of the upper
#: and of the lower lid, centre of the iris.
_EYES = ((33, 133, 159, 145, 468), (263, 362, 386, 374, 473))


@dataclass(frozen=True, slots=True)
class Pose:
    """A head before the camera.

    Attributes:
        rotation: float64 [3, 3], from the canonical face's axes to the camera's: x to the right, y
            up, z from the scene to the camera.
        position: float64 [3], of the canonical face's origin in cm.
        scale: of the face against the canonical one, close to 1.
        yaw, pitch, roll: in degrees. Yaw is positive where the face is turned to the picture's
            right, pitch where it looks up, roll where it leans to the picture's left.
    """

    rotation: Floats
    position: Floats
    scale: float = 1.0

    @property
    def yaw(self) -> float:
        """To the picture's right, degrees."""
        return _angles(self.rotation[:, 2])[0]

    @property
    def pitch(self) -> float:
        """Up, degrees."""
        return _angles(self.rotation[:, 2])[1]

    @property
    def roll(self) -> float:
        """Counter-clockwise in the picture, degrees."""
        return math.degrees(math.atan2(self.rotation[1, 0], self.rotation[0, 0]))


def find(landmarks: Floats, width: int, height: int) -> tuple[Pose, Floats]:
    """The pose of a head, and its landmarks in its own axes.

    Args:
        landmarks: float64 [478, 3] in pixels of the picture: x to the right, y down, z of the same
            unit, smaller where nearer.
        width, height: of the picture in pixels.

    Returns:
        The pose, and float64 [478, 3] in cm in the axes of the canonical face.
    """
    scale = 2 * _NEAR * math.tan(math.radians(FIELD_OF_VIEW) / 2) / height
    middle = np.array([width / 2, height / 2, 0.0])
    screen = (landmarks - middle) * np.array([scale, -scale, scale])
    # The landmarks' depth has no origin; MediaPipe puts the mean of all but the irises' points into
    # the near plane.
    depth = float(screen[:468, 2].mean())
    first = _solve(screen[_POINTS] * (1, 1, -1))[0]
    second = _solve(_unproject(screen[_POINTS], depth, first))[0]
    metric = _unproject(screen, depth, first * second)
    size, rotation, position = _solve(metric[_POINTS])
    own = (metric - position) @ rotation / size
    return Pose(rotation, position, size), own


def _unproject(screen: Floats, depth: float, scale: float) -> Floats:
    """Points on the near plane, and their depth, into space; z from the scene to the camera."""
    z = (screen[:, 2] - depth + _NEAR) / scale
    return np.stack([screen[:, 0] * z / _NEAR, screen[:, 1] * z / _NEAR, -z], axis=1)


def _solve(points: Floats) -> tuple[float, Floats, Floats]:
    """Scale, rotation [3, 3] and translation [3] that take the canonical face to points [33, 3]."""
    share = _WEIGHTS / _WEIGHTS.sum()
    source, target = share @ _CANONICAL, share @ points
    centred = (_CANONICAL - source) * share[:, None]
    left, _, right = np.linalg.svd(points.T @ centred)
    if np.linalg.det(left) * np.linalg.det(right) < 0:
        left[:, 2] *= -1  # no reflection
    rotation = left @ right
    scale = float(((centred @ rotation.T) * points).sum() / (centred * _CANONICAL).sum())
    return scale, rotation, target - scale * (rotation @ source)


def sight(pose: Pose, own: Floats) -> tuple[float, float]:
    """Where the eyes look, against the line from the head to the camera.

    An eye is taken for a ball whose middle lies behind the middle between its corners; how far the
    iris is from there tells its turn. Of a head that is turned, the eye that is nearer to the
    camera counts more, from 20 degrees on alone: the other one hides. The network gives an iris no
    depth worth the name, so it is taken to be where its ray meets the plane of the lids' middles.

    Args:
        pose: as found.
        own: landmarks in the head's own axes, as found.

    Returns:
        Yaw and pitch in degrees: 0, 0 is straight into the camera, right and up are positive.
    """
    turns = []
    camera = -pose.position @ pose.rotation / pose.scale  # in the head's own axes
    for outer, inner, upper, lower, iris in _EYES:
        ray = own[iris] - camera
        reach = ((own[upper, 2] + own[lower, 2]) / 2 - camera[2]) / ray[2]
        place = camera[:2] + reach * ray[:2]
        offset = place - (own[outer, :2] + own[inner, :2]) / 2
        turns.append(np.arcsin(np.clip(offset / _EYEBALL, -0.9, 0.9)))
    camera_yaw, camera_pitch = _angles(-pose.position)
    first = min(max(0.5 + (pose.yaw - camera_yaw) / (2 * _HIDDEN), 0.0), 1.0)
    across, up = np.average(turns, axis=0, weights=[first, 1 - first])
    inside = np.array(
        [math.sin(across) * math.cos(up), math.sin(up), math.cos(across) * math.cos(up)]
    )
    yaw, pitch = _angles(pose.rotation @ inside)
    return yaw - camera_yaw, pitch - camera_pitch


def _angles(direction: Floats) -> tuple[float, float]:
    """Yaw and pitch of a direction in degrees."""
    x, y, z = direction
    return math.degrees(math.atan2(x, z)), math.degrees(math.atan2(y, math.hypot(x, z)))
