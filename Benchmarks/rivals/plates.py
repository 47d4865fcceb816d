"""A rival on the exposures of a glass plate: plates.py METHOD PLATE LAYOUT RUNS. Blue and red onto green, one thread.

LAYOUT is the JSON of `vernier colorize --json`, from whose rows and columns the three exposures are cut, so that all see the same. Prints one
line of JSON with the shifts (x, y) of blue and red, fixed to moving, and the milliseconds of both together. Files are read before the clock starts.
"""
import json
import sys

import numpy as np
from common import emit, measure, versions
from PIL import Image


def exposures(path, layout):
    """The rectangles that `PlateLayout.frames` cuts: equally large, each from the same row of the camera's step."""
    plate = np.array(Image.open(path).convert("L"), np.float32) / 255
    regions = [layout["exposures"][name] for name in ("blue", "green", "red")]
    first = max(r["rows"][0] - o for r, o in zip(regions, layout["origins"]))
    last = min(r["rows"][1] - o for r, o in zip(regions, layout["origins"]))
    return [
        np.ascontiguousarray(plate[o + first:o + last, r["columns"][0]:r["columns"][1]])
        for r, o in zip(regions, layout["origins"])]


def torch_descent(metric, steps, rate):
    """The paper's: affine_grid and grid_sample, (dx, dy) from zero, Adam."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)

    def ncc(a, b):
        a, b = a - a.mean(), b - b.mean()
        return -((a / a.norm()) * (b / b.norm())).sum()

    loss = F.mse_loss if metric == "mse" else ncc

    def shift(fixed, moving):
        fixed, moving = torch.from_numpy(fixed), torch.from_numpy(moving)[None, None]
        height, width = fixed.shape
        parameters = torch.zeros(2, requires_grad=True)
        adam = torch.optim.Adam([parameters], lr=rate)
        unit = torch.eye(2)
        for _ in range(steps):
            adam.zero_grad()
            theta = torch.cat([unit, parameters[:, None]], 1)[None]
            seen = F.grid_sample(moving, F.affine_grid(theta, moving.shape, align_corners=False), align_corners=False)
            loss(seen[0, 0], fixed).backward()
            adam.step()
        x, y = parameters.tolist()
        return [x * width / 2, y * height / 2]

    return shift


def torch_search(metric, reach=15):
    """The paper's: every shift by torch.roll, the 200×200 centre compared."""
    import torch

    torch.set_num_threads(1)

    def ncc(a, b):
        a, b = a - a.mean(), b - b.mean()
        return -((a / a.norm()) * (b / b.norm())).sum()

    loss = (lambda a, b: ((a - b) ** 2).mean()) if metric == "mse" else ncc

    def shift(fixed, moving):
        fixed, moving = torch.from_numpy(fixed), torch.from_numpy(moving)
        y, x = fixed.shape[0] // 2, fixed.shape[1] // 2
        part = (slice(y - 100, y + 100), slice(x - 100, x + 100))
        best, answer = float("inf"), (0, 0)
        for u in range(-reach, reach + 1):
            for v in range(-reach, reach + 1):
                value = float(loss(fixed[part], torch.roll(moving, (u, v), dims=(0, 1))[part]))
                if value < best:
                    best, answer = value, (-v, -u)
        return list(answer)

    return shift


def skimage_phase(edges):
    from scipy.ndimage import sobel
    from skimage.registration import phase_cross_correlation

    def prepared(image):
        return np.hypot(sobel(image, 0), sobel(image, 1)) if edges else image

    def shift(fixed, moving):
        # It tells by how much the second picture has to be moved: the way back.
        found = phase_cross_correlation(prepared(fixed), prepared(moving), upsample_factor=100)[0]
        return [-float(found[1]), -float(found[0])]

    return shift


METHODS = {
    "torch-descent-mse": lambda: torch_descent("mse", 30, 0.001), "torch-descent-ncc": lambda: torch_descent("ncc", 30, 0.001),
    "torch-search-mse": lambda: torch_search("mse"), "torch-search-ncc": lambda: torch_search("ncc"),
    "skimage": lambda: skimage_phase(False), "skimage-edges": lambda: skimage_phase(True),
}


def main():
    name, path, layout, runs = sys.argv[1:]
    blue, green, red = exposures(path, json.loads(layout))
    shift = METHODS[name]()
    found, samples = measure(lambda: [shift(green, blue), shift(green, red)], int(runs))
    used = ("torch", "numpy") if name.startswith("torch") else ("scikit-image", "scipy", "numpy")
    emit("plate", name, samples, versions(*used), shifts=found, threads=1)


main()
