"""SimpleITK's recipe from its centred start on the starts of `vernier-studies volumes -o FOLDER`: large_starts.py LIST.csv DATA COUNT THREADS.

LIST.csv is the folder's large-starts.csv, DATA the folder of data sets. Takes the first COUNT starts of the condition `moved` and the model `rigid`: the
moving volume's header is moved as there, and recipe.py's rigid registration starts with the centres of mass brought together. Right is what is right
there: a mean distance in the fixed head, its samples above Otsu's threshold on a lattice of 14³, below the diagonal of its voxels.
"""
import csv
import json
import sys
import time

import numpy as np
import SimpleITK as sitk
from common import versions
from recipe import align

path, data, count, threads = sys.argv[1:]
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(int(threads))


def matrix(text):
    return np.array([float(word) for word in text.split()]).reshape(3, 4)


def read(name):
    return sitk.ReadImage(f"{data}/{name}", sitk.sitkFloat32)


def head(image):
    inside = sitk.GetArrayViewFromImage(sitk.OtsuThreshold(image, 0, 1, 1024))
    places = [[round(i * (n - 1) / 13) for i in range(14)] for n in image.GetSize()]
    return np.array([image.TransformIndexToPhysicalPoint((x, y, z))
                     for x in places[0] for y in places[1] for z in places[2] if inside[z, y, x]])


with open(path) as file:
    rows = [row for row in csv.DictReader(file) if row["condition"] == "moved" and row["model"] == "rigid"][: int(count)]
errors, seconds, right = [], [], 0
for row in rows:
    fixed, moving = read(row["fixed"]), read(row["moving"])
    motion, answer = matrix(row["motion"]), matrix(row["right"])
    moving.SetOrigin((motion[:, :3] @ np.array(moving.GetOrigin()) + motion[:, 3]).tolist())
    moving.SetDirection((motion[:, :3] @ np.array(moving.GetDirection()).reshape(3, 3)).ravel().tolist())
    points = head(fixed)
    clock = time.perf_counter()
    try:
        found = align(fixed, moving, sitk.Euler3DTransform(), "MOMENTS")
        sent = np.array([found.TransformPoint(point.tolist()) for point in points])
        error = float(np.linalg.norm(sent - (points @ answer[:, :3].T + answer[:, 3]), axis=1).mean())
    except RuntimeError:
        error = float("inf")
    seconds.append(time.perf_counter() - clock)
    errors.append(error)
    right += error < float(row["tolerance"])
    print(f"{row['start']}: {error:.2f} mm, {seconds[-1]:.1f} s", file=sys.stderr, flush=True)
print(json.dumps({
    "case": "large starts", "contender": "SimpleITK", "n": len(rows), "right": right, "median_mm": float(np.median(errors)),
    "seconds": seconds, "errors": errors, "versions": versions("SimpleITK")}))
