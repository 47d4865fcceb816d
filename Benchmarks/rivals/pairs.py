"""Makes the 512×512 pairs: pairs.py OUT [DATA]. Prints one line of JSON: the pairs and their known matrices.

Both images of a pair are sampled from one larger scene, so no border betrays the answer; each has its own noise (3 grey
levels) and is rounded to 8 bits. Scenes are Kodak's photographs under DATA, the BSDS ones where those are absent, or
generated texture. Beside each PNG lies the same image as raw Float (.f32, little-endian, x fastest).
"""
import glob
import json
import os
import sys

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates, spline_filter

SIDE = 512
SEED = 1
PAIRS = 6


def generated(rng):
    """Texture at all scales: octaves of smoothed noise, and discs for edges."""
    height, width = 640, 900
    scene = sum(s * gaussian_filter(rng.standard_normal((height, width)), s) for s in (2, 4, 8, 16, 32)) * 30 + 128
    y, x = np.mgrid[:height, :width]
    for _ in range(60):
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(8, 60)
        scene[(x - cx) ** 2 + (y - cy) ** 2 < r * r] += rng.uniform(-60, 60)
    return np.clip(gaussian_filter(scene, 0.7), 0, 255)


def scenes(data, rng):
    files = sorted(glob.glob(os.path.join(data, "kodak", "*.png"))) or sorted(
        glob.glob(os.path.join(data, "bsds500", "*.jpg"))
    )
    if not files:
        return [("generated", generated(rng)) for _ in range(PAIRS)]
    return [(os.path.basename(f), np.asarray(Image.open(f).convert("L"), float)) for f in files[:PAIRS]]


def about_center(linear, shift):
    """p ↦ linear · (p − c) + c + shift, with c the crop's centre."""
    center = np.full(2, (SIDE - 1) / 2)
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = center + shift - linear @ center
    return matrix


def known(model, rng):
    angle = np.radians(rng.uniform(2, 4) * rng.choice([-1, 1]))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if model == "affine":
        rotation = rotation @ np.diag(rng.uniform(0.97, 1.03, 2)) @ np.array([[1, rng.uniform(-0.02, 0.02)], [0, 1]])
    return about_center(rotation, rng.uniform(4, 8, 2) * rng.choice([-1, 1], 2))


def sample(coefficients, to_scene):
    y, x = np.mgrid[:SIDE, :SIDE].astype(float)
    points = to_scene[:2, :2] @ np.array([x.ravel(), y.ravel()]) + to_scene[:2, 2:]
    return map_coordinates(coefficients, points[::-1], order=3, mode="mirror", prefilter=False).reshape(SIDE, SIDE)


def save(path, image, rng):
    pixels = np.clip(np.rint(image + rng.normal(0, 3, image.shape)), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    pixels.astype("<f4").tofile(os.path.splitext(path)[0] + ".f32")


def main():
    out, data = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    os.makedirs(out, exist_ok=True)
    rng = np.random.default_rng(SEED)
    pairs = []
    for index, (name, scene) in enumerate(scenes(data, rng)):
        height, width = scene.shape
        # The crop covers 80 % of the scene's shorter side, so the moved one still lies inside.
        scale = 0.8 * min(height, width) / SIDE
        crop = np.array([[scale, 0, (width - scale * (SIDE - 1)) / 2], [0, scale, (height - scale * (SIDE - 1)) / 2], [0, 0, 1]])
        coefficients = spline_filter(scene, order=3, mode="mirror")
        for model in ("affine", "rigid"):
            matrix = known(model, rng)
            fixed, moving = (os.path.join(out, f"{model}{index}-{side}.png") for side in ("fixed", "moving"))
            save(fixed, sample(coefficients, crop), rng)
            save(moving, sample(coefficients, crop @ np.linalg.inv(matrix)), rng)
            pairs.append({"model": model, "scene": name, "fixed": fixed, "moving": moving, "matrix": matrix.tolist()})
    print(json.dumps({"seed": SEED, "size": [SIDE, SIDE], "pairs": pairs}))


main()
