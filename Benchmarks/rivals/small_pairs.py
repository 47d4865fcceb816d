"""Makes the small-image paper's pairs: small_pairs.py OUT DATA COUNT. Prints one line of JSON: the sets and their folders.

Its protocol: the moving image is the fixed one turned about its centre by U(-180°, 180°) and moved by U(-1/4, 1/4) of the side,
bilinear, zeros outside, both rounded to 8 bits. Each set's folder holds the PNGs, pairs.csv (the columns fixed, moving) and
truth.json, a homogeneous matrix each, fixed point to moving point. A set whose pictures are not under DATA is left out.
"""
import csv
import glob
import json
import os
import sys

import numpy as np
from PIL import Image
from scipy.ndimage import affine_transform

SEED = 1


def luminance(rgb):
    return rgb @ np.array([0.299, 0.587, 0.114])


def cifar10(data):
    for name in ("test_batch.bin", "test.bin"):
        path = os.path.join(data, "cifar10", name)
        if os.path.exists(path):
            records = np.fromfile(path, np.uint8).reshape(-1, 3073)[:, 1:].reshape(-1, 3, 32, 32)
            return [luminance(picture.transpose(1, 2, 0).astype(float)) for picture in records]
    return []


def stl10(data):
    files = sorted(glob.glob(os.path.join(data, "stl10", "*.png")))
    return [luminance(np.asarray(Image.open(path).convert("RGB"), float)) for path in files]


def rigid(angle, shift, side):
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    center = np.full(2, (side - 1) / 2)
    matrix = np.eye(3)
    matrix[:2, :2] = rotation
    matrix[:2, 2] = center + shift - rotation @ center
    return matrix


def warp(image, matrix):
    """The image whose sample at q is `image` at the inverse of `matrix` of q."""
    back = np.linalg.inv(matrix)
    swap = np.array([[0, 1], [1, 0]])
    return affine_transform(image, swap @ back[:2, :2] @ swap, swap @ back[:2, 2], order=1, mode="constant", cval=0)


def save(path, image):
    Image.fromarray(np.clip(np.rint(image), 0, 255).astype(np.uint8)).save(path)


def main():
    out, data, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sets = []
    for name, pictures in (("CIFAR-10", cifar10(data)), ("STL-10", stl10(data))):
        if not pictures:
            continue
        rng = np.random.default_rng(SEED)
        side = pictures[0].shape[0]
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        order = rng.permutation(len(pictures))
        rows, truth = [], []
        for index in range(count):
            picture = pictures[order[index % len(order)]]
            matrix = rigid(rng.uniform(-np.pi, np.pi), rng.uniform(-side / 4, side / 4, 2), side)
            files = [os.path.join(folder, f"{part}{index}.png") for part in ("fixed", "moving")]
            save(files[0], picture)
            save(files[1], warp(picture, matrix))
            rows.append(files)
            truth.append(matrix.tolist())
        with open(os.path.join(folder, "pairs.csv"), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["fixed", "moving"])
            writer.writerows(rows)
        with open(os.path.join(folder, "truth.json"), "w") as file:
            json.dump(truth, file)
        sets.append({"name": f"{name} {side}×{side}", "folder": folder, "side": side, "seed": SEED})
    print(json.dumps(sets))


main()
