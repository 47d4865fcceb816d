import math

import numpy as np
import pytest


def texture(*shape, seed=1, passes=3):
    """Smooth noise, 0 to 255: no two places are alike."""
    values = np.random.default_rng(seed).normal(size=shape)
    for axis in range(values.ndim):
        for _ in range(passes):
            values = (np.roll(values, 1, axis) + 2 * values + np.roll(values, -1, axis)) / 4
    low, high = values.min(), values.max()
    return ((values - low) * (255 / (high - low))).astype(np.float32)


def rigid(degrees, x, y, width, height):
    """A turn about the middle, then a shift; fixed point to moving point."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    u, v = (width - 1) / 2, (height - 1) / 2
    return np.array([[c, -s, u - c * u + s * v + x], [s, c, v - s * u - c * v + y], [0, 0, 1]])


def corner_error(found, true, width, height):
    corners = np.array([[0, 0, 1], [width - 1, 0, 1], [0, height - 1, 1], [width - 1, height - 1, 1.0]]).T
    return float(np.linalg.norm(((np.asarray(found) - true) @ corners)[:2], axis=0).mean())


@pytest.fixture(scope="session")
def pair():
    """(fixed, moving, matrix), 160×140: the moving picture shows the fixed one's scene turned and shifted."""
    import vernier_registration as vernier

    scene = texture(300, 300)
    fixed = scene[80:220, 70:230]
    matrix = rigid(14, 6.5, -4, 160, 140)
    to_scene = np.array([[1, 0, 70], [0, 1, 80], [0, 0, 1.0]])
    moving = vernier.apply(to_scene @ np.linalg.inv(matrix), scene, like=fixed, interpolation="cubic")
    return np.ascontiguousarray(fixed), moving, matrix
